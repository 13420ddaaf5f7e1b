/// \file
/// Takes a chunked body apart, strictly and without ever reserving what a client only announces.
///
/// Bytes in, body out, no sockets. Extensions and trailers are checked for form and thrown away.
#pragma once

#include "http/request_head.hpp"

#include <string>
#include <string_view>

namespace whatsflow::http {

class ChunkedBody {
public:
    struct Step {
        std::size_t consumed = 0;
        bool done = false;
        std::optional<Refusal> refusal{};
    };

    explicit ChunkedBody(std::size_t limit) : limit_(limit) {}

    /// Takes from `bytes` what it can use and appends the body to `body`.
    Step read(std::string_view bytes, std::string& body);

private:
    enum class State { size, extension, size_end, data, data_return, data_end, trailer, trailer_end };

    std::optional<Refusal> step(char c);

    std::size_t limit_;
    std::size_t chunk_ = 0;
    std::size_t received_ = 0;
    std::size_t digits_ = 0;
    std::size_t line_ = 0;  ///< bytes of this size line or trailer line
    std::size_t trailer_bytes_ = 0;
    bool in_trailer_name_ = true;
    State state_ = State::size;
    bool done_ = false;
};

}  // namespace whatsflow::http
