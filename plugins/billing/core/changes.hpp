/// \file
/// What a transition did: which rows to save, which postings and events to append, what to do next.
///
/// Everything in here belongs into the transaction that saves the account, except `charges`,
/// `refunds` and `questions`: those are done after the commit, by the ids that were saved in it.
#pragma once

#include "account.hpp"
#include "ledger.hpp"
#include "mrr.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::billing {

enum class EntityKind {
    profile,
    subscription,  ///< with its items
    invoice,       ///< with its lines
    credit_note,
    payment,
    grant,
    credit_entry,
    redemption,
    counter,
    pending_change,
    waiting_draft,
    seen_key,
    seen_usage,
    counted_value,
};

enum class ChangeKind { added, changed, removed };

struct ChangedEntity {
    EntityKind kind = EntityKind::profile;
    std::string id;  ///< the key itself for seen keys; the tenant for the profile
    ChangeKind change = ChangeKind::changed;

    bool operator==(const ChangedEntity&) const = default;
};

/// To publish through the outbox. `type` carries its revision: `billing.invoice_paid/1`.
struct BillingEvent {
    sdk::Instant at{};
    std::string type;
    nlohmann::json fields;  ///< ids and little else; a listener reads the rest
};

/// Ask the provider for money. `payment` is the idempotency key.
struct ChargeRequest {
    PaymentId payment;
    InvoiceId invoice;
    Amount amount = 0;
};

/// Send money back. `payment` is the refund's own id and idempotency key.
struct RefundRequest {
    PaymentId payment;
    PaymentId of;
    Amount amount = 0;  ///< positive
};

struct Changes {
    std::vector<ChangedEntity> entities;
    std::vector<Posting> postings;
    std::vector<MrrMovement> movements;
    std::vector<BillingEvent> events;
    std::vector<ChargeRequest> charges;  ///< answer each with `ChargeAnswered`
    std::vector<RefundRequest> refunds;
    std::vector<PaymentId> questions;     ///< charges to look up at the provider, likewise
    std::vector<ProviderRun> ended_runs;  ///< to be told to stop, again until the provider has
    bool repeated = false;                ///< the key was seen before: nothing was done

    bool empty() const { return entities.empty() && postings.empty() && events.empty(); }
};

/// The rows in which `after` differs from `before`, in the order of `EntityKind`.
std::vector<ChangedEntity> difference(const Account& before, const Account& after);

}  // namespace whatsflow::billing
