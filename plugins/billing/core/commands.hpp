/// \file
/// What can be asked of an account: by people, by the provider, by time that has passed.
///
/// Each is plain data; `apply` in engine.hpp says what became of it. The words are those of the
/// scenario file.
#pragma once

#include "account.hpp"

#include <optional>
#include <string>
#include <variant>

namespace whatsflow::billing {

enum class When { now, period_end, automatic };
enum class AnchorChoice { by_interval, keep, reset };
enum class CreditChoice { none, prorate, refund };

struct Subscribe {
    std::string plan;
    Interval interval;
    std::int64_t quantity = 1;
    bool trial = true;  ///< the plan's, if it has one and this account never had one
    std::optional<std::string> coupon;
    std::optional<Amount> amount;  ///< a price agreed with this tenant
};

/// Automatic: a higher daily price, or a longer interval of the same plan, now; the rest at the
/// period's end.
struct ChangePlan {
    std::string plan;
    Interval interval;
    When when = When::automatic;
    AnchorChoice anchor = AnchorChoice::by_interval;
    std::optional<Amount> amount;
};

struct AddAddOn {
    std::string add_on;
    std::int64_t quantity = 1;
};
/// Without a quantity: all of it. At the period's end nothing is given back.
struct RemoveAddOn {
    std::string add_on;
    std::optional<std::int64_t> quantity;
    When when = When::now;
};
/// Takes back a removal that waits for the period's end.
struct KeepAddOn {
    std::string add_on;
};
/// So many of it in all: more at once, fewer at the end of what is paid for. The number there is takes back
/// what waits for that end.
struct HaveAddOns {
    std::string add_on;
    std::int64_t quantity = 0;
};
struct SetQuantity {
    std::int64_t quantity = 1;
};
struct Pause {
    When when = When::period_end;
    CreditChoice credit = CreditChoice::prorate;
};
struct Resume {
    When when = When::now;
};
struct Cancel {
    When when = When::period_end;
    CreditChoice credit = CreditChoice::none;
    std::string reason{};  ///< the customer's: one of kReasonsToLeave, or empty
};
struct Uncancel {};
struct ExtendTrial {
    int days = 0;
};
struct SetBillingDay {
    int day = 1;
};
struct SetTimeZone {
    std::string time_zone;
};
/// Where somebody is taxed, and as what: by staff, who have looked the number up.
struct SetTaxDetails {
    std::string country, region, tax_id;
    bool business = false;
};
struct RedeemCoupon {
    std::string coupon;
};

/// Negative takes away; never below nothing.
struct GrantCredit {
    Amount amount = 0;
    std::string reason;
    CreditSource source = CreditSource::goodwill;
    std::optional<LocalDate> expires_on;
    int priority = 0;
};

/// One event. What its quantity means is the meter's: see aggregation.hpp.
struct ReportUsage {
    std::string meter;
    std::int64_t quantity = 0;
    std::string event_id;
    std::optional<sdk::Instant> at;  ///< now without it
    std::string value{};             ///< unique_count: what is counted once in a period
};

/// Holds back `quantity` for a long action; `ReleaseUsage` gives it back, `ReportUsage` after it consumes.
struct ReserveUsage {
    std::string meter;
    std::int64_t quantity = 0;
};
struct ReleaseUsage {
    std::string meter;
    std::int64_t quantity = 0;
};

/// Charges an open invoice again: the oldest without a name.
struct Pay {
    std::optional<InvoiceId> invoice;
};
/// Staff has the money in hand (bank transfer).
struct MarkPaid {
    InvoiceId invoice;
    std::string reference;
};
struct Refund {
    InvoiceId invoice;
    std::optional<Amount> amount;
    bool credit_note = true;
};
struct Chargeback {
    InvoiceId invoice;
};
struct ReverseChargeback {
    InvoiceId invoice;
};
struct VoidInvoice {
    InvoiceId invoice;
};
struct WriteOff {
    InvoiceId invoice;
};

enum class ChargeResult { succeeded, pending, declined, hard_declined, unknown, not_attempted };

/// What came back from the provider for a charge of `Changes::charges`, or when it was asked about
/// one of `Changes::questions`.
struct ChargeAnswered {
    PaymentId payment;
    ChargeResult result = ChargeResult::unknown;
    std::optional<Amount> amount;  ///< what really moved, if less or more
    std::string code;
    std::string reference;
    bool customer_needed = false;  ///< pending: the bank wants the customer's consent on a page of the provider
};

enum class NoticeKind { paid, failed, refunded };

/// A notice of the provider about an invoice, already verified. It may be late, double, or before
/// the answer to our own call: any order of the same notices ends in the same state.
struct Notice {
    InvoiceId invoice;
    NoticeKind kind = NoticeKind::paid;
};

/// The provider takes the renewals of this subscription from now on.
struct BeginProviderRun {
    SubscriptionId subscription;
    ProviderRun run;
};
/// It does not any more, and has been told or has said so itself.
struct EndProviderRun {
    std::string provider, reference;
};

/// To another version of the same plan: its limits and features at once, its price from the next
/// period on. A price that was agreed with the tenant stays.
struct MoveToPlanVersion {
    std::string plan;
    std::int64_t from = 0, to = 0;
    std::optional<int> price_version;  ///< nothing: what is paid stays
};

/// Dunning in staff's hands: moves the ladder by days (extend), or drops it (skip).
struct ExtendDunning {
    InvoiceId invoice;
    int days = 0;
};

/// Makes a draft final now.
struct FinaliseDraft {
    DraftId draft;
};
/// Puts a charge on a draft, or takes so much off what it charges (less than 0).
struct AdjustDraft {
    DraftId draft;
    Amount amount = 0;
    std::string reason;
};
struct DropAdjustment {
    DraftId draft;
    LineId adjustment;
};

using Command =
    std::variant<Subscribe, ChangePlan, AddAddOn, RemoveAddOn, SetQuantity, Pause, Resume, Cancel, Uncancel,
                 ExtendTrial, SetBillingDay, SetTimeZone, RedeemCoupon, GrantCredit, ReportUsage, ReserveUsage,
                 ReleaseUsage, Pay, MarkPaid, Refund, Chargeback, ReverseChargeback, VoidInvoice, WriteOff,
                 ChargeAnswered, Notice, ExtendDunning, BeginProviderRun, EndProviderRun, MoveToPlanVersion, KeepAddOn,
                 HaveAddOns, SetTaxDetails, FinaliseDraft, AdjustDraft, DropAdjustment>;

/// A command with what makes it safe to send twice and to send at once.
struct Request {
    Command command;
    std::string key;                               ///< idempotency key; empty = none
    std::string fingerprint;                       ///< of the body that came with the key
    std::optional<std::int64_t> expected_version;  ///< of the account, as the person saw it
    bool impersonated = false;                     ///< a member of staff acts as the tenant: billing refuses
};

}  // namespace whatsflow::billing
