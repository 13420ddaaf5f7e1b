/// \file
/// The only file that knows Acme's URLs and JSON.
///
/// Acme's calls take an Idempotency-Key and remember it, so a call whose answer got lost may
/// be sent again: a timeout is `transient` here, not `unknown`.
#pragma once

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace acme {

namespace sdk = whatsflow::sdk;

class AcmeApi {
public:
    AcmeApi(sdk::HttpsClient& https, std::string base, sdk::Secret key);

    /// Acme's answer as JSON. Errors: `payment.rejected` with Acme's own message,
    /// `payment.transient`.
    sdk::Result<nlohmann::json> get(const sdk::CallContext& context, const std::string& path) const;
    sdk::Result<nlohmann::json> post(const sdk::CallContext& context, const std::string& path,
                                     const nlohmann::json& body, const std::string& idempotency_key) const;

private:
    sdk::Result<nlohmann::json> send(const sdk::CallContext& context, sdk::OutgoingRequest request) const;

    sdk::HttpsClient& https_;
    std::string base_;
    sdk::Secret key_;
};

/// A text of a JSON object; empty when it is not there or is something else.
std::string text_of(const nlohmann::json& object, const char* key);

/// `{"amount": 2500, "currency": "USD"}`, or nothing when either makes no sense.
std::optional<sdk::Money> money_of(const nlohmann::json& object);

}  // namespace acme
