/// \file
/// The request that opens a WebSocket or an event stream: read strictly and with a bound, judged, answered.
/// Knows no sockets and nobody's identity.
#pragma once

#include "http/request_head.hpp"
#include "web/site_table.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace whatsflow::realtime {

/// What a page asks for: to hear what is new on its site.
struct Opening {
    std::optional<sdk::Site> site;  ///< when the address names it
    http::WireRequest request;
    std::string key;  ///< Sec-WebSocket-Key
};

/// What a program of others asks for: to hear what is new of a topic.
struct Listening {
    std::string topic;
    std::string until, key;  ///< as the address gave them
    sdk::Headers headers;
};

/// A plain answer, after which the connection closes.
struct PlainAnswer {
    int status = 400;
    std::string_view text;
};

/// Judges a head. Only `app` and `admin` have pages that listen.
[[nodiscard]] std::variant<Opening, Listening, PlainAnswer> judge(http::RequestHead head);

/// The site of a page that did not name it: the one whose Host this is, or else the app.
[[nodiscard]] sdk::Site site_by_host(const std::vector<web::SiteEntry>& sites, const sdk::Headers& headers);

/// Browsers say which page opens a socket and cannot be made to lie; cookies are sent for any
/// page. So a page of another site is refused, and who says nothing is no browser.
[[nodiscard]] bool is_own_page(const web::SiteEntry& site, const sdk::Headers& headers);

[[nodiscard]] std::string accept_text(std::string_view key);
/// A stream begins; lost, it is asked for again after `again`.
[[nodiscard]] std::string stream_text(std::chrono::milliseconds again);
[[nodiscard]] std::string answer_text(const PlainAnswer& answer);

}  // namespace whatsflow::realtime
