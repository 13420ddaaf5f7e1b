// Every worked number of the billing model, by its name there. Those of single functions stand beside them:
// rounding, splitting and overage in core/amount_test, anchors in core/calendar_test, the month of metrics in
// src/metrics/revenue_metrics_test.
#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <map>

namespace whatsflow::billing::scenario {
namespace {

std::vector<Amount> amounts_of(const Invoice& invoice) {
    std::vector<Amount> all;
    for (const auto& line : invoice.lines) all.push_back(line.amount);
    return all;
}

std::string starter(const char* on, const char* interval = "month", const char* plan = "starter") {
    return nlohmann::json{{"at", on}, {"do", "subscribe"}, {"plan", plan}, {"interval", interval}}.dump();
}
std::string change(const char* on, const char* plan, const char* interval = "month", const char* when = "now") {
    return nlohmann::json{{"at", on}, {"do", "change_plan"}, {"plan", plan}, {"interval", interval}, {"when", when}}
        .dump();
}
std::string until(const char* on) {
    return nlohmann::json{{"at", on}, {"do", "advance"}}.dump();
}
Outcomes tell(std::initializer_list<std::string> steps, const std::string& account = "{}") {
    std::string all;
    for (const auto& step : steps) all += (all.empty() ? "" : ",") + step;
    return told("[" + all + "]", account);
}

/// What the ledger says of one document, with its lines where it has some, by account; debits are positive.
std::map<LedgerAccount, Amount> booked(const Outcomes& outcomes, const std::string& source, const std::string& id) {
    std::map<LedgerAccount, Amount> sums;
    for (const auto& posting : outcomes.postings)
        if (posting.source == source && posting.source_id == id) sums[posting.account] += posting.amount;
    return sums;
}
std::map<LedgerAccount, Amount> booked(const Outcomes& outcomes, const Invoice& invoice) {
    auto sums = booked(outcomes, "invoice", invoice.id.text());
    for (const auto& line : invoice.lines)
        for (const auto& [account, amount] : booked(outcomes, "line", line.id.text())) sums[account] += amount;
    return sums;
}

TEST(WorkedExamples, P1AFirstPeriodToAFixedDay) {
    EXPECT_EQ(totals(tell({starter("2026-02-03")}, R"({"billing_day":15})")), std::vector<Amount>{1123});
}

TEST(WorkedExamples, P2AnUpgradeKeepsTheAnchor) {
    const auto outcomes = tell({starter("2026-03-10"), change("2026-03-25", "pro")});
    EXPECT_EQ(amounts_of(outcomes.account.invoices[1]), (std::vector<Amount>{-1497, 5110}));
    EXPECT_EQ(outcomes.account.invoices[1].total, 3613);
    EXPECT_EQ(outcomes.account.subscriptions[0].period().to.text(), "2026-04-10");
}

TEST(WorkedExamples, P3ADowngradeWaitsForThePeriodsEnd) {
    const auto outcomes = tell(
        {starter("2026-03-10", "month", "pro"), change("2026-03-25", "starter", "month", "auto"), until("2026-04-10")});
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{9900, 2900}));
}

TEST(WorkedExamples, P3bADowngradeNowIsCreditAndNoRefund) {
    const auto outcomes = tell({starter("2026-03-10", "month", "pro"), change("2026-03-25", "starter")});
    EXPECT_EQ(amounts_of(outcomes.account.invoices[1]), (std::vector<Amount>{-5110, 1497}));
    EXPECT_EQ(outcomes.account.credit_balance(), 3613);
    EXPECT_EQ(outcomes.account.payments.size(), 1U);
}

TEST(WorkedExamples, P4UpAndDownInOnePeriod) {
    const auto outcomes = tell({starter("2026-06-01"), change("2026-06-11", "pro"), change("2026-06-21", "starter")});
    EXPECT_EQ(amounts_of(outcomes.account.invoices[1]), (std::vector<Amount>{-1933, 6600}));
    EXPECT_EQ(amounts_of(outcomes.account.invoices[2]), (std::vector<Amount>{-3300, 967}));
    Amount all = 0;
    for (const auto total : totals(outcomes)) all += total;
    EXPECT_EQ(all, 5234);
}

TEST(WorkedExamples, P5UpAndDownOnOneDayIsNothing) {
    const auto all =
        totals(tell({starter("2026-06-01"), change("2026-06-11", "pro"), change("2026-06-11", "starter")}));
    EXPECT_EQ(all[1] + all[2], 0);
}

