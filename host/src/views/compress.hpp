/// \file
/// Smaller copies of pages and assets, for browsers that take them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::views {

/// Null where the result is not smaller than what went in, or the text is too short to pay.
struct Compressed {
    std::shared_ptr<const std::string> brotli;
    std::shared_ptr<const std::string> gzip;
};

enum class Effort {
    quick,  ///< while somebody waits: some 20 MB/s
    best,   ///< once, for what is sent a million times: some 1 MB/s
};

/// Texts under this size fit one packet anyway.
inline constexpr std::size_t kSmallestCompressed = 1024;

/// [thread-safe, any thread]
Compressed compress(std::string_view text, Effort effort);

/// Nothing when the bytes are broken or unpack to more than `limit`.
std::optional<std::string> unpack_brotli(std::string_view bytes, std::size_t limit);
std::optional<std::string> unpack_gzip(std::string_view bytes, std::size_t limit);

}  // namespace whatsflow::views
