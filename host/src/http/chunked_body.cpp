#include "http/chunked_body.hpp"

#include <algorithm>

namespace whatsflow::http {
namespace {

constexpr std::size_t kSizeLine = 256;
constexpr std::size_t kTrailers = 8 * 1024;
constexpr Refusal kMalformed{400, "The chunked body is malformed."};
constexpr Refusal kLargeChunks{413, "The body is larger than this address takes."};
constexpr Refusal kLongTrailers{431, "The trailers of the body are too large."};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

}  // namespace

ChunkedBody::Step ChunkedBody::read(std::string_view bytes, std::string& body) {
    std::size_t position = 0;
    while (position < bytes.size() && !done_) {
        if (state_ == State::data) {
            const auto part = std::min(chunk_, bytes.size() - position);
            body.append(bytes.substr(position, part));
            position += part;
            chunk_ -= part;
            if (chunk_ == 0) state_ = State::data_return;
            continue;
        }
        if (auto refusal = step(bytes[position++])) return {position, false, refusal};
    }
    return {position, done_};
}

std::optional<Refusal> ChunkedBody::step(char c) {
    switch (state_) {
        case State::size: {
            if (const int digit = hex_digit(c); digit >= 0) {
                if (++digits_ > 16) return kMalformed;
                // Compared at every digit, so the sum below cannot overflow.
                chunk_ = chunk_ * 16 + static_cast<std::size_t>(digit);
                if (chunk_ > limit_ - received_) return kLargeChunks;
                return std::nullopt;
            }
            if (digits_ == 0) return kMalformed;
            if (c == ';')
                state_ = State::extension;
            else if (c == '\r')
                state_ = State::size_end;
            else
                return kMalformed;
            return std::nullopt;
        }
        case State::extension:
            if (c == '\r')
                state_ = State::size_end;
            else if (!is_plain(c) || ++line_ > kSizeLine)
                return kMalformed;
            return std::nullopt;
        case State::size_end:
            if (c != '\n') return kMalformed;
            received_ += chunk_;
            state_ = chunk_ == 0 ? State::trailer : State::data;
            digits_ = line_ = 0;
            return std::nullopt;
        case State::data_return:
            if (c != '\r') return kMalformed;
            state_ = State::data_end;
            return std::nullopt;
        case State::data_end:
            if (c != '\n') return kMalformed;
            state_ = State::size;
            return std::nullopt;
        case State::trailer:
            if (++trailer_bytes_ > kTrailers) return kLongTrailers;
            if (c == '\r') {
                if (line_ > 0 && in_trailer_name_) return kMalformed;
                state_ = State::trailer_end;
                return std::nullopt;
            }
            if (in_trailer_name_ && c == ':' && line_ > 0)
                in_trailer_name_ = false;
            else if (in_trailer_name_ ? !is_token({&c, 1}) : !is_plain(c))
                return kMalformed;
            ++line_;
            return std::nullopt;
        case State::trailer_end:
            if (c != '\n') return kMalformed;
            done_ = line_ == 0;
            line_ = 0;
            in_trailer_name_ = true;
            state_ = State::trailer;
            return std::nullopt;
        case State::data: break;
    }
    return kMalformed;
}

}  // namespace whatsflow::http
