#include "web/site_table.hpp"

#include "web/text.hpp"

namespace whatsflow::web {

std::string host_name_of(std::string_view host_header) {
    auto host = trimmed(host_header);
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        host = host.substr(1, end == std::string_view::npos ? end : end - 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    if (host.ends_with('.')) host.remove_suffix(1);
    return lower(host);
}

std::string origin_of(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return {};
    const auto scheme = lower(url.substr(0, scheme_end));
    if (scheme != "http" && scheme != "https") return {};
    auto authority = url.substr(scheme_end + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    if (authority.empty() || authority.find('@') != std::string_view::npos) return {};
    auto text = lower(authority);
    const std::string_view usual_port = scheme == "http" ? ":80" : ":443";
    if (text.ends_with(usual_port)) text.resize(text.size() - usual_port.size());
    return scheme + "://" + text;
}

SiteTable::SiteTable(std::vector<SiteEntry> entries) : entries_(std::move(entries)) {
    for (auto& entry : entries_) {
        for (auto& name : entry.hostnames) name = host_name_of(name);
        if (const auto origin = origin_of(entry.public_url); !origin.empty())
            entry.hostnames.push_back(host_name_of(std::string_view(origin).substr(origin.find("://") + 3)));
        while (entry.public_url.ends_with('/')) entry.public_url.pop_back();
        urls_[static_cast<std::size_t>(entry.site)] = entry.public_url;
    }
}

std::optional<sdk::Site> SiteTable::find(std::uint16_t port, std::string_view host_header) const {
    const SiteEntry* only = nullptr;
    std::size_t on_port = 0;
    for (const auto& entry : entries_) {
        if (entry.port != port) continue;
        only = &entry;
        ++on_port;
    }
    if (on_port == 0) return std::nullopt;
    if (on_port == 1) return only->site;

    const auto name = host_name_of(host_header);
    for (const auto& entry : entries_)
        if (entry.port == port && std::ranges::find(entry.hostnames, name) != entry.hostnames.end()) return entry.site;
    return std::nullopt;
}

std::optional<sdk::Site> SiteTable::first_of(std::uint16_t port) const {
    const auto found = std::ranges::find(entries_, port, &SiteEntry::port);
    return found == entries_.end() ? std::nullopt : std::optional{found->site};
}

const std::string& SiteTable::url(sdk::Site site) const {
    return urls_[static_cast<std::size_t>(site)];
}

}  // namespace whatsflow::web
