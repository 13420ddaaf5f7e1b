/// \file
/// The numbers of a subscription business over a time, from exact sums of its movements.
///
///     auto metrics = revenue_of("USD", sums_before, sums_within, customers);
///     metrics.end_mrr.rounded();           // 62365
///     metrics.nrr()->text();               // 94.15 %
///
/// A ratio with nothing below it is not there: undefined, neither zero nor infinite.
#pragma once

#include "../finance.hpp"

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

/// An exact ratio, shown with two decimals.
struct Ratio {
    Wide numerator = 0, denominator = 1;

    std::string text() const;          ///< `2.29`
    std::string percent_text() const;  ///< `-14.12 %`
};

struct RevenueMetrics {
    std::string currency;
    Fraction start_mrr, new_business, reactivation, expansion, contraction, churn;
    CustomerCounts customers;

    Fraction end_mrr() const;
    Fraction arr() const;
    std::optional<Ratio> gross_churn() const;
    std::optional<Ratio> net_churn() const;
    std::optional<Ratio> nrr() const;  ///< without reactivation: the same cohort
    std::optional<Ratio> grr() const;
    std::optional<Ratio> logo_churn() const;
    std::optional<Amount> arpa() const;
    std::optional<Amount> ltv(int gross_margin_percent) const;
    std::optional<Ratio> quick_ratio() const;
};

/// One for each currency that occurs, in alphabetical order.
std::vector<RevenueMetrics> revenue_metrics(const std::vector<MovementSum>& before,
                                            const std::vector<MovementSum>& within,
                                            const std::vector<CustomerCounts>& customers);

/// What was refused and what of it came in after all, of one currency.
struct Recovery {
    std::string currency;
    std::int64_t invoices = 0, recovered = 0;
    Amount amount = 0, recovered_amount = 0;

    std::optional<Ratio> rate() const;
};
std::vector<Recovery> recoveries(const std::vector<RefusedInvoice>& refused);

}  // namespace whatsflow::billing
