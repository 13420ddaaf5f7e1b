#include "http/reply_head.hpp"

#include "http/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace whatsflow::http {
namespace {

/// `Date: …` with its line end, made once a second on each thread.
std::string_view date_line() {
    thread_local std::time_t second = 0;
    thread_local std::array<char, 48> line{};
    thread_local std::size_t length = 0;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != second || length == 0) {
        second = now.tv_sec;
        std::tm parts{};
        ::gmtime_r(&second, &parts);
        length = std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    }
    return {line.data(), length};
}

bool is_field_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    });
}

bool written_by_the_wire(std::string_view name) {
    switch (name.size()) {
        case 4: return same_text(name, "Date");
        case 7: return same_text(name, "Trailer") || same_text(name, "Upgrade");
        case 10: return same_text(name, "Connection") || same_text(name, "Keep-Alive");
        case 14: return same_text(name, "Content-Length");
        case 17: return same_text(name, "Transfer-Encoding");
        default: return false;
    }
}

void append_number(std::string& out, std::size_t number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

bool never_has_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 402: return "Payment Required";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "";
    }
}

bool sends_body(const WireReply& reply, ReplyFraming framing) {
    const bool has_bytes = reply.stream || (reply.body && !reply.body->empty());
    return has_bytes && !reply.head_only && !framing.head_only && !never_has_body(reply.status);
}

void append_reply_head(std::string& out, const WireReply& reply, ReplyFraming framing) {
    // The server speaks 1.1 even to a 1.0 client; what counts for that client is Connection.
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(std::clamp(reply.status, 100, 999)));
    out += ' ';
    out += reason_phrase(reply.status);
    out += "\r\n";
    out += date_line();
    if (is_chunked(reply, framing) && !never_has_body(reply.status)) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (!reply.stream && !never_has_body(reply.status)) {
        out += "Content-Length: ";
        append_number(out, reply.body ? reply.body->size() : 0);
        out += "\r\n";
    }
    if (!framing.keep_alive)
        out += "Connection: close\r\n";
    else if (!framing.version_1_1)
        out += "Connection: keep-alive\r\n";
    // Made and checked once, for every reply of a cached page.
    if (reply.header_block) out += *reply.header_block;
    for (const auto& [name, value] : reply.headers.entries()) {
        if (!is_token(name) || !is_field_value(value) || written_by_the_wire(name)) continue;
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    out += "\r\n";
}

}  // namespace whatsflow::http
