/// \file
/// From a draft to a document that never changes, and back out of one that came to nothing.
/// Inside the core only.
#pragma once

#include "lines.hpp"

namespace whatsflow::billing {

enum class Force { now, when_paid };

/// Numbers the draft, applies credit, and asks for the rest of the money. Null without a line.
/// `when_paid` holds its effects on other lines back if anything is to be paid.
Invoice* finalise(Transition& t, Draft draft, const Subscription& after, Force force);

/// Releases and credits of an invoice that comes into force take effect on what they name.
void take_lines_into_force(Transition& t, Invoice& invoice, const std::vector<PendingChange::Release>& releases);

/// Voids an invoice that is not paid in full; gives back the credit and coupons that were used on it,
/// and what was paid of it, as credit.
void void_invoice(Transition& t, Invoice& invoice);

/// A change that did not come to be paid: its invoice is void, and nothing of it happened.
void abandon(Transition& t, const PendingChangeId& change);
/// Drops a pending change of this subscription. Raises `billing.payment_unresolved` when its
/// payment may still arrive.
void drop_pending_change(Transition& t, const Subscription& subscription);

void grant_credit(Transition& t, CreditGrant grant, LedgerAccount from, const std::string& source,
                  const std::string& source_id, std::optional<InvoiceId> invoice);
/// Uses what credit there is on an open invoice.
void use_credit(Transition& t, Invoice& invoice);

/// Turns time that has passed into revenue, up to `t.today`.
void recognise_revenue(Transition& t);

}  // namespace whatsflow::billing
