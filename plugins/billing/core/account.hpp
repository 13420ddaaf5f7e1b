/// \file
/// Everything that billing knows of one tenant: the aggregate that the engine works on.
///
/// A store loads it, hands it to one function of engine.hpp, and saves what `Changes` names in one
/// transaction. Plain data; nothing here reads a clock, a database or a catalogue.
///
/// A store need not load everything. Required: the profile; every subscription that is live, and
/// whether there was a trial or a paid invoice before (kept in the profile); every invoice that is
/// open, uncollectible or has a line with `kept_until` after today or `recognised` unfinished;
/// whatever a command names; payments, credit notes and pending changes of those invoices; grants
/// with something remaining; redemptions that have not ended; counters that are open or not fully
/// billed.
#pragma once

#include "credit.hpp"
#include "invoice.hpp"
#include "payment.hpp"
#include "subscription.hpp"
#include "tax.hpp"
#include "usage.hpp"

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// A series of document numbers. `{seq:6}` is the counter with at least six digits, `{year}`,
/// `{month}` and `{day}` those of the day of issue; anything else stands as it is. Advances only
/// when a document is finalised, so it has no gaps. A series that several tenants share is one row:
/// lock it, put its `next` here, save it with the rest.
struct NumberSeries {
    std::string pattern = "INV-{seq:6}";
    std::int64_t next = 1;

    bool operator==(const NumberSeries&) const = default;
};

std::string number_from(const NumberSeries& series, LocalDate day);
/// Error `billing.bad_number_pattern` with what is wrong.
sdk::Result<void> check_number_pattern(const std::string& pattern);

/// The row of the account itself.
struct Profile {
    TenantId tenant;
    std::string currency;
    std::string time_zone = "UTC";
    std::optional<int> billing_day;  ///< 1 to 31; without it the anniversary counts
    TaxProfile tax;
    Amount minimum_charge = 0;  ///< of the provider; less is carried to the next invoice
    Amount carried = 0;         ///< waits for the next invoice
    NumberSeries invoice_numbers;
    NumberSeries credit_note_numbers{"CN-{seq:6}", 1};
    std::int64_t invoices_finalised = 0;
    std::int64_t credit_notes_issued = 0;
    bool had_trial = false;
    bool has_paid = false;     ///< an invoice with money or credit: no first purchase any more
    sdk::Instant watermark{};  ///< nothing before it runs again, whatever the clock says
    std::int64_t version = 0;  ///< counts every transition: the optimistic lock of the account

    bool operator==(const Profile&) const = default;
};

/// A change that was asked for and takes effect when its invoice is paid: what it grants is not
/// there before. Given up at `expires_at`, then the invoice is void.
struct PendingChange {
    PendingChangeId id;
    SubscriptionId subscription;
    std::int64_t subscription_version = 0;  ///< that it was made for; another one makes it void
    InvoiceId invoice;
    sdk::Instant expires_at{};
    Subscription after;  ///< what the subscription becomes
    struct Release {     ///< a billed line that stops covering its span at `kept_until`
        LineId line;
        LocalDate kept_until;
        bool operator==(const Release&) const = default;
    };
    std::vector<Release> releases;
    std::string event;  ///< to publish when it takes effect, such as `billing.plan_changed/1`

    bool operator==(const PendingChange&) const = default;
};

/// What staff put on a draft by hand: a charge, or less than 0: so much less of the charges.
struct DraftAdjustment {
    LineId id;
    Amount amount = 0;
    std::string reason;

    bool operator==(const DraftAdjustment&) const = default;
};

/// The invoice of a boundary that is not final yet: it gets the usage that is reported until then. Its
/// lines are looked for again each time; see drafts.hpp.
struct WaitingDraft {
    DraftId id;
    SubscriptionId subscription;
    LocalDate day;  ///< of the boundary: what is missing from here on
    LocalDate finalise_on;
    sdk::Instant drafted_at{};        ///< of a subscription that has ended: what was used until then counts
    std::vector<InvoiceLine> gauges;  ///< as they stood at the boundary
    std::vector<DraftAdjustment> adjustments;

    bool operator==(const WaitingDraft&) const = default;
};

/// A command or usage event that was seen: the second one with the same key has no effect.
struct SeenKey {
    std::string key;
    std::string fingerprint;  ///< of what was asked; another one under the same key is refused

    bool operator==(const SeenKey&) const = default;
};

struct Account {
    Profile profile;
    std::vector<Subscription> subscriptions;  ///< oldest first; at most one is live
    std::vector<Invoice> invoices;            ///< by n
    std::vector<CreditNote> credit_notes;
    std::vector<Payment> payments;  ///< in the order they were started
    std::vector<CreditGrant> grants;
    std::vector<CreditEntry> credit_entries;
    std::vector<CouponRedemption> redemptions;
    std::vector<UsageCounter> counters;
    std::vector<PendingChange> pending_changes;  ///< at most one
    std::vector<WaitingDraft> waiting_drafts;    ///< at most one of a subscription
    std::vector<SeenKey> seen_keys;              ///< commands; a store loads only the key at hand
    std::vector<SeenKey> seen_usage;             ///< usage events; likewise
    std::vector<SeenKey> counted_values;         ///< `<counter> <value>`; likewise those of the value at hand

    bool operator==(const Account&) const = default;

    Subscription* live_subscription();
    const Subscription* live_subscription() const;
    Subscription* find_subscription(const SubscriptionId& id);
    Invoice* find_invoice(const InvoiceId& id);
    const Invoice* find_invoice(const InvoiceId& id) const;
    const Invoice* invoice_number(std::int64_t n) const;  ///< by order of finalisation
    Payment* find_payment(const PaymentId& id);
    InvoiceLine* find_line(const LineId& id);
    const InvoiceLine* find_line(const LineId& id) const;
    Amount credit_balance() const;  ///< what remains of all grants
    LocalDate today(sdk::Instant now) const { return local_date(now, profile.time_zone); }
};

/// A new account. Errors `billing.unknown_time_zone`, `billing.bad_currency`, `billing.bad_billing_day`.
sdk::Result<Account> open_account(Profile profile);

}  // namespace whatsflow::billing
