/// \file
/// A regular expression that answers in linear time whatever it is asked: RE2.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace whatsflow::flags {

enum class Letters { exact, any_case };

/// Immutable; may be asked by several threads at once.
class Pattern {
public:
    /// Null with a reason when RE2 refuses it: look-ahead, back-references, too large.
    static std::shared_ptr<const Pattern> compile(std::string_view expression, Letters letters, std::string& reason);
    virtual ~Pattern() = default;
    virtual bool is_found_in(std::string_view text) const = 0;
};

/// The expression that finds exactly `text`.
std::string exactly(std::string_view text);

}  // namespace whatsflow::flags
