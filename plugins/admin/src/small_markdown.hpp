/// \file
/// The little Markdown that one line of an announcement needs: **bold**, *emphasis*, `code`,
/// [a link](https://example.com). Everything else is text, and everything is escaped.
#pragma once

#include <string>
#include <string_view>

namespace whatsflow::admin {

/// Links lead to https addresses and to pages of the same site only; any other stays text.
std::string small_markdown(std::string_view text);

}  // namespace whatsflow::admin
