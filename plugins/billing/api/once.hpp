/// \file
/// A command of a program, done once per Idempotency-Key: what was answered is answered again, also when
/// the process that was about to answer is gone.
#pragma once

#include "running/teller.hpp"

namespace whatsflow::billing {

struct Asked {
    Command command;
    std::string fingerprint;  ///< of what was asked, whole: another one under the same key is refused
    PayWith pay{};
    std::string reason{};                   ///< for the audit log
    std::optional<std::int64_t> version{};  ///< of the account, as the program saw it
    int status = 200;                       ///< of the answer that goes well
};

/// Answers with `{"subscription", "invoice", "checkout"}`, or a problem.
sdk::Response answer_once(sdk::Host& host, Teller& desk, const sdk::Request& request, Asked asked);

/// Whom a page of a provider is for, where the provider insists on knowing: a program has nobody at hand
/// but the account's owner.
sdk::PaymentCustomer owner_of(sdk::Host& host, const sdk::Request& request);

}  // namespace whatsflow::billing
