#include "revenue_report.hpp"

#include <map>

namespace whatsflow::billing::staff {
namespace {

constexpr const char* kUndefined = "–";
constexpr int kMonthsShown = 12;
constexpr int kRefusalsCounted = 10'000;

LocalDate month_of(LocalDate day, int later = 0) {
    const auto months = day.year() * 12 + day.month() - 1 + later;
    return LocalDate::of(months / 12, months % 12 + 1, 1);
}

using MrrByCurrency = std::map<std::string, Fraction>;

MrrByCurrency mrr_after(MrrByCurrency mrr, const std::vector<MovementSum>& sums) {
    for (const auto& metrics : revenue_metrics({}, sums, {}))
        mrr[metrics.currency] = mrr[metrics.currency] + metrics.end_mrr();
    return mrr;
}

class ReportWriter {
public:
    ReportWriter(const StaffOffice& office, const sdk::Request& request, const ReportTimes& times)
        : office_(office), locale_(request.locale), times_(times) {}

    ReportedNumber number(const char* key, std::string value, std::string path = {}) const {
        return {say(key), std::move(value), say(std::string(key) + "_note"), std::move(path)};
    }
    ReportedNumber ratio(const char* key, const std::optional<Ratio>& value, std::string path = {}) const {
        return number(key, value ? value->percent_text() : kUndefined, std::move(path));
    }
    std::string movements_path(const std::string& currency, std::string_view kind = {}) const {
        return "/reports/movements?" + times_.query() + "&currency=" + currency +
               (kind.empty() ? std::string{} : "&kind=" + std::string(kind));
    }
    std::string say(const std::string& key) const { return office_.text(locale_, "revenue." + key); }

    std::vector<ReportedNumber> numbers_of(const RevenueMetrics& metrics, const Recovery* recovery) const {
        const auto& currency = metrics.currency;
        const auto in_money = [&](const std::optional<Amount>& amount) {
            return amount ? money(*amount, currency) : std::string(kUndefined);
        };
        const auto all = movements_path(currency);
        std::vector<ReportedNumber> list{
            number("mrr", money(metrics.end_mrr().rounded(), currency), all),
            number("arr", money(metrics.arr().rounded(), currency), all),
            number("customers", std::to_string(metrics.customers.at_end), "/subscriptions?state=active"),
            number("arpa", in_money(metrics.arpa())),
            ratio("gross_churn", metrics.gross_churn(), movements_path(currency, "churn")),
            ratio("net_churn", metrics.net_churn(), all),
            ratio("nrr", metrics.nrr(), all),
            ratio("grr", metrics.grr(), all),
            ratio("logo_churn", metrics.logo_churn(), movements_path(currency, "churn")),
            number("ltv", in_money(metrics.ltv(office_.settings.gross_margin_percent))),
            number("quick_ratio", metrics.quick_ratio() ? metrics.quick_ratio()->text() : kUndefined, all)};
        const auto path = "/reports/recovery?" + times_.query();
        list.push_back(ratio("recovery", recovery == nullptr ? std::nullopt : recovery->rate(), path));
        return list;
    }

