/// \file
/// What lists of billing show: rows of documents, payments and accounts, without loading an
/// aggregate for each. Amounts are minor units of the row's currency.
#pragma once

#include "core/account.hpp"

#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/payment_provider.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// One page of a list. `next` continues after its last row; empty at the end.
template <class Row>
struct Slice {
    std::vector<Row> rows;
    std::string next;
};

struct InvoiceRow {
    TenantId tenant;
    InvoiceId id;
    std::string number;
    InvoiceState state = InvoiceState::open;
    std::string currency;
    LocalDate issued_on, due_on;
    Amount total = 0, amount_paid = 0, amount_due = 0;
};

/// The invoice of a boundary that is not final yet.
struct DraftRow {
    TenantId tenant;
    DraftId id;
    SubscriptionId subscription;
    LocalDate day, finalise_on;
};

struct PaymentRow {
    TenantId tenant;
    PaymentId id;
    PaymentKind kind = PaymentKind::charge;
    PaymentStatus status = PaymentStatus::unknown;
    InvoiceId invoice;
    std::string invoice_number;
    std::string currency;
    Amount amount = 0;
    sdk::Instant started_at{};
    std::string provider;   ///< `stripe`; empty when none was asked
    std::string reference;  ///< the provider's
    std::string code;       ///< of a refusal
    bool hard = false;
};

struct SubscriptionRow {
    TenantId tenant;
    SubscriptionId id;
    std::string plan;
    std::string interval;  ///< `month`
    std::int64_t quantity = 1;
    SubscriptionState state = SubscriptionState::incomplete;
    OverdueLevel overdue = OverdueLevel::none;
    std::string currency;
    LocalDate started_on;
    Span period;
    std::optional<LocalDate> trial_end, cancel_at;
};

/// A method that is kept for a tenant. Its token never leaves the billing plugin.
struct MethodRow {
    std::string id;
    std::string provider;
    std::string kind, brand, last4;  ///< `card`, `visa`, `4242`
    int exp_month = 0, exp_year = 0;
    bool is_default = false;
};

/// A provider that runs, and what it can do.
struct ProviderRow {
    std::string id;  ///< `stripe`
    sdk::PaymentProviderInfo info;
};

/// One notice of a provider, however often it was delivered.
struct NoticeRow {
    std::string id, provider, event_id, type;
    std::string status;  ///< `received`, `done`, `ignored`, `waiting`, `failed`
    std::int64_t deliveries = 1;
    sdk::Instant received_at{};
    std::string problem;  ///< why it waits or failed
};

/// An account whose due work was stopped; everybody else is served.
struct ParkedRow {
    TenantId tenant;
    sdk::Instant parked_at{};
    std::string reason;
};

struct PostingRow {
    TenantId tenant;
    std::string batch, account, currency, source, source_id;
    LocalDate on;
    Amount amount = 0;  ///< debit positive
};

/// Who came by whose recommendation, and what each was given for it.
struct ReferralRow {
    TenantId came, brought_by;
    std::string state;  ///< `pending`, `rewarded`, `reversed`, `refused`, `lapsed`
    sdk::Instant began_at{};
    InvoiceId invoice;  ///< the first that was paid; empty before
    sdk::Money came_reward, brought_reward;
    std::string reason{};  ///< of `refused`: `people` or `card`
};

struct MovementRow {
    TenantId tenant;
    std::string kind;  ///< `new_business`
    std::string currency;
    LocalDate on;
    std::string amount;  ///< an exact fraction of minor units: `29580/12`
    Amount rounded = 0;
};

}  // namespace whatsflow::billing
