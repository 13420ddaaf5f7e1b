#include "sitemap.hpp"

#include <whatsflow/sdk/http.hpp>

namespace whatsflow::landing {

std::string sitemap_xml(std::string_view site_url, const std::vector<SitemapEntry>& entries) {
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
    for (const auto& entry : entries) {
        const auto address = sdk::escape_html(std::string(site_url) + entry.path);
        xml += "  <url><loc>" + address + "</loc>";
        xml += "<xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"" + address + "\"/>";
        if (!entry.last_modified.empty()) xml += "<lastmod>" + sdk::escape_html(entry.last_modified) + "</lastmod>";
        xml += "</url>\n";
    }
    return xml + "</urlset>\n";
}

std::string robots_txt(std::string_view site_url) {
    return "User-agent: *\nDisallow: /signup\nDisallow: /cookies/consent\n\nSitemap: " + std::string(site_url) +
           "/sitemap.xml\n";
}

}  // namespace whatsflow::landing
