/// \file
/// Where a visit happened and where it came from, with nothing left that could name somebody.
#pragma once

#include "event.hpp"

#include <string>
#include <string_view>

namespace whatsflow::analytics {

struct WebAddress {
    std::string hostname;  ///< lower case, without `www.` and port
    std::string path;      ///< `/` at least; what looks like an e-mail address is masked
    std::string source, medium, campaign;  ///< of utm_*, ref, source; and the click ids of advertisers
};

/// Reads a URL or a path.
WebAddress read_address(std::string_view url);

/// `https://www.google.com/search?q=…` → `google.com`; empty for the site itself and for nothing.
std::string referring_source(std::string_view referrer, std::string_view own_hostname);

/// The address as properties may keep it: without query parameters that are not on the allow-list.
std::string scrubbed(std::string_view url);

/// Puts address and referrer into the event.
void put_address(Event& event, std::string_view url, std::string_view referrer);

}  // namespace whatsflow::analytics
