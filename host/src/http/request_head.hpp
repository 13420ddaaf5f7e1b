/// \file
/// Reads a request head line by line and refuses whatever two readers could understand differently.
///
/// This is the guard against request smuggling: bytes in, a head or a refusal out, no sockets.
/// A verdict depends on the bytes alone, never on how they were cut into packets.
#pragma once

#include "http/application.hpp"
#include "http/limits.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace whatsflow::http {

/// Why a request is not answered by the application. `reason` is fixed text, safe to show.
struct Refusal {
    int status = 400;
    std::string_view reason;
    bool operator==(const Refusal&) const = default;
};

enum class Framing { no_body, content_length, chunked };

/// A head that passed: the request without its body, and how the body is delimited.
struct RequestHead {
    WireRequest request;
    Framing framing = Framing::no_body;
    std::uint64_t content_length = 0;
    bool version_1_1 = true;
    bool keep_alive = true;
    bool expects_continue = false;
};

/// Reads one head out of a growing buffer.
class HeadParser {
public:
    enum class Progress { more, done };

    explicit HeadParser(const Limits& limits) : limits_(&limits) {}

    /// `bytes` is the head from its first byte on, as far as it has come: the same text as at the
    /// last call, and more behind it. At `done`, `length()` bytes belong to the head.
    std::variant<Progress, Refusal> read(std::string_view bytes);

    [[nodiscard]] bool started() const { return position_ > 0; }
    [[nodiscard]] std::size_t length() const { return position_; }
    [[nodiscard]] bool is_head_method() const { return head_.request.method == "HEAD"; }
    /// Only after `done`.
    RequestHead take() { return std::move(head_); }

private:
    std::optional<Refusal> end_line(std::string_view line);
    std::optional<Refusal> request_line(std::string_view line);
    std::optional<Refusal> header_line(std::string_view line);
    std::optional<Refusal> finish();
    std::optional<Refusal> find_framing();
    std::optional<Refusal> check_host();

    const Limits* limits_;
    RequestHead head_;
    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    std::size_t lines_ = 0;
    std::size_t header_count_ = 0;
    bool after_return_ = false;
    bool skipped_empty_line_ = false;
    bool absolute_form_ = false;
};

/// A name as HTTP allows it: one or more token characters.
[[nodiscard]] bool is_token(std::string_view text);
/// Compares without regard to the case of ASCII letters.
[[nodiscard]] bool same_text(std::string_view left, std::string_view right);

}  // namespace whatsflow::http
