/// \file
/// Invoices, their lines with the derivation of every amount, and credit notes.
///
/// A finalised document never changes: its lines, taxes and totals stay as issued. What changes
/// is beside the document: how much was paid, which part of a line was credited since.
#pragma once

#include "aggregation.hpp"
#include "ids.hpp"
#include "overage.hpp"
#include "tax.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

enum class LineType { recurring, fixed, usage, proration_credit, adjustment };
enum class InvoiceState { open, paid, uncollectible, voided };

std::string_view to_text(LineType type);
std::string_view to_text(InvoiceState state);  ///< `voided` is written `void`
std::optional<LineType> read_line_type(std::string_view text);
std::optional<InvoiceState> read_invoice_state(std::string_view text);

/// One coupon's part of a line; without a redemption, of what staff took off a draft, and why.
struct CouponShare {
    RedemptionId redemption;
    std::string coupon;
    std::optional<Decimal> percent;   ///< of what was left of the line
    std::optional<Amount> of_amount;  ///< the amount that was split over the eligible lines
    Amount share = 0;
    bool counts_period = false;  ///< this invoice used up one of the coupon's periods

    bool operator==(const CouponShare&) const = default;
};

/// Why a usage line costs what it costs.
struct UsageDerivation {
    CounterId counter;
    std::int64_t used = 0;
    std::optional<std::int64_t> included;
    std::int64_t units = 0;  ///< beyond what is included, all of the period; in parts of which `whole` are one
    Overage terms;
    Amount price = 0;          ///< of `units`
    Amount billed_before = 0;  ///< on earlier invoices; more than 0 marks a correction
    std::int64_t units_before = 0;
    Aggregation aggregation = Aggregation::sum;
    std::int64_t whole = 1;  ///< of a time-weighted meter: the days of the full period

    bool operator==(const UsageDerivation&) const = default;
};

/// Why a credit is what it is: the part of `line` that will not be used, or, on a line with a
/// `UsageDerivation` too, what was billed for usage that turned out to be less: then `unit_price` is
/// that part of the line's amount.
struct CreditDerivation {
    LineId line;
    InvoiceId invoice;
    Amount amount = 0;     ///< of the credited line, before its discount
    Amount net = 0;        ///< after its discount: what was really paid
    Amount remaining = 0;  ///< of `net`, before this credit
    Amount remaining_tax = 0;
    bool whole = false;  ///< takes all that remained

    bool operator==(const CreditDerivation&) const = default;
};

/// `amount = round_half_up(unit_price × quantity × span.days / full.days)` for recurring lines.
struct InvoiceLine {
    LineId id;
    LineType type = LineType::recurring;
    SubscriptionId subscription;
    ItemId item;
    std::string code;
    Interval interval;
    Span span;  ///< what the line covers
    Span full;  ///< the full period whose days divide
    std::int64_t quantity = 1;
    Amount unit_price = 0;  ///< of one, for a full period
    int price_version = 0;
    Amount amount = 0;  ///< before discount and tax; negative for a credit
    std::vector<CouponShare> coupons;
    Amount discount = 0;  ///< sum of the shares
    TaxTerms tax_terms;
    Amount tax = 0;
    std::optional<UsageDerivation> usage;
    std::optional<CreditDerivation> credit;
    std::string note;  ///< reason of an adjustment

    // Beside the document; these change.
    LocalDate kept_until;  ///< up to here it still covers its span: credits take from the end
    Amount credited = 0;   ///< of `net()`, by proration credits and credit notes
    Amount credited_tax = 0;
    Amount recognised = 0;  ///< of the net without tax, already revenue

    bool operator==(const InvoiceLine&) const = default;

    Amount net() const { return amount - discount; }
    Amount net_without_tax() const { return tax_terms.inclusive ? net() - tax : net(); }
    Amount gross() const { return tax_terms.inclusive ? net() : net() + tax; }
    bool is_charge() const { return type != LineType::proration_credit; }
};

/// The retry ladder of one refused invoice. It keeps the policy it began with.
struct InvoiceDunning {
    int policy_version = 1;
    LocalDate started_on;                 ///< days of the policy count from here
    int retries_done = 0;                 ///< how many of the policy's retries were made
    bool retries_stopped = false;         ///< a hard decline: only the customer can go on
    std::optional<LocalDate> held_since;  ///< an attempt is unresolved: the clock stands still

    bool operator==(const InvoiceDunning&) const = default;
};

struct Invoice {
    InvoiceId id;
    std::int64_t n = 0;  ///< order of finalisation within the account, from 1
    std::string number;  ///< of the series, gapless
    InvoiceState state = InvoiceState::open;
    std::string currency;
    SubscriptionId subscription;
    LocalDate issued_on;
    LocalDate due_on;
    sdk::Instant issued_at{};
    std::vector<InvoiceLine> lines;
    Amount subtotal = 0;  ///< sum of the lines' amounts
    Amount discount = 0;
    Amount tax = 0;
    Amount total = 0;  ///< may be negative: then it adds to the credit balance

    // Beside the document; these change.
    Amount credit_applied = 0;  ///< from the credit balance
    Amount amount_paid = 0;     ///< captured − refunded − charged back; negative for a payout
    Amount credit_noted = 0;    ///< taken off what is owed, by credit notes
    Amount carried_over = 0;    ///< below the provider's minimum: moved to the next invoice
    Amount written_off = 0;     ///< bad debt
    bool in_force = true;       ///< false while a change waits for this invoice's payment
    std::optional<InvoiceDunning> dunning;
    int technical_retries = 0;
    std::optional<sdk::Instant> technical_retry_at;

    bool operator==(const Invoice&) const = default;

    /// What is still owed, never negative. A voided invoice owes nothing.
    Amount amount_due() const;
    bool partially_paid() const { return state == InvoiceState::open && amount_paid > 0; }
    InvoiceLine* find_line(const LineId& line);
    const InvoiceLine* find_line(const LineId& line) const;
};

struct CreditNoteLine {
    LineId line;
    Amount net = 0;  ///< without tax
    Amount tax = 0;

    bool operator==(const CreditNoteLine&) const = default;
};

struct CreditNote {
    CreditNoteId id;
    std::int64_t n = 0;
    std::string number;
    InvoiceId invoice;
    LocalDate issued_on;
    std::vector<CreditNoteLine> lines;
    Amount net = 0;
    Amount tax = 0;
    Amount total = 0;
    Amount refunded = 0;  ///< of the total, went back as money
    Amount credited = 0;  ///< went to the credit balance
    Amount forgiven = 0;  ///< was not paid yet and is not owed any more
    std::string reason;

    bool operator==(const CreditNote&) const = default;
};

}  // namespace whatsflow::billing
