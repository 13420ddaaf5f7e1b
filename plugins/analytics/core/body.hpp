/// \file
/// From the bytes of a capture request to JSON: clients compress, encode, wrap into forms.
///
/// Nothing grows without a bound: a body that would unfold to more than `kMostBytes` is refused
/// before it has, and so is JSON that is nested deeper than `kDeepest`.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::analytics {

inline constexpr std::size_t kMostBytes = 20 * 1024 * 1024;
inline constexpr int kDeepest = 64;

/// How the body came, as the headers and the query say.
struct BodyForm {
    std::string_view content_encoding;  ///< `gzip`
    std::string_view content_type;      ///< `application/x-www-form-urlencoded`: in the field `data`
    std::string_view compression;       ///< of the query: `gzip-js`, `base64`
};

/// Errors: `analytics.bad_body`, `analytics.too_large`.
sdk::Result<std::string> unfold(std::string_view body, const BodyForm& form);
/// Error `analytics.bad_json`.
sdk::Result<nlohmann::json> read_json(std::string_view text);

/// Base64 of both alphabets, padded or not.
std::optional<std::string> read_base64(std::string_view text);

}  // namespace whatsflow::analytics
