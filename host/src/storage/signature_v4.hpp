/// \file
/// AWS Signature Version 4: proves to a store who asks, without sending the secret.
/// Checked against the vectors that AWS publishes.
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::storage {

struct SigningKey {
    std::string access_key;
    std::string secret_key;
    std::string region;
    std::string service = "s3";
};

using NamedValues = std::vector<std::pair<std::string, std::string>>;

struct UnsignedRequest {
    std::string method;
    std::string path;            ///< percent-encoded, as it is sent
    NamedValues query{};         ///< not encoded
    NamedValues headers{};       ///< all that are signed: `host` and `x-amz-date` among them
    std::string payload_sha256;  ///< 64 hexadecimal digits
};

/// The value of the Authorization header.
std::string sign(const UnsignedRequest& request, const SigningKey& key, std::string_view amz_date);

/// `20130524T000000Z`, for x-amz-date.
std::string to_amz_date(sdk::Instant instant);
/// Everything but A-Z a-z 0-9 - . _ ~ as %XX.
std::string encode_uri(std::string_view text);
/// `a=1&b=2`, sorted and encoded.
std::string encode_query(NamedValues query);

}  // namespace whatsflow::storage
