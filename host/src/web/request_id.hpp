/// \file
/// A short name for each request: on the error page, in the log, in outgoing calls.
///
/// Fifteen characters fit into a std::string without an allocation, and are short enough to
/// be read out on the telephone.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::web {

/// [thread-safe] Ids of one source never repeat; two sources differ by 30 random bits.
class RequestIds {
public:
    RequestIds();
    [[nodiscard]] std::string next() noexcept;

private:
    std::uint32_t prefix_;
    std::atomic<std::uint64_t> count_{0};
};

/// 8 to 64 letters, digits, `-`, `_` or `.`: what we take over from a trusted proxy.
[[nodiscard]] bool is_request_id(std::string_view text) noexcept;

}  // namespace whatsflow::web
