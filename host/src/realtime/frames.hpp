/// \file
/// The frames of a WebSocket (RFC 6455), as bytes in and bytes out; knows no sockets.
///
/// POCO's own WebSocket waits in the middle of a frame, which a thread that serves thousands
/// cannot. Strict: whatever the standard forbids is a violation with the code to close with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace whatsflow::realtime {

namespace close_code {
inline constexpr std::uint16_t kNormal = 1000, kGoingAway = 1001, kProtocol = 1002, kNotText = 1007, kPolicy = 1008,
                               kTooBig = 1009, kTryLater = 1013;
}

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// A whole message or a control frame of the client. `text` is valid UTF-8.
struct Incoming {
    Opcode opcode = Opcode::text;
    std::string payload;
};

/// Why the connection has to end.
struct Violation {
    std::uint16_t code = close_code::kProtocol;
    std::string_view reason;
};

struct NeedMore {};

/// Takes the client's frames apart. A message may come in fragments, control frames between them.
class FrameReader {
public:
    explicit FrameReader(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    void append(std::string_view bytes) { input_.append(bytes); }
    /// After a violation nothing more may be read.
    std::variant<NeedMore, Incoming, Violation> next();

private:
    struct Header;
    std::optional<Violation> check(const Header& header) const;
    std::variant<NeedMore, Incoming, Violation> finish(const Header& header, std::string payload);

    std::size_t most_bytes_;
    std::string input_;
    std::string message_;                   ///< fragments so far
    std::optional<Opcode> message_opcode_;  ///< set between fragments
};

/// The server's frames carry no mask, so one serves every reader.
using Frame = std::shared_ptr<const std::string>;
[[nodiscard]] Frame make_frame(Opcode opcode, std::string_view payload);
[[nodiscard]] Frame make_close(std::uint16_t code, std::string_view reason);
/// The code of a close frame's payload; `kNormal` when it has none.
[[nodiscard]] std::uint16_t code_of_close(std::string_view payload);

}  // namespace whatsflow::realtime
