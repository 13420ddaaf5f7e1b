/// \file
/// Is a template safe, whatever the values are?
///
/// Mustache escapes five characters, which is enough in HTML text and in quoted attributes and
/// nowhere else. This check walks a template's HTML and refuses values anywhere else, and whatever
/// a strict content security policy would not run anyway: inline scripts, styles and handlers.
#pragma once

#include "views/template_source.hpp"

namespace whatsflow::views {

/// Where the HTML will be read. Programs for mail have no style sheets of ours and no content
/// security policy: there styles stand in the markup, though never with values in them.
enum class Medium { page, mail };

/// Adds what is unsafe to `problems`, each with its remedy.
void lint_template(const TemplateSource& source, Problems& problems, Medium medium = Medium::page);

}  // namespace whatsflow::views
