#include "net/response_parser.hpp"

#include "net/token.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace whatsflow::net {
namespace {

constexpr std::size_t largest_head = 64 * 1024;
constexpr std::size_t most_headers = 200;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool same_word(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::optional<std::uint64_t> whole_number(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value, base);
    if (text.empty() || problem != std::errc{} || stop != end) return std::nullopt;
    return value;
}

}  // namespace

ResponseParser::ResponseParser(bool bodiless, std::size_t most_body_bytes)
    : bodiless_(bodiless), most_body_bytes_(most_body_bytes) {}

ResponseParser::Progress ResponseParser::feed(std::string_view bytes) {
    anything_received_ = anything_received_ || !bytes.empty();
    while (!bytes.empty()) {
        if (state_ == State::sized_body || state_ == State::chunk || state_ == State::body_until_close) {
            if (const auto progress = take_body(bytes); progress != Progress::more) return progress;
            continue;
        }
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        head_bytes_ += part.size();
        if (head_bytes_ > largest_head) return Progress::malformed;
        line_ += part;
        bytes.remove_prefix(part.size());
        if (end == std::string_view::npos) return Progress::more;
        if (!line_.ends_with("\r\n")) return Progress::malformed;
        line_.resize(line_.size() - 2);
        const auto progress = on_line(line_);
        line_.clear();
        if (progress == Progress::complete) leftover_ = !bytes.empty();
        if (progress != Progress::more) return progress;
    }
    return Progress::more;
}

ResponseParser::Progress ResponseParser::end_of_stream() const {
    return state_ == State::body_until_close ? Progress::complete : Progress::malformed;
}

ResponseParser::Progress ResponseParser::on_line(std::string_view line) {
    switch (state_) {
        case State::status_line: return on_status_line(line);
        case State::header: return line.empty() ? on_end_of_headers() : on_header(line);
        case State::chunk_size: return on_chunk_size(line);
        case State::chunk_end:
            state_ = State::chunk_size;
            head_bytes_ = 0;
            return line.empty() ? Progress::more : Progress::malformed;
        case State::trailer:
            if (!line.empty()) return Progress::more;
            state_ = State::done;
            return Progress::complete;
        default: return Progress::malformed;
    }
}

ResponseParser::Progress ResponseParser::on_status_line(std::string_view line) {
    const bool modern = line.starts_with("HTTP/1.1 ");
    if (!modern && !line.starts_with("HTTP/1.0 ")) return Progress::malformed;
    const auto rest = line.substr(9);
    const auto status = whole_number(rest.substr(0, 3), 10);
    if (!status || *status < 100 || *status > 599 || (rest.size() > 3 && rest[3] != ' ')) return Progress::malformed;
    reusable_ = modern;
    response_.status = static_cast<int>(*status);
    state_ = State::header;
    return Progress::more;
}

ResponseParser::Progress ResponseParser::on_header(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return Progress::malformed;
    if (response_.headers.entries().size() >= most_headers) return Progress::malformed;
    const auto value = trimmed(line.substr(colon + 1));
    const bool clean =
        std::ranges::none_of(value, [](char c) { return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f'; });
    if (!clean) return Progress::malformed;
    response_.headers.add(std::string{line.substr(0, colon)}, std::string{value});
    return Progress::more;
}

ResponseParser::Progress ResponseParser::on_end_of_headers() {
    const int status = response_.status;
    if (status == 101) return Progress::malformed;  // we never ask for another protocol
    if (status < 200) {
        start_over();
        return Progress::more;
    }
    const auto& headers = response_.headers;
    if (const auto connection = headers.find("Connection")) {
        if (same_word(*connection, "close")) reusable_ = false;
        if (same_word(*connection, "keep-alive")) reusable_ = true;
    }
    const bool encoded = headers.count("Transfer-Encoding") > 0;
    const auto lengths = headers.count("Content-Length");
    if (lengths > 1 || (encoded && lengths > 0)) return Progress::malformed;
    if (bodiless_ || status == 204 || status == 304) {
        state_ = State::done;
        return Progress::complete;
    }
    head_bytes_ = 0;
    if (encoded) {
        if (headers.count("Transfer-Encoding") > 1 || !same_word(*headers.find("Transfer-Encoding"), "chunked")) {
            return Progress::malformed;
        }
        state_ = State::chunk_size;
        return Progress::more;
    }
    if (lengths == 0) {
        reusable_ = false;
        state_ = State::body_until_close;
        return Progress::more;
    }
    const auto length = whole_number(*headers.find("Content-Length"), 10);
    if (!length) return Progress::malformed;
    if (*length > most_body_bytes_) return Progress::too_large;
    remaining_ = *length;
    state_ = remaining_ == 0 ? State::done : State::sized_body;
    return remaining_ == 0 ? Progress::complete : Progress::more;
}

ResponseParser::Progress ResponseParser::on_chunk_size(std::string_view line) {
    const auto size = whole_number(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) return Progress::malformed;
    if (*size > most_body_bytes_ - response_.body.size()) return Progress::too_large;
    remaining_ = *size;
    state_ = remaining_ == 0 ? State::trailer : State::chunk;
    return Progress::more;
}

ResponseParser::Progress ResponseParser::take_body(std::string_view& bytes) {
    const bool sized = state_ != State::body_until_close;
    const auto part =
        sized ? bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()))) : bytes;
    if (part.size() > most_body_bytes_ - response_.body.size()) return Progress::too_large;
    response_.body += part;
    bytes.remove_prefix(part.size());
    if (!sized) return Progress::more;
    remaining_ -= part.size();
    if (remaining_ > 0) return Progress::more;
    if (state_ == State::chunk) {
        state_ = State::chunk_end;
        return Progress::more;
    }
    state_ = State::done;
    leftover_ = !bytes.empty();
    return Progress::complete;
}

void ResponseParser::start_over() {
    response_ = {};
    state_ = State::status_line;  // the head's bytes go on counting: endless 1xx must end
}

}  // namespace whatsflow::net