    std::vector<ReportedNumber> movements_of(const RevenueMetrics& metrics) const {
        const auto& currency = metrics.currency;
        const auto shown = [&](MrrMovementKind kind, const Fraction& amount, const char* sign) {
            const auto code = to_text(kind);
            const auto rounded = amount.rounded();
            return ReportedNumber{office_.word(locale_, code),
                                  std::string(rounded == 0 ? "" : sign) + money(rounded, currency),
                                  {},
                                  movements_path(currency, code)};
        };
        return {{say("start_mrr"), money(metrics.start_mrr.rounded(), currency), {}, {}},
                shown(MrrMovementKind::new_business, metrics.new_business, "+"),
                shown(MrrMovementKind::reactivation, metrics.reactivation, "+"),
                shown(MrrMovementKind::expansion, metrics.expansion, "+"),
                shown(MrrMovementKind::contraction, metrics.contraction, "−"),
                shown(MrrMovementKind::churn, metrics.churn, "−"),
                {say("end_mrr"), money(metrics.end_mrr().rounded(), currency), {}, {}}};
    }

private:
    const StaffOffice& office_;
    std::string locale_;
    ReportTimes times_;
};

using Sums = std::vector<MovementSum>;

Sums together(Sums sums, const Sums& more) {
    sums.insert(sums.end(), more.begin(), more.end());
    return sums;
}

/// What came before the time of the report, and before the first month that is shown.
struct Past {
    Sums before_report, before_months;
};

/// There is much of it: it is summed once, up to the earlier of the two days.
sdk::Result<Past> past_of(const StaffOffice& office, const sdk::CallContext& context, LocalDate report,
                          LocalDate months) {
    const auto earlier = std::min(report, months);
    auto past = office.finance.movement_sums(context, LocalDate{}, earlier);
    if (!past) return past.error();
    const auto between = office.finance.movement_sums(context, earlier, std::max(report, months));
    if (!between) return between.error();
    auto longer = together(*past, *between);
    return report > months ? Past{std::move(longer), *std::move(past)} : Past{*std::move(past), std::move(longer)};
}

/// MRR at the end of each of the last months, by currency.
sdk::Result<std::map<std::string, std::vector<MonthlyMrr>>> months_from(const StaffOffice& office,
                                                                        const sdk::CallContext& context,
                                                                        LocalDate first, LocalDate last_day,
                                                                        const Sums& before) {
    auto mrr = mrr_after({}, before);
    std::vector<LocalDate> days;
    for (int month = 0; month < kMonthsShown; ++month) days.push_back(month_of(first, month));
    days.push_back(last_day.plus_days(1));
    const auto months = office.finance.movement_sums_between(context, days);
    if (!months) return months.error();
    std::vector<MrrByCurrency> ends;
    for (const auto& sums : *months) {
        mrr = mrr_after(std::move(mrr), sums);
        ends.push_back(mrr);
    }
    std::map<std::string, std::vector<MonthlyMrr>> found;
    for (const auto& [currency, latest] : mrr)
        for (int month = 0; month < kMonthsShown; ++month)
            found[currency].push_back({month_of(first, month), ends[static_cast<std::size_t>(month)][currency]});
    return found;
}

}  // namespace

sdk::Result<RevenueReport> revenue_report(const StaffOffice& office, const sdk::Request& request,
                                          const ReportTimes& times) {
    const auto context = over_all(request, "billing.reports");
    const auto first_month = month_of(times.last_day(), 1 - kMonthsShown);
    const auto past = past_of(office, context, times.from, first_month);
    if (!past) return past.error();
    const auto within = office.finance.movement_sums(context, times.from, times.to);
    if (!within) return within.error();
    const auto customers = office.finance.customers(context, times.from, times.to);
    if (!customers) return customers.error();
    const auto refused = office.finance.refused(context, times.from, times.to, kRefusalsCounted);
    if (!refused) return refused.error();
    auto months = months_from(office, context, first_month, times.last_day(), past->before_months);
    if (!months) return months.error();
    // Only trials whose time to pay is over can be judged.
    const auto days = office.settings.trial_pays_within_days;
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto matured = std::min(times.to, today.plus_days(-days));
    const auto trials = office.finance.trials(context, times.from, std::max(matured, times.from), days);
    if (!trials) return trials.error();

    const ReportWriter writer(office, request, times);
    const auto recovered = recoveries(*refused);
    RevenueReport report;
    report.times = times;
    for (const auto& metrics : revenue_metrics(past->before_report, *within, *customers)) {
        const Recovery* recovery = nullptr;
        for (const auto& each : recovered)
            if (each.currency == metrics.currency) recovery = &each;
        report.currencies.push_back({metrics.currency, writer.numbers_of(metrics, recovery),
                                     writer.movements_of(metrics), (*months)[metrics.currency]});
    }
    const auto rate = trials->started > 0 ? Ratio{trials->converted, trials->started}.percent_text() : kUndefined;
    report.trials = writer.number("trials", rate);
    report.trials.note = office.text(request.locale, "revenue.trials_note",
                                     {{"converted", std::to_string(trials->converted)},
                                      {"started", std::to_string(trials->started)},
                                      {"days", std::to_string(days)}});
    return report;
}

}  // namespace whatsflow::billing::staff
