/// \file
/// A `.md` file as the model of a page: its head, its HTML, its table of contents.
///
///     title: Terms of service
///     updated: 2026-03-01
///     ---
///     ## What you may expect
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace whatsflow::views {

/// `title`, `description`, `updated` as the head says them; `body_html` with an id at each
/// heading; `toc`, a list of {id, title, level, is_sub} for headings of level 2 and 3.
nlohmann::json make_markdown_page(std::string_view text);

}  // namespace whatsflow::views
