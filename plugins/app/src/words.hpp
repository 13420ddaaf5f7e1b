/// \file
/// Texts of this plugin, in the language of a request.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <map>
#include <string>

namespace whatsflow::app {

/// The text `app.<key>`.
std::string word(const sdk::Host& host, const sdk::Request& request, const std::string& key);

/// `fill("{done} of {all}", {{"done", "2"}, {"all", "4"}})` is `2 of 4`.
std::string fill(std::string text, const std::map<std::string, std::string>& values);

/// At most `bytes` bytes, never ending inside a character.
std::string shortened(std::string text, std::size_t bytes);

}  // namespace whatsflow::app
