#include "http/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace whatsflow::http {
namespace {

constexpr Refusal kBareLineEnd{400, "A line of the request head does not end with CR LF."};
constexpr Refusal kControlByte{400, "The request head contains a control character."};
constexpr Refusal kLongLine{414, "The request line is too long."};
constexpr Refusal kLongHead{431, "The request head is too large."};
constexpr Refusal kManyHeaders{431, "The request has too many headers."};
constexpr Refusal kRequestLine{400, "The request line is malformed."};
constexpr Refusal kTarget{400, "The request target is malformed."};
constexpr Refusal kVersion{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
constexpr Refusal kTunnel{501, "Tunnels are not offered here."};
constexpr Refusal kHeaderName{400, "A header name is malformed."};
constexpr Refusal kFolded{400, "A header is continued on a second line."};
constexpr Refusal kHost{400, "The request needs exactly one valid Host header."};
constexpr Refusal kLength{400, "The Content-Length header is malformed."};
constexpr Refusal kTwoFramings{400, "The request says its length in two ways."};
constexpr Refusal kTransferEncoding{400, "The Transfer-Encoding header is malformed."};
constexpr Refusal kUnknownCoding{501, "Of the transfer codings only chunked is supported."};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_alnum(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

constexpr std::array<bool, 256> table_of(bool (*accepts)(unsigned char)) {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < 256; ++i) table[i] = accepts(static_cast<unsigned char>(i));
    return table;
}

constexpr auto kTokenBytes = table_of([](unsigned char c) {
    return is_alnum(static_cast<char>(c)) ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
});
/// Everything but control characters; tab is allowed, CR and LF are looked at apart.
constexpr auto kPlainBytes = table_of([](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
/// Visible ASCII but the fragment sign. Browsers send some that the grammar forbids, such as `|`.
constexpr auto kTargetBytes = table_of([](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#'; });

bool all_of(std::string_view text, const std::array<bool, 256>& table) {
    return std::ranges::all_of(text, [&](char c) { return table[static_cast<unsigned char>(c)]; });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Calls `use` with each element of a comma-separated list.
template <class Use>
void each_element(std::string_view list, Use use) {
    while (true) {
        const auto comma = list.find(',');
        use(trim(list.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

/// `name`, `name:port`, `[v6]`, `[v6]:port`: what a Host header may say.
bool is_host(std::string_view text) {
    if (text.empty()) return false;
    std::size_t end = 0;
    if (text.front() == '[') {
        end = text.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        const auto inside = text.substr(1, end - 1);
        if (!std::ranges::all_of(inside, [](char c) { return is_alnum(c) || c == ':' || c == '.'; })) return false;
        ++end;
    } else {
        end = std::min(text.find(':'), text.size());
        if (end == 0) return false;
        const auto name = text.substr(0, end);
        if (!std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; }))
            return false;
    }
    if (end == text.size()) return true;
    if (text[end] != ':') return false;
    const auto digits = text.substr(end + 1);
    if (digits.empty() || digits.size() > 5 || !std::ranges::all_of(digits, is_digit)) return false;
    unsigned port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return port <= 65535;
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && all_of(text, kTokenBytes);
}

bool same_text(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::variant<HeadParser::Progress, Refusal> HeadParser::read(std::string_view bytes) {
    while (position_ < bytes.size()) {
        const char c = bytes[position_++];
        if (after_return_) {
            if (c != '\n') return kBareLineEnd;
            after_return_ = false;
            const auto line = bytes.substr(line_start_, position_ - 2 - line_start_);
            line_start_ = position_;
            if (line.empty() && lines_ > 0) {
                if (auto refusal = finish()) return *refusal;
                return Progress::done;
            }
            if (auto refusal = end_line(line)) return *refusal;
            continue;
        }
        if (c == '\r') {
            after_return_ = true;
        } else if (!kPlainBytes[static_cast<unsigned char>(c)]) {
            return c == '\n' ? kBareLineEnd : kControlByte;
        } else if (lines_ == 0 && position_ - line_start_ > limits_->request_line) {
            return kLongLine;
        }
        if (position_ > limits_->head) return kLongHead;
    }
    return Progress::more;
}

std::optional<Refusal> HeadParser::end_line(std::string_view line) {
    if (lines_ == 0 && line.empty()) {
        // Old clients send one more CR LF after a form than they counted.
        if (skipped_empty_line_) return kRequestLine;
        skipped_empty_line_ = true;
        return std::nullopt;
    }
    return lines_++ == 0 ? request_line(line) : header_line(line);
}

std::optional<Refusal> HeadParser::request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return kRequestLine;
    const auto method = line.substr(0, first);
    auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(method)) return kRequestLine;
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                            version[6] == '.' && is_digit(version[7]);
        return shaped ? kVersion : kRequestLine;
    }
    if (target.empty() || !all_of(target, kTargetBytes)) return kTarget;
    head_.version_1_1 = version.back() == '1';
    head_.request.method = method;
    if (method == "CONNECT") return kTunnel;
    if (target.front() != '/') {
        // A proxy's form: taken only when it names the same host as the Host header does.
        const auto scheme = target.find("://");
        if (scheme == std::string_view::npos ||
            (!same_text(target.substr(0, scheme), "http") && !same_text(target.substr(0, scheme), "https")))
            return kTarget;
        absolute_form_ = true;
    }
    head_.request.target = target;
    return std::nullopt;
}

std::optional<Refusal> HeadParser::header_line(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') return kFolded;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return kHeaderName;
    if (++header_count_ > limits_->header_count) return kManyHeaders;
    head_.request.headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
    return std::nullopt;
}

std::optional<Refusal> HeadParser::finish() {
    if (auto refusal = check_host()) return refusal;
    return find_framing();
}

std::optional<Refusal> HeadParser::check_host() {
    auto& request = head_.request;
    const auto count = request.headers.count("Host");
    // HTTP/1.0 knew no Host: load balancers still check health that way.
    if (count > 1 || (count == 0 && (head_.version_1_1 || absolute_form_))) return kHost;
    const auto host = request.headers.find("Host");
    if (host && !is_host(*host)) return kHost;
    if (absolute_form_) {
        const auto rest = std::string_view(request.target).substr(request.target.find("://") + 3);
        const auto path = std::min(rest.find_first_of("/?"), rest.size());
        if (!same_text(rest.substr(0, path), *host)) return kHost;
        auto target = std::string(rest.substr(path));
        if (!target.starts_with('/')) target.insert(target.begin(), '/');
        request.target = std::move(target);
    }
    return std::nullopt;
}

std::optional<Refusal> HeadParser::find_framing() {
    head_.keep_alive = head_.version_1_1;
    bool close = false;
    bool keep = false;
    std::optional<std::string_view> length;
    std::optional<std::string_view> coding;
    for (const auto& [name, value] : head_.request.headers.entries()) {
        if (same_text(name, "Content-Length")) {
            if (length) return kLength;
            length = value;
        } else if (same_text(name, "Transfer-Encoding")) {
            if (coding) return kTransferEncoding;
            coding = value;
        } else if (same_text(name, "Connection")) {
            each_element(value, [&](std::string_view token) {
                close = close || same_text(token, "close");
                keep = keep || same_text(token, "keep-alive");
            });
        } else if (same_text(name, "Expect")) {
            head_.expects_continue = head_.version_1_1 && same_text(value, "100-continue");
        }
    }
    if (close)
        head_.keep_alive = false;
    else if (keep)
        head_.keep_alive = true;

    if (length && coding) return kTwoFramings;
    if (coding) {
        if (!head_.version_1_1) return kTransferEncoding;
        if (!same_text(*coding, "chunked")) {
            std::size_t chunked = 0;
            bool tokens = true;
            std::string_view last;
            each_element(*coding, [&](std::string_view token) {
                tokens = tokens && is_token(token);
                chunked += same_text(token, "chunked") ? 1 : 0;
                last = token;
            });
            return tokens && chunked == 1 && same_text(last, "chunked") ? kUnknownCoding : kTransferEncoding;
        }
        head_.framing = Framing::chunked;
    } else if (length) {
        if (length->empty() || !std::ranges::all_of(*length, is_digit)) return kLength;
        const auto [end, error] =
            std::from_chars(length->data(), length->data() + length->size(), head_.content_length);
        if (error != std::errc{}) head_.content_length = UINT64_MAX;  // 413 by any limit
        head_.framing = head_.content_length > 0 ? Framing::content_length : Framing::no_body;
    }
    return std::nullopt;
}

}  // namespace whatsflow::http
