/// \file
/// Notices of providers: proven, stored as they came, answered at once; read once, afterwards.
///
/// receive() checks the signature, writes one row and calls for a reader. work() reads what waits: the
/// provider's plugin says what a notice means, is asked whether it is true where the signature does
/// not cover it, and billing's engine decides. A notice is a hint: each may come again, late, or
/// in any order.
#pragma once

#include "running/teller.hpp"

#include <atomic>
#include <chrono>

namespace whatsflow::billing {

class Inbox {
public:
    Inbox(Teller& teller, Transitions& transitions, ProviderCalls& calls)
        : teller_(teller), transitions_(transitions), calls_(calls), host_(transitions.host()) {}

    /// [pool-thread] `provider` is the last part of the address.
    sdk::Response receive(const sdk::Request& request, const std::string& provider);
    /// Reads up to `limit` notices that wait. How many were finished.
    sdk::Result<int> work(const sdk::CallContext& context, int limit);
    sdk::Result<Slice<NoticeRow>> list(const sdk::CallContext& context, const std::string& provider,
                                       const std::string& after, int limit);
    sdk::Result<void> replay(const sdk::CallContext& context, const std::string& id);

private:
    sdk::Result<void> store(const sdk::CallContext& context, const std::string& provider,
                            const sdk::VerifiedNotice& verified, const sdk::PaymentNotice& notice);
    /// Somebody waits for a payment to be seen: not for the next turn of the schedule. Of many notices
    /// at once, the first calls.
    void have_it_read(const sdk::CallContext& context);
    sdk::Result<sdk::PaymentNotice> read_back(const sdk::CallContext& context, const sdk::Row& row);
    /// A fault is an error like any other: the notice is kept and tried again, and those behind it are read.
    sdk::Result<std::string> handle_or_say_why(const sdk::CallContext& context, const sdk::Row& row);
    /// `done`, `ignored`, or `waiting` for a provider that cannot say yet.
    sdk::Result<std::string> handle(const sdk::CallContext& context, const std::string& provider,
                                    const sdk::PaymentNotice& notice);
    sdk::Result<std::string> take(const sdk::CallContext& context, const std::string& provider,
                                  const sdk::PaymentEvent& event);
    sdk::Result<std::string> take_for(const sdk::CallContext& context, const std::string& provider,
                                      const sdk::PaymentEvent& event, const TenantId& tenant, const PaymentId& payment,
                                      const InvoiceId& invoice, PaymentKind kind);

    /// What belongs to renewals that a provider takes by itself. `first` is the payment they began with.
    sdk::Result<std::string> take_of_run(const sdk::CallContext& context, const std::string& provider,
                                         const sdk::PaymentEvent& event, const TenantId& tenant, const PaymentId& first,
                                         const InvoiceId& invoice);
    sdk::Result<std::string> take_renewal(const sdk::CallContext& context, const std::string& provider,
                                          const sdk::PaymentEvent& event, const TenantId& tenant,
                                          const PaymentId& first, const InvoiceId& invoice);
    sdk::Result<std::string> take_refusal(const sdk::CallContext& context, const std::string& provider,
                                          const sdk::PaymentEvent& event, const TenantId& tenant);

    Teller& teller_;
    Transitions& transitions_;
    ProviderCalls& calls_;
    sdk::Host& host_;
    std::atomic<std::chrono::steady_clock::duration> called_at_{};
};

}  // namespace whatsflow::billing
