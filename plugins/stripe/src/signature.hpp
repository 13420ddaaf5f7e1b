/// \file
/// Stripe's signature of a webhook: HMAC-SHA256 over the time, a dot and the raw body.
///
///     Stripe-Signature: t=1700000000,v1=9382…,v1=0a5f…,v0=…
///
/// Two `v1` come while a secret is being replaced, so any of them may match, and any of our
/// secrets may have made it.
#pragma once

#include <whatsflow/sdk/secret.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::stripe {

struct SignatureHeader {
    std::string_view time_text;  ///< as signed
    std::int64_t time = 0;       ///< seconds since 1970
    std::vector<std::string_view> digests;
};

/// Nothing without exactly one readable `t` and at least one `v1`.
std::optional<SignatureHeader> read_signature_header(std::string_view header);

/// 64 lower-case hexadecimal digits. The key is the whole secret, `whsec_` included.
std::string sign(std::string_view secret, std::string_view time, std::string_view body);

/// True when one of the secrets made one of the digests. An empty secret proves nothing.
bool is_signed_with_any(const std::vector<sdk::Secret>& secrets, const SignatureHeader& header, std::string_view body);

}  // namespace whatsflow::stripe
