/// \file
/// How a page calls what plugins name with a plain word: a section of the navigation, a role.
#pragma once

#include "views/renderer.hpp"

#include <string>

namespace whatsflow::web {

/// The theme's text `theme.<group>.<word>`, or the word in plain letters: `flag_editor` → `Flag editor`.
[[nodiscard]] std::string spoken(const views::Renderer& renderer, const std::string& locale, const std::string& group,
                                 const std::string& word);

}  // namespace whatsflow::web
