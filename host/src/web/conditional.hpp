/// \file
/// Validators and encodings: has the client got this already, and which bytes may it get?
///
/// Works on header text and allocates nothing but a new validator.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::web {

enum class Encoding { identity, gzip, brotli };
/// `gzip`, `br`; empty for identity.
[[nodiscard]] std::string_view content_coding(Encoding encoding) noexcept;

/// A strong validator of these bytes, with its quotes.
[[nodiscard]] std::string strong_etag(std::string_view bytes);
/// The validator of the same content in another encoding: they are different bytes.
[[nodiscard]] std::string etag_for(std::string_view etag, Encoding encoding);

/// True when If-None-Match lists `etag` (weakly compared, as RFC 9110 says) or is `*`.
[[nodiscard]] bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept;

/// The best encoding the client accepts of those we have: the highest q, and among equals
/// br before gzip before identity. Identity when it forbids everything we have: a
/// page it may not read helps it more than a 406.
[[nodiscard]] Encoding choose_encoding(std::optional<std::string_view> accept_encoding, bool has_gzip,
                                       bool has_brotli) noexcept;

}  // namespace whatsflow::web
