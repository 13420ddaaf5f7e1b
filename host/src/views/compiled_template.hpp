/// \file
/// A template ready to be rendered by any number of threads at once.
///
/// The only place that knows the mustache library. It has no partials and no lambdas left, which
/// are the only things its renderer keeps state for: that is why one object can be shared.
#pragma once

#include "views/flatten.hpp"
#include "views/model.hpp"

#include <whatsflow/sdk/result.hpp>

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace whatsflow::views {

/// [thread-safe, any thread]
class CompiledTemplate {
public:
    /// Error `view.invalid`: the library refuses what the checks before let through.
    static sdk::Result<CompiledTemplate> compile(FlatTemplate flat, std::string locale);

    /// Renders with the values of `scope`. Names that nothing has are put into `missing`, each
    /// with the file and line that asked for it.
    std::string render(Scope& scope, std::set<std::string>& missing) const;

    CompiledTemplate(CompiledTemplate&&) noexcept;
    CompiledTemplate& operator=(CompiledTemplate&&) noexcept;
    ~CompiledTemplate();

private:
    struct Parsed;
    explicit CompiledTemplate(std::unique_ptr<Parsed> parsed);
    std::unique_ptr<Parsed> parsed_;
};

}  // namespace whatsflow::views
