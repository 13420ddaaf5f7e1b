/// \file
/// Pages out of templates, texts and models. Implemented by views::Theme…; used by web.
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace whatsflow::views {

enum class Extent {
    page,  ///< the view inside its layout
    part,  ///< the view alone, to be put into a page
};

/// What a site adds to the model of a view: objects whose fields are found before the model's, those of
/// the last one first. Shared, because much of it is the same on many pages.
using Frame = std::vector<std::shared_ptr<const nlohmann::json>>;

/// What a page is rendered for: chooses the layout, the texts and the formats.
struct RenderContext {
    sdk::Site site = sdk::Site::landing;
    std::string locale = "en";
    Extent extent = Extent::page;
    Frame frame{};
};

/// [thread-safe, any thread; microseconds]
class Renderer {
public:
    virtual ~Renderer() = default;

    /// The whole page: the view inside the layout of its site; or the view alone. Errors: `view.unknown`,
    /// `view.failed` (the log has the template and the line).
    virtual sdk::Result<std::string> render(const sdk::View& view, const RenderContext& context) const = 0;

    /// Text of a key, or the key itself.
    virtual std::string translate(const std::string& locale, const std::string& key) const = 0;

    /// Grows whenever templates, texts or assets changed: caches of pages ask for it.
    virtual std::uint64_t generation() const noexcept = 0;
};

}  // namespace whatsflow::views
