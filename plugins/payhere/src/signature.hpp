/// \file
/// The two digests of PayHere's forms, made with the merchant's secret:
///
///     hash   = MD5(merchant_id + order_id + amount + currency + MD5(secret))
///     md5sig = MD5(merchant_id + order_id + payhere_amount + payhere_currency + status_code + MD5(secret))
///
/// all hexadecimal in capitals. There are no separators and no time in them, so the caller
/// checks amount and currency first, and a repeated signature proves nothing new.
#pragma once

#include <whatsflow/sdk/secret.hpp>

#include <string>
#include <string_view>

namespace whatsflow::payhere {

struct Merchant {
    std::string id;
    sdk::Secret secret;  ///< as the portal shows it; it looks like base64 and is not decoded

    bool complete() const { return !id.empty() && !secret.empty(); }
};

/// `amount` is the exact text that is posted.
std::string request_hash(const Merchant& merchant, std::string_view order_id, std::string_view amount,
                         std::string_view currency);

/// The texts exactly as they were received.
std::string notice_signature(const Merchant& merchant, std::string_view order_id, std::string_view amount,
                             std::string_view currency, std::string_view status_code);

}  // namespace whatsflow::payhere
