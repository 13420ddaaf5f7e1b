/// \file
/// Texts of this plugin, in the language of a request.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <string>

namespace whatsflow::app {

/// The text `app.<key>`.
std::string word(const sdk::Host& host, const sdk::Request& request, const std::string& key);

/// At most `bytes` bytes, never ending inside a character.
std::string shortened(std::string text, std::size_t bytes);

}  // namespace whatsflow::app
