/// \file
/// Bytes of a peer we do not trust into a response, within limits.
///
/// Our own, because the library's reader cannot stop at a deadline between two bytes and has
/// no cap on bodies. Strict where laxness lets two readers disagree: one framing only, CRLF
/// line ends, no folded headers. Knows no sockets, so that it can be tested byte by byte.
#pragma once

#include <whatsflow/sdk/https_client.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::net {

class ResponseParser {
public:
    enum class Progress { more, complete, malformed, too_large };

    /// `bodiless`: the request was HEAD.
    ResponseParser(bool bodiless, std::size_t most_body_bytes);

    /// Takes the next bytes from the wire. Not to be called again once it said anything but `more`.
    Progress feed(std::string_view bytes);
    /// The peer closed in good order: complete when that is how the body ends.
    Progress end_of_stream() const;

    bool anything_received() const { return anything_received_; }
    /// True when the connection may carry another request after this complete response.
    bool reusable() const { return reusable_ && !leftover_; }
    sdk::IncomingResponse take() { return std::move(response_); }

private:
    enum class State { status_line, header, sized_body, body_until_close, chunk_size, chunk, chunk_end, trailer, done };

    Progress on_line(std::string_view line);
    Progress on_status_line(std::string_view line);
    Progress on_header(std::string_view line);
    Progress on_end_of_headers();
    Progress on_chunk_size(std::string_view line);
    Progress take_body(std::string_view& bytes);
    void start_over();

    const bool bodiless_;
    const std::size_t most_body_bytes_;
    State state_ = State::status_line;
    std::string line_;
    std::size_t head_bytes_ = 0;
    std::uint64_t remaining_ = 0;  ///< of the sized body or the chunk
    bool anything_received_ = false;
    bool reusable_ = true;
    bool leftover_ = false;
    sdk::IncomingResponse response_;
};

}  // namespace whatsflow::net
