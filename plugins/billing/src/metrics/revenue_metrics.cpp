#include "revenue_metrics.hpp"

#include <map>
#include <string_view>

namespace whatsflow::billing {
namespace {

/// `1234` hundredths to `12.34`.
std::string hundredths(Wide value) {
    const bool negative = value < 0;
    auto digits = std::to_string(static_cast<std::int64_t>(negative ? -value : value));
    if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
    return (negative ? "-" : "") + digits.substr(0, digits.size() - 2) + "." + digits.substr(digits.size() - 2);
}

Wide read_wide(std::string_view digits) {
    const bool negative = digits.starts_with('-');
    Wide value = 0;
    for (const char digit : digits.substr(negative ? 1 : 0)) value = value * 10 + (digit - '0');
    return negative ? -value : value;
}

/// A fraction as it is written, `29580/12`, taken apart again.
Ratio parts_of(const Fraction& fraction) {
    const auto text = fraction.text();
    const auto slash = text.find('/');
    return {read_wide(std::string_view(text).substr(0, slash)),
            slash == std::string::npos ? Wide{1} : read_wide(std::string_view(text).substr(slash + 1))};
}

std::optional<Ratio> over(const Fraction& part, const Fraction& whole) {
    if (whole.zero() || whole < Fraction{}) return std::nullopt;
    const auto top = parts_of(part), below = parts_of(whole);
    return Ratio{top.numerator * below.denominator, top.denominator * below.numerator};
}

std::optional<Ratio> over(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return Ratio{part, whole};
}

void add(RevenueMetrics& metrics, const MovementSum& sum) {
    switch (sum.kind) {
        case MrrMovementKind::new_business: metrics.new_business = metrics.new_business + sum.amount; break;
        case MrrMovementKind::reactivation: metrics.reactivation = metrics.reactivation + sum.amount; break;
        case MrrMovementKind::expansion: metrics.expansion = metrics.expansion + sum.amount; break;
        case MrrMovementKind::contraction: metrics.contraction = metrics.contraction + sum.amount; break;
        case MrrMovementKind::churn: metrics.churn = metrics.churn + sum.amount; break;
    }
}

}  // namespace

std::string Ratio::text() const {
    return hundredths(round_half_up(numerator * 100, denominator));
}

std::string Ratio::percent_text() const {
    return hundredths(round_half_up(numerator * 10'000, denominator)) + " %";
}

Fraction RevenueMetrics::end_mrr() const {
    return start_mrr + new_business + reactivation + expansion - contraction - churn;
}

Fraction RevenueMetrics::arr() const {
    return end_mrr().times(12, 1);
}

std::optional<Ratio> RevenueMetrics::gross_churn() const {
    return over(churn + contraction, start_mrr);
}

std::optional<Ratio> RevenueMetrics::net_churn() const {
    return over(churn + contraction - expansion - reactivation, start_mrr);
}

std::optional<Ratio> RevenueMetrics::nrr() const {
    return over(start_mrr + expansion - contraction - churn, start_mrr);
}

std::optional<Ratio> RevenueMetrics::grr() const {
    return over(start_mrr - contraction - churn, start_mrr);
}

std::optional<Ratio> RevenueMetrics::logo_churn() const {
    return over(customers.left, customers.at_start);
}

std::optional<Amount> RevenueMetrics::arpa() const {
    if (customers.at_end <= 0) return std::nullopt;
    return end_mrr().times(1, customers.at_end).rounded();
}

std::optional<Amount> RevenueMetrics::ltv(int gross_margin_percent) const {
    if (customers.at_end <= 0 || customers.left <= 0 || customers.at_start <= 0) return std::nullopt;
    return end_mrr()
        .times(1, customers.at_end)
        .times(gross_margin_percent, 100)
        .times(customers.at_start, customers.left)
        .rounded();
}

std::optional<Ratio> RevenueMetrics::quick_ratio() const {
    return over(new_business + expansion + reactivation, churn + contraction);
}

std::vector<RevenueMetrics> revenue_metrics(const std::vector<MovementSum>& before,
                                            const std::vector<MovementSum>& within,
                                            const std::vector<CustomerCounts>& customers) {
    std::map<std::string, RevenueMetrics> found;
    std::map<std::string, RevenueMetrics> earlier;
    for (const auto& sum : before) add(earlier[sum.currency], sum);
    for (const auto& [currency, metrics] : earlier) found[currency].start_mrr = metrics.end_mrr();
    for (const auto& sum : within) add(found[sum.currency], sum);
    for (const auto& count : customers) found[count.currency].customers = count;
    std::vector<RevenueMetrics> list;
    for (auto& [currency, metrics] : found) {
        metrics.currency = currency;
        list.push_back(std::move(metrics));
    }
    return list;
}

std::optional<Ratio> Recovery::rate() const {
    return over(recovered_amount, amount);
}

std::vector<Recovery> recoveries(const std::vector<RefusedInvoice>& refused) {
    std::map<std::string, Recovery> found;
    for (const auto& each : refused) {
        auto& into = found[each.invoice.currency];
        into.currency = each.invoice.currency;
        ++into.invoices;
        into.amount += each.invoice.total;
        if (!each.paid_on) continue;
        ++into.recovered;
        into.recovered_amount += each.invoice.total;
    }
    std::vector<Recovery> list;
    for (auto& [currency, each] : found) list.push_back(std::move(each));
    return list;
}

}  // namespace whatsflow::billing
