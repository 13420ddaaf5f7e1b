/// \file
/// One template with everything that is known before a request spliced into it: partials, the
/// texts of one language, the addresses of assets.
///
/// What is left for rendering is values, so a page costs no parsing, and nothing can be missing or
/// recursive any more when a visitor is waiting.
#pragma once

#include "views/template_source.hpp"
#include "views/texts.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace whatsflow::views {

/// Where a template finds what it names. Partials and assets answer null and nothing for unknown.
struct Surroundings {
    std::function<const TemplateSource*(std::string_view name)> partial;
    std::function<std::string(std::string_view name)> asset_address;
    const Texts* texts = nullptr;
};

struct FlatTemplate {
    /// Mustache with variables and sections only. Section names start with `?` and formats with
    /// `$`, so that the model can tell "print it" from "is it there".
    std::string text;
    bool escape_html = true;
    /// Of each name: the file and line that used it first, for messages.
    std::map<std::string, std::string, std::less<>> origins;
};

FlatTemplate flatten(const TemplateSource& source, const std::string& locale, const Surroundings& surroundings,
                     Problems& problems);

/// Only the text of one key, with its variables, as a template of its own.
FlatTemplate flatten_text(const TemplateSource& source, const std::string& key, const std::string& locale,
                          const Surroundings& surroundings, Problems& problems);

}  // namespace whatsflow::views
