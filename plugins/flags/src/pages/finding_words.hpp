/// \file
/// What was seen of a roll-out, said in the reader's language.
#pragma once

#include "../finding.hpp"

#include <functional>

namespace whatsflow::flags::pages {

/// `text` gives the text of a key below `flags.pages.`, or the whole key where there is none.
std::string in_words(const Finding& finding, const std::string& goal,
                     const std::function<std::string(const std::string& key)>& text);

}  // namespace whatsflow::flags::pages