TEST(WorkedExamples, P6MonthToYearBeginsAnew) {
    const auto outcomes = tell({starter("2026-03-10"), change("2026-03-25", "starter", "year")});
    EXPECT_EQ(amounts_of(outcomes.account.invoices[1]), (std::vector<Amount>{-1497, 29580}));
    EXPECT_EQ(outcomes.account.invoices[1].total, 28083);
    EXPECT_EQ(outcomes.account.subscriptions[0].period().from.text(), "2026-03-25");
    EXPECT_EQ(outcomes.account.subscriptions[0].period().to.text(), "2027-03-25");
}

TEST(WorkedExamples, P7AYearAcrossALeapDay) {
    const auto outcomes = tell({starter("2027-11-05", "year"), change("2028-02-29", "pro", "year")});
    EXPECT_EQ(amounts_of(outcomes.account.invoices[1]), (std::vector<Amount>{-20205, 68975}));
    EXPECT_EQ(outcomes.account.invoices[1].total, 48770);
}

TEST(WorkedExamples, P8TwoMoreDevicesInTheMiddle) {
    const auto outcomes =
        tell({starter("2026-04-01"), R"({"at":"2026-04-16","do":"add","add_on":"device","quantity":2})",
              until("2026-05-01")});
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 900, 2900 + 1800}));
}

// What is held is billed by the day, so 10 × 20 of 30 days are 6.667 months of a device at 9.00.
TEST(WorkedExamples, TenDevicesForTwentyDaysAreSixAndTwoThirdsOfAMonth) {
    const auto outcomes =
        tell({starter("2026-04-01"), R"({"at":"2026-04-11","do":"add","add_on":"device","quantity":10})"});
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 6000}));
}

// Who was blocked from 24 June to 1 July without being billed: the seven days come back, the term goes on.
TEST(WorkedExamples, ABlockedWindowIsCreditAndNoNewTerm) {
    const auto outcomes = tell({starter("2026-06-10"), R"({"at":"2026-06-24","do":"pause","when":"now"})",
                                R"({"at":"2026-07-01","do":"resume","when":"now"})"});
    EXPECT_EQ(outcomes.account.credit_balance(), 677);
    EXPECT_EQ(outcomes.account.subscriptions[0].period().to.text(), "2026-07-10");
}

TEST(WorkedExamples, P9APauseWithCredit) {
    const auto outcomes = tell({starter("2026-05-01"), R"({"at":"2026-05-11","do":"pause","when":"now"})"});
    EXPECT_EQ(outcomes.account.credit_balance(), 1965);
    const auto usual = tell({starter("2026-05-01"), R"({"at":"2026-05-11","do":"pause","when":"period_end"})"});
    EXPECT_EQ(usual.account.credit_balance(), 0);
}

TEST(WorkedExamples, P10ACancellationAtTheEndKeepsAccessUntilThen) {
    const auto before = tell({starter("2026-05-01"), R"({"at":"2026-05-11","do":"cancel"})", until("2026-05-31")});
    EXPECT_EQ(totals(before), std::vector<Amount>{2900});
    EXPECT_EQ(access_of(before.account.subscriptions[0]), Access::full);
    const auto after = tell({starter("2026-05-01"), R"({"at":"2026-05-11","do":"cancel"})", until("2026-06-01")});
    EXPECT_EQ(after.account.subscriptions[0].state, SubscriptionState::canceled);
    EXPECT_EQ(totals(after), std::vector<Amount>{2900});
}

TEST(WorkedExamples, P11ATrialThenMonths) {
    auto story = story_of("[" + starter("2026-02-24") + "," + until("2026-03-03") + "]");
    story.catalogue.plans[0].trial_days = 7;
    const auto outcomes = *run_story(story);
    ASSERT_EQ(totals(outcomes), std::vector<Amount>{2900});
    EXPECT_EQ(outcomes.account.invoices[0].issued_on.text(), "2026-03-03");
    EXPECT_EQ(outcomes.account.invoices[0].lines[0].span.to.text(), "2026-04-03");
}

TEST(WorkedExamples, CouponsCreditWhatWasPaid) {
    const auto with = [](const char* coupon) {
        return totals(tell({R"({"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","coupon":")" +
                                std::string(coupon) + "\"}",
                            change("2026-03-25", "pro")}));
    };
    EXPECT_EQ(with("SAVE20"), (std::vector<Amount>{2320, 4088 - 1197}));
    EXPECT_EQ(with("TEN"), (std::vector<Amount>{1900, 5110 - 981}));
}

