/// \file
/// Writes the head of a reply, the one place where a reply becomes bytes.
///
/// Connection, Content-Length and Date are written here and nowhere else, and a header that
/// carries a control character is left out, so nobody can inject a header or a second reply.
#pragma once

#include "http/application.hpp"

#include <string>
#include <string_view>

namespace whatsflow::http {

struct ReplyFraming {
    bool keep_alive = true;
    bool version_1_1 = true;
    bool head_only = false;  ///< the request was HEAD
};

/// A stream's end is marked by a last chunk; a client of HTTP/1.0 only sees the connection end.
[[nodiscard]] inline bool is_chunked(const WireReply& reply, ReplyFraming framing) {
    return reply.stream && framing.version_1_1;
}

/// Appends the status line and all headers to `out`, with the blank line.
void append_reply_head(std::string& out, const WireReply& reply, ReplyFraming framing);

/// Whether a body's bytes, or a stream's, follow the head.
[[nodiscard]] bool sends_body(const WireReply& reply, ReplyFraming framing);

/// The standard phrase for a status, or an empty text.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace whatsflow::http
