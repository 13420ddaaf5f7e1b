/// \file
/// Reading PayHere's JSON without trusting it, and what an answer means for the next step.
///
/// PayHere refuses with HTTP 200 and a number in the body, so nothing but `"status": 1` in a
/// readable body of a 2xx answer is a success.
#pragma once

#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace whatsflow::payhere {

const nlohmann::json& at(const nlohmann::json& json, const char* key);
/// A text, or a whole number as text; empty when it is something else or longer than `most`.
std::string text_of(const nlohmann::json& value, std::size_t most = 500);
/// A whole number, or a text that is one.
std::optional<std::int64_t> whole_number_of(const nlohmann::json& value);

struct Answer {
    enum class Kind {
        succeeded,  ///< `data` is what was asked for
        undecided,  ///< status 0: pending, or could not be begun
        refused,    ///< status -1 or -2, or an HTTP 4xx
        stale_token,
        transient,  ///< nothing has happened
        unknown,    ///< it was sent; what became of it is not known
    };
    Kind kind = Kind::unknown;
    nlohmann::json data;
    std::string code;
    std::string message;
    std::optional<sdk::Milliseconds> retry_after{};
};

Answer judge(const sdk::Result<sdk::IncomingResponse>& answer);

/// A payment of `payment/search` and of a subscription's list. Nothing without a payment id.
std::optional<sdk::PaymentRecord> record_of(const nlohmann::json& payment);

}  // namespace whatsflow::payhere
