/// \file
/// Which site a request is for, and where each site lives.
///
/// A listener that serves one site answers for it whatever the Host header says. Where
/// several sites share a port, the Host name decides; an unknown name is for none of them.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

struct SiteEntry {
    sdk::Site site = sdk::Site::landing;
    std::uint16_t port = 0;
    std::string public_url;                ///< `https://app.example.com`, no slash at the end
    std::vector<std::string> hostnames{};  ///< beside the one in public_url
};

class SiteTable {
public:
    explicit SiteTable(std::vector<SiteEntry> entries);

    /// Nothing when no site of this port answers to this name.
    [[nodiscard]] std::optional<sdk::Site> find(std::uint16_t port, std::string_view host_header) const;
    /// For probes that do not know a name: the first site of the port.
    [[nodiscard]] std::optional<sdk::Site> first_of(std::uint16_t port) const;
    /// Empty for a site that is not served.
    [[nodiscard]] const std::string& url(sdk::Site site) const;
    [[nodiscard]] bool serves(sdk::Site site) const { return !url(site).empty(); }

private:
    std::vector<SiteEntry> entries_;
    std::array<std::string, 4> urls_;
};

/// Host header without port, brackets and trailing dot, in lower case.
[[nodiscard]] std::string host_name_of(std::string_view host_header);
/// `https://a.example` of `https://a.example/path`; empty when it is no http(s) URL.
[[nodiscard]] std::string origin_of(std::string_view url);

}  // namespace whatsflow::web
