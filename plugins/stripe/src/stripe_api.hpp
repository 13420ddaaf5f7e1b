/// \file
/// Calls to Stripe: how a request is sent, and what its answer means for the next step.
///
/// Every POST carries an idempotency key that Stripe remembers, so a call whose answer got
/// lost may be sent again. The exception is a fault that Stripe has stored: it answers the
/// same fault for ever, and the object has to be read back.
#pragma once

#include "form_body.hpp"

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/payment_outcome.hpp>
#include <whatsflow/sdk/secret.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace whatsflow::stripe {

/// The version of Stripe's API that this plugin speaks.
inline constexpr const char* kApiVersion = "2026-10-28.endive";

struct ApiFailure {
    enum class Kind {
        rejected,   ///< our request, key or configuration is wrong
        not_found,  ///< no such object
        declined,   ///< the card or the bank said no
        transient,  ///< nothing happened, or the same key may be sent again
        unknown,    ///< may have happened: read the object back
    };
    Kind kind = Kind::transient;
    std::string code;
    std::string message;
    nlohmann::json error;  ///< Stripe's `error` object, or null
    std::optional<sdk::Milliseconds> retry_after;

    /// `payment.rejected`, `payment.not_found`, `payment.transient` or `payment.unknown`.
    sdk::Error as_error() const;
    sdk::PaymentOutcome as_outcome() const;
};

/// Stripe's JSON object, or what went wrong.
class ApiAnswer {
public:
    ApiAnswer(nlohmann::json json) : json_(std::move(json)) {}
    ApiAnswer(ApiFailure failure) : failure_(std::move(failure)) {}

    explicit operator bool() const { return !failure_; }
    const nlohmann::json& operator*() const { return json_; }
    const ApiFailure& failure() const { return *failure_; }

private:
    nlohmann::json json_;
    std::optional<ApiFailure> failure_;
};

/// [thread-safe] Blocks: pool and job threads only.
class StripeApi {
public:
    /// `base` without `/v1`.
    StripeApi(sdk::HttpsClient& https, sdk::Logger& log, std::string base, sdk::Secret key);

    /// `path` begins after `/v1`, with its query.
    ApiAnswer get(const sdk::CallContext& context, const std::string& path) const;
    ApiAnswer post(const sdk::CallContext& context, const std::string& path, const FormBody& body,
                   const std::string& idempotency_key) const;

    bool has_key() const { return !key_.empty(); }
    /// A simulator on this machine speaks plain HTTP; everybody else may not.
    bool is_page_address(const std::string& url) const;

private:
    ApiAnswer send(const sdk::CallContext& context, const std::string& path, sdk::OutgoingRequest request) const;

    sdk::HttpsClient& https_;
    sdk::Logger& log_;
    std::string base_;
    sdk::Secret key_;
};

/// What an answer means. Apart, so that it can be tried out without a network.
ApiAnswer judge(const sdk::Result<sdk::IncomingResponse>& answer);

}  // namespace whatsflow::stripe
