/// \file
/// The billing engine: pure functions over one `Account`.
///
///     auto changes = apply(account, {ChangePlan{"pro", month}}, {catalogue, now, ids});
///     if (!changes) return changes.error();   // account is as it was
///     store.save(account, *changes);          // one transaction
///     for (const auto& charge : changes->charges) ask the provider, then
///         apply(account, {ChargeAnswered{charge.payment, …}}, …);
///
/// Nothing here does I/O, reads a clock, or keeps a state of its own. The same account, request and
/// surroundings always give the same result, so a preview is the same function on a copy.
#pragma once

#include "account.hpp"
#include "catalogue.hpp"
#include "changes.hpp"
#include "commands.hpp"
#include "tax_questions.hpp"

#include <optional>

namespace whatsflow::billing {

struct Surroundings {
    const Catalogue& catalogue;
    sdk::Instant now;
    IdSource& ids;
    KnownTaxes* taxes = nullptr;  ///< of a tax service; without it the catalogue's table of rates counts
    int grace_days = 0;           ///< so long the invoice of a renewal waits as a draft
};

/// Does what is asked, or says why not and leaves the account as it was.
///
/// Errors (a stable code each): `billing.not_subscribed`, `billing.already_subscribed`,
/// `billing.unknown_plan`, `billing.unknown_price`, `billing.plan_retired`, `billing.no_change`,
/// `billing.not_trialing`, `billing.not_paused`, `billing.suspended`, `billing.payment_unresolved`,
/// `billing.change_pending`, `billing.unknown_invoice`, `billing.nothing_due`,
/// `billing.nothing_to_refund`, `billing.refund_too_large`, `billing.invoice_paid`,
/// `billing.unknown_coupon`, `billing.coupon_refused`, `billing.credit_too_small`,
/// `billing.unknown_meter`, `billing.limit_exceeded`, `billing.bad_quantity`,
/// `billing.amount_too_large`, `billing.version_conflict`, `billing.key_reused`,
/// `billing.impersonated`, `billing.tax_needed` (see tax_questions.hpp), …
sdk::Result<Changes> apply(Account& account, const Request& request, const Surroundings& surroundings);

/// What time itself causes, in the order of one instant: a retry comes before the level it may
/// prevent, a cancellation by dunning before the renewal it makes needless.
enum class JobKind {
    give_up_unpaid,   ///< an incomplete subscription or a pending change whose window has passed
    technical_retry,  ///< the provider could not be reached
    ask_provider,     ///< what became of an unresolved charge?
    retry_payment,
    overdue_level,   ///< limited, suspended, canceled
    finalise_draft,  ///< before the boundary that makes the next one
    boundary,        ///< trial end, renewal, scheduled change, pause, cancellation, of all items of the day
    resume,
    credit_expiry,
};

std::string_view to_text(JobKind kind);

struct DueJob {
    sdk::Instant at{};
    JobKind kind = JobKind::boundary;
    std::string subject;  ///< id of the invoice, payment, subscription or grant

    bool operator==(const DueJob&) const = default;
};

/// The next thing that time will cause; nothing when the account can sleep for ever. A store keeps
/// its instant in a column and selects accounts by it.
std::optional<DueJob> next_due(const Account& account, const Catalogue& catalogue);

/// Runs the one next job if it is due by `now`; `Changes` is empty when none is. Call it until
/// `next_due` is later than now, answering charges in between. Lines are those of the job's own
/// date, however late it runs.
sdk::Result<Changes> run_due(Account& account, const Surroundings& surroundings);

/// Begins to count a meter in today's period, so that a store can count in place afterwards. Nothing
/// changes when it is counted already. Errors `billing.not_subscribed`, `billing.unknown_meter`.
sdk::Result<Changes> open_counter(Account& account, const std::string& meter, const Surroundings& surroundings);

/// What a request would do: the same function on a copy. Its invoices are those that would be made.
struct Preview {
    std::vector<Invoice> invoices;
    Amount due_now = 0;
    Amount credit_added = 0;
    std::optional<Invoice> next_renewal;  ///< as it stands after the request
};
sdk::Result<Preview> preview(const Account& account, const Request& request, const Surroundings& surroundings);

/// The invoice of the next boundary, as the account stands.
std::optional<Invoice> next_renewal(Account account, const Surroundings& surroundings);

/// What a provider would take again and again if this payment were the first of its renewals. Nothing
/// when the periods to come cost something else than it, or are not all of one length.
struct Rhythm {
    Interval interval;
    Amount amount = 0;
};
std::optional<Rhythm> rhythm_after(const Account& account, const PaymentId& payment, const Surroundings& surroundings);

/// What of an account a posting batch or document may still be refunded, for pages and checks.
Amount refundable(const Account& account, const Invoice& invoice);

}  // namespace whatsflow::billing