TEST(WorkedExamples, TaxesOutsideAndInsideThePrice) {
    const auto outside = tell({starter("2026-03-10")}, R"({"tax_percent":"18"})").account.invoices[0];
    EXPECT_EQ(outside.tax, 522);
    EXPECT_EQ(outside.total, 3422);
    const auto inside =
        tell({starter("2026-03-10")}, R"({"tax_percent":"18","tax_inclusive":true})").account.invoices[0];
    EXPECT_EQ(inside.tax, 442);
    EXPECT_EQ(inside.total - inside.tax, 2458);
    EXPECT_EQ(inside.lines[0].net_without_tax(), 2458);
}

TEST(WorkedExamples, ARefundOfTenTakesItsShareOfTaxAndTheLastOneTheRest) {
    const auto outcomes = tell({starter("2026-03-10"), R"({"at":"2026-03-11","do":"refund","invoice":1,"amount":1000})",
                                R"({"at":"2026-03-12","do":"refund","invoice":1})"},
                               R"({"tax_percent":"18"})");
    const auto& notes = outcomes.account.credit_notes;
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_EQ(notes[0].net, 847);
    EXPECT_EQ(notes[0].tax, 153);
    EXPECT_EQ(notes[0].net + notes[1].net, 2900);
    EXPECT_EQ(notes[0].tax + notes[1].tax, 522);
    auto first = booked(outcomes, "credit_note", notes[0].id.text());
    EXPECT_EQ(first[LedgerAccount::deferred_revenue], 847);
    EXPECT_EQ(first[LedgerAccount::tax_payable], 153);
    Amount clearing = 0;
    for (const auto& posting : outcomes.postings)
        if (posting.account == LedgerAccount::clearing) clearing += posting.amount;
    EXPECT_EQ(clearing, 0) << "all that came has gone";
}

TEST(WorkedExamples, TheLedgerOfAnUpgradeAndOfADowngrade) {
    const auto up = tell({starter("2026-03-10"), change("2026-03-25", "pro")});
    auto invoice = booked(up, up.account.invoices[1]);
    EXPECT_EQ(invoice[LedgerAccount::receivable], 3613);
    EXPECT_EQ(invoice[LedgerAccount::deferred_revenue], 1497 - 5110);
    auto payment = booked(up, "payment", up.account.payments[1].id.text());
    EXPECT_EQ(payment[LedgerAccount::clearing], 3613);
    EXPECT_EQ(payment[LedgerAccount::receivable], -3613);

    const auto down = tell({starter("2026-03-10", "month", "pro"), change("2026-03-25", "starter")});
    invoice = booked(down, down.account.invoices[1]);
    EXPECT_EQ(invoice[LedgerAccount::deferred_revenue], 5110 - 1497);
    EXPECT_EQ(invoice[LedgerAccount::customer_credit] + invoice[LedgerAccount::receivable], -3613);
}

TEST(WorkedExamples, DunningOfAnInvoiceThatIsDueOnTheTenthOfJune) {
    const std::string refused =
        R"({"at":"2026-05-10","do":"payments","outcomes":["success","decline","decline","decline","decline","decline","decline"]})";
    const auto at = [&](const char* day) { return tell({refused, starter("2026-05-10"), until(day)}); };
    std::vector<std::string> tried;
    for (const auto& payment : at("2026-07-01").account.payments)
        tried.push_back(local_date(payment.started_at, "UTC").text());
    EXPECT_EQ(tried, (std::vector<std::string>{"2026-05-10", "2026-06-10", "2026-06-11", "2026-06-13", "2026-06-16",
                                               "2026-06-23", "2026-06-30"}));
    const auto access = [&](const char* day) { return access_of(at(day).account.subscriptions[0]); };
    EXPECT_EQ(access("2026-06-16"), Access::full);
    EXPECT_EQ(access("2026-06-17"), Access::limited);
    EXPECT_EQ(access("2026-06-23"), Access::limited);
    EXPECT_EQ(access("2026-06-24"), Access::suspended);
    EXPECT_EQ(access("2026-06-30"), Access::suspended);
    EXPECT_EQ(at("2026-07-01").account.subscriptions[0].state, SubscriptionState::canceled);
}

}  // namespace
}  // namespace whatsflow::billing::scenario
