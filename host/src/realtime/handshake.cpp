#include "realtime/handshake.hpp"

#include "http/reply_head.hpp"
#include "realtime/stream_addresses.hpp"
#include "security/digest.hpp"
#include "web/target.hpp"
#include "web/text.hpp"

#include <Poco/SHA1Engine.h>

#include <algorithm>

namespace whatsflow::realtime {
namespace {

using web::same_text;

bool lists(const sdk::Headers& headers, std::string_view name, std::string_view wanted) {
    for (const auto& [key, value] : headers.entries()) {
        if (!same_text(key, name)) continue;
        std::string_view rest = value;
        while (!rest.empty())
            if (same_text(web::trimmed(web::take_until(rest, ',')), wanted)) return true;
    }
    return false;
}

/// Base64 with padding, of which security spells the URL-safe kind.
std::string base64(std::string_view bytes) {
    auto text = security::to_base64url(bytes);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

bool is_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
                      c == '/';
           });
}

std::optional<sdk::Site> site_named(std::string_view name) {
    if (name == "app") return sdk::Site::app;
    if (name == "admin") return sdk::Site::admin;
    return std::nullopt;
}

/// `https://app.example:8443` as its parts; the usual port is left out of an origin.
struct Place {
    std::string host;
    std::uint16_t port = 0;
};

std::optional<Place> place_of(std::string_view url) {
    const auto origin = web::origin_of(url);
    if (origin.empty()) return std::nullopt;
    const std::string_view authority = std::string_view(origin).substr(origin.find("://") + 3);
    Place place{web::host_name_of(authority), static_cast<std::uint16_t>(origin.starts_with("https") ? 443 : 80)};
    const auto colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.ends_with(']')) return place;
    unsigned port = 0;
    for (const char c : authority.substr(colon + 1)) {
        if (c < '0' || c > '9' || port > 65535) return std::nullopt;
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    place.port = static_cast<std::uint16_t>(port);
    return place;
}

std::variant<Opening, Listening, PlainAnswer> judge_listener(http::RequestHead head, const web::Target& target) {
    if (head.request.method != "GET" || head.framing != http::Framing::no_body)
        return PlainAnswer{405, "A stream is opened with GET.\n"};
    auto topic = target.path.substr(kStreamsPath.size());
    if (!is_topic(topic)) return PlainAnswer{404, "There is no such stream.\n"};
    const auto given = [&](std::string_view name) { return std::string(target.query.find(name).value_or("")); };
    return Listening{std::move(topic), given("until"), given("key"), std::move(head.request.headers)};
}

}  // namespace

std::variant<Opening, Listening, PlainAnswer> judge(http::RequestHead head) {
    auto& request = head.request;
    auto target = web::parse_target(request.target);
    if (!target) return PlainAnswer{400, "The address is malformed.\n"};
    if (target->path == "/healthz" && request.method == "GET") return PlainAnswer{200, "ok\n"};
    if (target->path.starts_with(kStreamsPath)) return judge_listener(std::move(head), *target);
    if (target->path != "/ws") return PlainAnswer{404, "Only /ws and /streams are here.\n"};
    if (request.method != "GET" || head.framing != http::Framing::no_body)
        return PlainAnswer{405, "A WebSocket is opened with GET.\n"};
    if (!head.version_1_1 || !lists(request.headers, "upgrade", "websocket") ||
        !lists(request.headers, "connection", "upgrade") ||
        request.headers.find("sec-websocket-version").value_or("") != "13")
        return PlainAnswer{426, "This address speaks WebSocket, version 13.\n"};
    const auto key = web::trimmed(request.headers.find("sec-websocket-key").value_or(""));
    if (!is_key(key) || request.headers.count("sec-websocket-key") != 1)
        return PlainAnswer{400, "Sec-WebSocket-Key is malformed.\n"};
    const auto name = target->query.find("site");
    const auto site = name ? site_named(*name) : std::nullopt;
    if (name && !site) return PlainAnswer{400, "Say which site the page is of: /ws?site=app or /ws?site=admin.\n"};
    std::string kept(key);
    return Opening{site, std::move(request), std::move(kept)};
}

sdk::Site site_by_host(const std::vector<web::SiteEntry>& sites, const sdk::Headers& headers) {
    const auto host = web::host_name_of(headers.find("host").value_or(""));
    const auto answers = [&](const web::SiteEntry& entry) {
        const auto home = place_of(entry.public_url);
        return (home && home->host == host) || std::ranges::any_of(entry.hostnames, [&](const std::string& name) {
                   return web::host_name_of(name) == host;
               });
    };
    const auto of = [&](sdk::Site site) {
        return std::ranges::any_of(sites, [&](const auto& entry) { return entry.site == site && answers(entry); });
    };
    return of(sdk::Site::admin) && !of(sdk::Site::app) ? sdk::Site::admin : sdk::Site::app;
}

bool is_own_page(const web::SiteEntry& site, const sdk::Headers& headers) {
    const auto origin = headers.find("origin");
    if (!origin) return true;
    const auto page = place_of(*origin);
    if (!page || headers.count("origin") > 1) return false;
    const auto home = place_of(site.public_url);
    if (home && page->host == home->host && page->port == home->port) return true;
    const auto names_it = [&](const std::string& name) { return web::host_name_of(name) == page->host; };
    const auto host = web::host_name_of(headers.find("host").value_or(""));
    if (page->host != host && std::ranges::none_of(site.hostnames, names_it)) return false;
    return page->port == site.port || (home && page->port == home->port);
}

std::string accept_text(std::string_view key) {
    Poco::SHA1Engine engine;
    engine.update(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    const auto& digest = engine.digest();
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           base64(std::string(digest.begin(), digest.end())) + "\r\n\r\n";
}

std::string stream_text(std::chrono::milliseconds again) {
    // Any page may read it: the address is what opens it, and no cookie counts.
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
           "Access-Control-Allow-Origin: *\r\nX-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\n"
           "Connection: close\r\n\r\nretry: " +
           std::to_string(again.count()) + "\n\n";
}

std::string answer_text(const PlainAnswer& answer) {
    http::WireReply reply;
    reply.status = answer.status;
    reply.headers.add("Content-Type", "text/plain; charset=utf-8");
    reply.headers.add("Cache-Control", "no-store");
    reply.headers.add("X-Content-Type-Options", "nosniff");
    if (answer.status == 426) reply.headers.add("Sec-WebSocket-Version", "13");
    if (answer.status == 405) reply.headers.add("Allow", "GET");
    if (answer.status == 429 || answer.status == 503) reply.headers.add("Retry-After", "5");
    reply.body = std::make_shared<const std::string>(answer.text);
    std::string text;
    http::append_reply_head(text, reply, {.keep_alive = false});
    return text + *reply.body;
}

}  // namespace whatsflow::realtime
