#include "web/security_headers.hpp"

#include "web/site_table.hpp"
#include "web/text.hpp"

#include <stdexcept>

namespace whatsflow::web {
namespace {

void append_origins(std::string& policy, const std::vector<std::string>& origins) {
    for (const auto& origin : origins) {
        // origin_of leaves scheme and authority only; what else it may hold is checked here.
        const auto text = origin_of(origin);
        if (text.empty() || text.find_first_of(" ;,'\"") != std::string::npos || has_control(text)) continue;
        const bool local = text.starts_with("http://localhost") || text.starts_with("http://127.0.0.1");
        if (text.starts_with("https://") || local) policy.append(" ").append(text);
    }
}

void append_sockets(std::string& policy, const std::vector<std::string>& sockets) {
    for (const auto& socket : sockets) {
        if (socket.find_first_of(" ;,'\"") != std::string::npos || has_control(socket)) continue;
        const bool local = socket.starts_with("ws://localhost:") || socket.starts_with("ws://127.0.0.1:");
        if (socket.starts_with("wss://") || local) policy.append(" ").append(socket);
    }
}

void add_if_missing(sdk::Headers& headers, std::string_view name, std::string value) {
    if (headers.count(name) == 0) headers.add(std::string(name), std::move(value));
}

}  // namespace

std::string content_security_policy(const PageOrigins& origins) {
    std::string policy = "default-src 'self'; script-src 'self'";
    append_origins(policy, origins.scripts);
    policy += "; style-src 'self'; img-src 'self' data:; connect-src 'self'";
    append_origins(policy, origins.scripts);
    append_sockets(policy, origins.sockets);
    policy += "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    append_origins(policy, origins.forms);
    policy += "; object-src 'none'";
    return policy;
}

void add_security_headers(sdk::Headers& headers, bool secure, const PageOrigins& origins) {
    add_if_missing(headers, "Content-Security-Policy", content_security_policy(origins));
    add_if_missing(headers, "X-Content-Type-Options", "nosniff");
    add_if_missing(headers, "X-Frame-Options", "DENY");
    add_if_missing(headers, "Referrer-Policy", "strict-origin-when-cross-origin");
    add_if_missing(headers, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    add_if_missing(headers, "Cross-Origin-Opener-Policy", "same-origin");
    if (secure) add_if_missing(headers, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
}

std::string header_line(std::string_view name, std::string_view value) {
    if (name.empty() || has_control(name) || has_control(value) || name.find(':') != std::string_view::npos)
        throw std::invalid_argument("a header line with control characters is not written");
    return std::string(name).append(": ").append(value).append("\r\n");
}

bool is_safe_location(std::string_view location) noexcept {
    if (has_control(location)) return false;
    if (location.starts_with('/')) return location.size() < 2 || (location[1] != '/' && location[1] != '\\');
    const auto scheme = location.substr(0, location.find("://"));
    return (same_text(scheme, "https") || same_text(scheme, "http")) && location.size() > scheme.size() + 3;
}

}  // namespace whatsflow::web
