// The words of the enumerations, as documents, events and databases show them.
#include "account.hpp"
#include "engine.hpp"
#include "ledger.hpp"
#include "mrr.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::billing {
namespace {

constexpr std::array<std::string_view, 8> kSubscriptionStates{
    "incomplete", "incomplete_expired", "trialing", "active", "past_due", "suspended", "paused", "canceled"};
constexpr std::array<std::string_view, 4> kOverdueLevels{"none", "notice", "limited", "suspended"};
constexpr std::array<std::string_view, 4> kAccesses{"full", "limited", "suspended", "none"};
constexpr std::array<std::string_view, 5> kLineTypes{"recurring", "fixed", "usage", "proration_credit", "adjustment"};
constexpr std::array<std::string_view, 4> kInvoiceStates{"open", "paid", "uncollectible", "void"};
constexpr std::array<std::string_view, 4> kPaymentKinds{"charge", "refund", "chargeback", "chargeback_reversal"};
constexpr std::array<std::string_view, 5> kPaymentStatuses{"unknown", "pending", "succeeded", "declined",
                                                           "not_attempted"};
constexpr std::array<std::string_view, 7> kCreditSources{"proration",    "goodwill",    "gift",   "referral",
                                                         "late_payment", "credit_note", "prepaid"};
constexpr std::array<std::string_view, 13> kLedgerAccounts{
    "receivable",      "clearing",           "deferred_revenue", "revenue",          "tax_payable",
    "customer_credit", "gift_liability",     "referral_expense", "goodwill_expense", "provider_fees",
    "bad_debt",        "carried_receivable", "expired_credit"};
constexpr std::array<std::string_view, 5> kMovements{"new", "reactivation", "expansion", "contraction", "churn"};
constexpr std::array<std::string_view, 6> kAggregations{"sum", "count",  "unique_count",
                                                        "max", "latest", "time_weighted"};
constexpr std::array<std::string_view, 9> kJobs{"give_up_unpaid", "technical_retry", "ask_provider",
                                                "retry_payment",  "overdue_level",   "finalise_draft",
                                                "boundary",       "resume",          "credit_expiry"};

template <class Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
    return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t N>
std::optional<Enum> read_word(const std::array<std::string_view, N>& words, std::string_view text) {
    const auto found = std::ranges::find(words, text);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view to_text(SubscriptionState state) {
    return word(kSubscriptionStates, state);
}
std::string_view to_text(OverdueLevel level) {
    return word(kOverdueLevels, level);
}
std::string_view to_text(Access access) {
    return word(kAccesses, access);
}
std::string_view to_text(LineType type) {
    return word(kLineTypes, type);
}
std::string_view to_text(InvoiceState state) {
    return word(kInvoiceStates, state);
}
std::string_view to_text(PaymentKind kind) {
    return word(kPaymentKinds, kind);
}
std::string_view to_text(PaymentStatus status) {
    return word(kPaymentStatuses, status);
}
std::string_view to_text(CreditSource source) {
    return word(kCreditSources, source);
}
std::string_view to_text(LedgerAccount account) {
    return word(kLedgerAccounts, account);
}
std::string_view to_text(MrrMovementKind kind) {
    return word(kMovements, kind);
}
std::string_view to_text(Aggregation aggregation) {
    return word(kAggregations, aggregation);
}
std::string_view to_text(JobKind kind) {
    return word(kJobs, kind);
}

std::optional<Aggregation> read_aggregation(std::string_view text) {
    return read_word<Aggregation>(kAggregations, text);
}
std::optional<SubscriptionState> read_subscription_state(std::string_view text) {
    return read_word<SubscriptionState>(kSubscriptionStates, text);
}
std::optional<LineType> read_line_type(std::string_view text) {
    return read_word<LineType>(kLineTypes, text);
}
std::optional<InvoiceState> read_invoice_state(std::string_view text) {
    return read_word<InvoiceState>(kInvoiceStates, text);
}
std::optional<PaymentKind> read_payment_kind(std::string_view text) {
    return read_word<PaymentKind>(kPaymentKinds, text);
}
std::optional<PaymentStatus> read_payment_status(std::string_view text) {
    return read_word<PaymentStatus>(kPaymentStatuses, text);
}
std::optional<CreditSource> read_credit_source(std::string_view text) {
    return read_word<CreditSource>(kCreditSources, text);
}
std::optional<LedgerAccount> read_ledger_account(std::string_view text) {
    return read_word<LedgerAccount>(kLedgerAccounts, text);
}

}  // namespace whatsflow::billing
