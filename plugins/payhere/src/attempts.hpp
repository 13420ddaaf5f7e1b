/// \file
/// Once per key, whatever happens in between: charges and refunds are written down before they
/// leave, because PayHere would do the same thing twice when asked twice.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/payment_outcome.hpp>
#include <whatsflow/sdk/time.hpp>

#include <functional>
#include <string>

namespace whatsflow::payhere {

/// [thread-safe]
class Attempts {
public:
    Attempts(sdk::Database& database, const sdk::Clock& clock) : database_(database), clock_(clock) {}

    /// Runs `send` if nobody has before under `operation`, and remembers how it ended. Otherwise
    /// answers what it answered then; `unknown` while that is not known.
    sdk::PaymentOutcome once(const sdk::CallContext& context, const std::string& operation, const sdk::Money& amount,
                             const std::function<sdk::PaymentOutcome()>& send);

    /// What is known now about an attempt that ended in doubt.
    void settle(const sdk::CallContext& context, const std::string& operation, const sdk::PaymentOutcome& outcome);

    void forget_before(const sdk::CallContext& context, sdk::Instant then);

private:
    sdk::PaymentOutcome recall(const sdk::CallContext& context, const std::string& operation, const sdk::Money& amount);

    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::payhere
