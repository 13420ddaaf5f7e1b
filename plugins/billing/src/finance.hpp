/// \file
/// What finance asks beyond lists: the sums behind the numbers of revenue, and who a change of a
/// price or a policy would touch. All of it is counted from documents and movements.
///
/// Days are half-open, `[from, to)`. [pool- or job-thread]
#pragma once

#include "core/mrr.hpp"
#include "rows.hpp"

#include <whatsflow/sdk/call_context.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// Movements of one kind and currency, exactly.
struct MovementSum {
    std::string currency;
    MrrMovementKind kind = MrrMovementKind::new_business;
    Fraction amount;
    std::int64_t count = 0;
};

/// Paying customers of one currency. Who came and went within the time counts in neither.
struct CustomerCounts {
    std::string currency;
    std::int64_t at_start = 0, left = 0, at_end = 0;
};

/// Trials that began in a time, and how many of them paid an invoice in time.
struct TrialCohort {
    std::int64_t started = 0, converted = 0;
};

/// An invoice whose payment was refused at least once.
struct RefusedInvoice {
    InvoiceRow invoice;
    LocalDate refused_on;              ///< the first time
    std::optional<LocalDate> paid_on;  ///< when the rest was paid at last
};

/// Who is on a price: what a change of it would touch.
struct PriceHolders {
    std::int64_t subscriptions = 0;
    std::int64_t quantity = 0;
    std::int64_t agreed = 0;  ///< of the subscriptions, with a price of their own: not touched
};

/// A period of a meter that ended: how much of its limit was used.
struct UsedLimit {
    std::int64_t used = 0, limit = 0;
    std::string currency;  ///< of the account
};

/// What was invoiced to accounts of one country, in one currency.
struct TaxedSum {
    std::string currency;
    std::int64_t invoices = 0;
    Amount amount = 0;  ///< after discounts, as priced
    Amount tax = 0;
};

/// Empty fields match everything.
struct MovementFilter {
    LocalDate from, to;
    std::string currency, kind;
};

class Finance {
public:
    virtual ~Finance() = default;

    virtual sdk::Result<std::vector<MovementSum>> movement_sums(const sdk::CallContext& context, LocalDate from,
                                                                LocalDate to) = 0;
    /// The same for each time between two neighbours of `days`, which ascend: in one look at them all.
    virtual sdk::Result<std::vector<std::vector<MovementSum>>> movement_sums_between(
        const sdk::CallContext& context, const std::vector<LocalDate>& days) = 0;
    /// Newest first; `after` is a Slice's `next`, or empty.
    virtual sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext& context, const MovementFilter& filter,
                                                      const std::string& after, int limit) = 0;
    virtual sdk::Result<std::vector<CustomerCounts>> customers(const sdk::CallContext& context, LocalDate from,
                                                               LocalDate to) = 0;
    /// Trials that ended in the time, if those of the last `days_to_pay` before `today` are left out.
    virtual sdk::Result<TrialCohort> trials(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                            int days_to_pay) = 0;
    /// First refused in the time, oldest first.
    virtual sdk::Result<std::vector<RefusedInvoice>> refused(const sdk::CallContext& context, LocalDate from,
                                                             LocalDate to, int limit) = 0;
    /// Whose invoice this is; nothing when there is none.
    virtual sdk::Result<std::optional<InvoiceRow>> invoice(const sdk::CallContext& context, const InvoiceId& id) = 0;
    /// Of paid plans, of periods that ended in the time.
    virtual sdk::Result<std::vector<UsedLimit>> used(const sdk::CallContext& context, const std::string& meter,
                                                     LocalDate from, LocalDate to, int limit) = 0;
    virtual sdk::Result<std::vector<TaxedSum>> taxed(const sdk::CallContext& context, const std::string& country,
                                                     LocalDate from, LocalDate to) = 0;
    virtual sdk::Result<PriceHolders> holders(const sdk::CallContext& context, const std::string& plan,
                                              const std::string& currency, const std::string& interval) = 0;
};

}  // namespace whatsflow::billing
