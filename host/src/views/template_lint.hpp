/// \file
/// Is a template safe, whatever the values are?
///
/// Mustache escapes five characters, which is enough in HTML text and in quoted attributes and
/// nowhere else. This check walks a template's HTML and refuses values anywhere else, and whatever
/// a strict content security policy would not run anyway: inline scripts, styles and handlers.
#pragma once

#include "views/template_source.hpp"

namespace whatsflow::views {

/// Adds what is unsafe to `problems`, each with its remedy.
void lint_template(const TemplateSource& source, Problems& problems);

}  // namespace whatsflow::views
