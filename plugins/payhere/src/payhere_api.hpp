/// \file
/// Calls to PayHere's merchant API: the only file that knows its paths.
#pragma once

#include "access_token.hpp"
#include "answers.hpp"

#include <whatsflow/sdk/logger.hpp>

namespace whatsflow::payhere {

/// [thread-safe] Blocks: pool and job threads only.
class PayHereApi {
public:
    PayHereApi(sdk::HttpsClient& https, const sdk::Clock& clock, sdk::Logger& log, std::string base,
               AppCredentials app);

    /// May be repeated.
    Answer get(const sdk::CallContext& context, const std::string& path);
    /// Sent once. A token that PayHere no longer takes is renewed, and only then it is sent
    /// again: PayHere looks at the token before it does anything.
    Answer post(const sdk::CallContext& context, const std::string& path, const nlohmann::json& body);

    /// Only asks for a token. Errors as AccessToken::get.
    sdk::Result<void> try_credentials(const sdk::CallContext& context);

    /// Every successful payment of an order. Errors: `payment.rejected`, `payment.transient`.
    sdk::Result<std::vector<sdk::PaymentRecord>> payments_of_order(const sdk::CallContext& context,
                                                                   const std::string& order_id);
    sdk::Result<std::vector<sdk::PaymentRecord>> payments_of_subscription(const sdk::CallContext& context,
                                                                          const std::string& subscription_id);
    /// `ACTIVE`, `COMPLETED`, `FAILED` or another word of PayHere; empty when it has none of this id.
    sdk::Result<std::string> status_of_subscription(const sdk::CallContext& context,
                                                    const std::string& subscription_id);

    bool has_app() const { return token_.app().complete(); }

private:
    Answer send(const sdk::CallContext& context, const std::string& path, sdk::OutgoingRequest request);

    sdk::HttpsClient& https_;
    sdk::Logger& log_;
    std::string base_;
    AccessToken token_;
};

}  // namespace whatsflow::payhere
