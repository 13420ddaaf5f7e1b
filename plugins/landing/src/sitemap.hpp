/// \file
/// What search engines read: the list of pages and the rules for robots.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::landing {

struct SitemapEntry {
    std::string path;
    std::string last_modified;  ///< `2026-03-10`; empty = not said
};

std::string sitemap_xml(std::string_view site_url, const std::vector<SitemapEntry>& entries);
std::string robots_txt(std::string_view site_url);

}  // namespace whatsflow::landing
