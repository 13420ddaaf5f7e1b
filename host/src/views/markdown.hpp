/// \file
/// Markdown to HTML, for texts that people write: legal pages, articles, announcements.
///
/// GitHub's flavour (tables, strikethrough, bare links) with smart punctuation. Raw HTML and
/// addresses that run code are left out, so the result is safe whoever wrote the text.
#pragma once

#include <string>
#include <string_view>

namespace whatsflow::views {

/// [thread-safe, any thread]
std::string render_markdown(std::string_view text);

}  // namespace whatsflow::views
