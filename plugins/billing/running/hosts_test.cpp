// Several hosts on one database, and time that was lost: each piece of work is done once.
#include "billing_fixture.hpp"

#include <thread>

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class Hosts : public testing::Billing {
protected:
    TenantId tenant(int n) const { return TenantId{"0190a5b0-0000-7000-8000-0000000001" + std::to_string(10 + n)}; }

    void subscribe_with_a_card(int n) {
        tenant_ = tenant(n).text();
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                       {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                      .status(),
                  201);
        ASSERT_EQ(
            notify({{"id", "paid-" + tenant_}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}),
            200);
    }
    void notices() {
        ASSERT_TRUE(
            host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = "billing.read_notices"}));
        EXPECT_TRUE(host_.facilities().jobs.run_all().empty());
    }
    std::int64_t unbalanced() {
        return count("(SELECT batch_id FROM billing_postings GROUP BY batch_id HAVING SUM(amount) <> 0) x");
    }

    /// All there is of one host, beside the plugin's own.
    struct Another {
        explicit Another(sdk::Host& host, int most_steps = 2'000)
            : transitions(host, {}), calls(transitions), runner(transitions, calls, most_steps) {}
        Transitions transitions;
        ProviderCalls calls;
        Runner runner;
    };
};

TEST_F(Hosts, RunTogetherAndDoNothingTwice) {
    constexpr int kTenants = 40;
    for (int n = 0; n < kTenants; ++n) subscribe_with_a_card(n);
    notices();
    ASSERT_EQ(count("billing_subscriptions WHERE state = 'active'"), kTenants);
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    std::vector<std::thread> hosts;
    std::atomic<int> parked{0}, failed{0};
    for (int i = 0; i < 3; ++i)
        hosts.emplace_back([&] {
            Another one(host_);
            const auto report = one.runner.run_all(sdk::testing::a_context(), 2);
            if (!report)
                ++failed;
            else
                parked += static_cast<int>(report->parked);
        });
    for (auto& host : hosts) host.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(parked, 0);
    // Who lost a race left its account to the next run.
    host_.time().advance(6min);
    Another last(host_);
    ASSERT_TRUE(last.runner.run_all(sdk::testing::a_context(), 1));
    EXPECT_EQ(count("billing_invoices"), 2 * kTenants);
    EXPECT_EQ(count("billing_invoices WHERE state = 'paid'"), 2 * kTenants);
    EXPECT_EQ(count("(SELECT DISTINCT number FROM billing_invoices) x"), 2 * kTenants);
    EXPECT_EQ(count("billing_payments WHERE kind = 'charge'"), 2 * kTenants);
    EXPECT_EQ(bank_.charged.size(), 2U * kTenants);
    EXPECT_EQ(bank_.calls, kTenants);
    EXPECT_EQ(unbalanced(), 0);
}

TEST_F(Hosts, CatchUpAfterFortyDaysWithoutAScheduler) {
    for (int n = 0; n < 5; ++n) subscribe_with_a_card(n);
    notices();
    host_.time().set(start_of_day(LocalDate::of(2026, 5, 20), "UTC") + 9h);
    jobs();
    EXPECT_EQ(count("billing_invoices WHERE state = 'paid'"), 15);
    EXPECT_EQ(bank_.calls, 10);
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL"), 0);
    const auto list = said(call(sdk::Method::get, "/v1/invoices"))["data"];
    const auto invoice = said(call(sdk::Method::get, "/v1/invoices/" + list[1]["id"].get<std::string>()));
    EXPECT_EQ(invoice["lines"][0]["from"], "2026-04-10");
    EXPECT_EQ(invoice["lines"][0]["to"], "2026-05-10");
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["period_end"], "2026-06-10");
    EXPECT_EQ(unbalanced(), 0);
    jobs();
    EXPECT_EQ(bank_.calls, 10);
}

TEST_F(Hosts, ParkOnlyTheAccountWhoseBoundIsTripped) {
    Plan daily;
    daily.code = daily.name = "daily";
    daily.prices = {{"USD", {IntervalUnit::day, 1}, {{1, 0, LocalDate::of(2020, 1, 1), std::nullopt}}}};
    ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), daily, {}));
    tenant_ = tenant(0).text();
    ASSERT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", "daily"}, {"interval", "day"}}).status(), 201);
    for (int n = 1; n < 4; ++n) subscribe_with_a_card(n);
    notices();
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    Another host(host_, 20);
    const auto report = host.runner.run_all(sdk::testing::a_context(), 2);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->parked, 1);
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL AND parked_reason LIKE 'billing.bound%'"), 1);
    EXPECT_EQ(count("billing_invoices WHERE n = 2 AND state = 'paid' AND total = 2900"), 3);
    int told = 0;
    for (const auto& event : host_.facilities().outbox.all()) told += event.type.text() == "billing.account_parked/1";
    EXPECT_EQ(told, 1);
    // Unparked by staff it goes on where it stood.
    ASSERT_TRUE(plugin_.books_for_tests().unpark(sdk::testing::a_context(), tenant(0), {}));
    Another patient(host_);
    ASSERT_TRUE(patient.runner.run_all(sdk::testing::a_context(), 1));
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL"), 0);
    tenant_ = tenant(0).text();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["period_end"], "2026-04-11");
}

TEST_F(Hosts, BookWhatAProviderRenewedByItself) {
    subscribe_with_a_card(0);
    notices();
    const auto reference = bank_.pages.back();
    // Before our own renewal it is credit that the renewal uses; afterwards it pays the open invoice.
    for (const auto* id : {"r1", "r1"})
        ASSERT_EQ(notify({{"id", std::string(id) + std::to_string(bank_.calls)},
                          {"type", "renewed"},
                          {"reference", reference},
                          {"payment", "pay_r1"},
                          {"amount", 2900}}),
                  200);
    notices();
    EXPECT_EQ(count("billing_grants WHERE remaining = 2900"), 1);
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    jobs();
    EXPECT_EQ(bank_.calls, 0) << "the credit paid it";
    EXPECT_EQ(count("billing_invoices WHERE state = 'paid'"), 2);
    bank_.declines = true;
    host_.time().set(start_of_day(LocalDate::of(2026, 5, 10), "UTC") + 1h);
    jobs();
    EXPECT_EQ(count("billing_invoices WHERE state = 'open'"), 1);
    ASSERT_EQ(
        notify({{"id", "r2"}, {"type", "renewed"}, {"reference", reference}, {"payment", "pay_r2"}, {"amount", 2900}}),
        200);
    notices();
    EXPECT_EQ(count("billing_invoices WHERE state = 'paid'"), 3);
    EXPECT_EQ(unbalanced(), 0);
}

}  // namespace
}  // namespace whatsflow::billing
