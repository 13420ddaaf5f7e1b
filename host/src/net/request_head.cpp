#include "net/request_head.hpp"

#include "net/token.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::net {
namespace {

bool has_controls(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f'; });
}

bool is_ours(std::string name) {
    constexpr std::array<std::string_view, 8> ours{"host", "content-length", "transfer-encoding", "connection",
                                                   "te",   "trailer",        "upgrade",           "expect"};
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::ranges::find(ours, name) != ours.end();
}

bool has_a_body(const sdk::OutgoingRequest& request) {
    using sdk::Method;
    return !request.body.empty() || request.method == Method::post || request.method == Method::put ||
           request.method == Method::patch;
}

}  // namespace

sdk::Result<std::string> make_request_head(const sdk::CallContext& context, const sdk::OutgoingRequest& request,
                                           const Url& url) {
    std::string head;
    head.append(sdk::to_text(request.method)).append(" ").append(url.target).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(url.host_header()).append("\r\n");
    for (const auto& [name, value] : request.headers.entries()) {
        if (!is_token(name) || has_controls(value)) {
            return sdk::fail("net.not_sent", "a header of the outgoing request has characters that are not allowed");
        }
        if (is_ours(name))
            return sdk::fail("net.not_sent", "the header " + name + " is set by the client itself; leave it out");
        head.append(name).append(": ").append(value).append("\r\n");
    }
    const auto add_unless_given = [&](std::string_view name, std::string_view value) {
        if (request.headers.count(name) == 0) head.append(name).append(": ").append(value).append("\r\n");
    };
    add_unless_given("User-Agent", "WhatsFlow/0.1");
    add_unless_given("Accept", "*/*");
    // Nothing here unpacks: a small packed answer could be a very large one.
    add_unless_given("Accept-Encoding", "identity");
    if (!context.request_id.empty() && !has_controls(context.request_id)) {
        add_unless_given("X-Request-Id", context.request_id);
    }
    if (has_a_body(request)) head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    return head.append("\r\n");
}

}  // namespace whatsflow::net
