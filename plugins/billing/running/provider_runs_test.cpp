// Renewals that a provider takes by itself: an invoice a period, paid by its notice and never charged by
// us as well, whatever the order and number of its words.
#include "billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class ProviderRunsTest : public testing::Billing {
protected:
    json settings_of_test() override { return {{"provider_renewals", {"bank"}}}; }
    void SetUp() override {
        bank_.runs_renewals = true;
        testing::Billing::SetUp();
    }
    /// Somebody orders a plan and comes to the bank's page.
    void order() {
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                       {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                      .status(),
                  201);
        reference_ = bank_.pages.back();
    }
    /// What the bank says of a run; `payment` moves money there.
    void says(const char* type, const std::string& payment = {}, int instalment = 0, const std::string& run = "run_1",
              Amount amount = 2900) {
        json notice{{"id", "evt_" + std::to_string(++number_)},
                    {"type", type},
                    {"run", run},
                    {"reference", reference_},
                    {"payment", payment},
                    {"amount", amount}};
        if (instalment > 0) notice["instalment"] = instalment;
        ASSERT_EQ(notify(notice), 200);
    }
    void order_and_pay() {
        order();
        says("activated", "p1", 1);
        jobs();
        ASSERT_EQ(count("billing_provider_runs WHERE state = 'active'"), 1);
    }
    void reach(LocalDate day) {
        host_.time().set(start_of_day(day, "UTC") + 1h);
        jobs();
    }
    void end_waiting() {
        ASSERT_TRUE(host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(),
                                                    {.kind = "billing.end_provider_runs"}));
        for (const auto& error : host_.facilities().jobs.run_all()) ADD_FAILURE() << error.message;
    }
    std::int64_t invoices(const char* state) {
        return count("billing_invoices WHERE state = '" + std::string(state) + "'");
    }
    Account account() { return *plugin_.teller_for_tests().account(sdk::testing::a_context(), TenantId{tenant_}); }
    sdk::Result<Outcome> act(const Command& command) {
        return plugin_.teller_for_tests().act(sdk::testing::a_context(), TenantId{tenant_},
                                              {command, {}, {}, {}, false}, {});
    }
    void TearDown() override {
        EXPECT_EQ(count("(SELECT batch_id FROM billing_postings GROUP BY batch_id HAVING SUM(amount) <> 0) x"), 0);
        EXPECT_EQ(bank_.calls, 0) << "our schedule charged what the provider takes";
        testing::Billing::TearDown();
    }
    std::string reference_;
    int number_ = 0;
    const LocalDate april_ = LocalDate::of(2026, 4, 10), may_ = LocalDate::of(2026, 5, 10);
};

TEST_F(ProviderRunsTest, ARecurringPlanBeginsOneAndEveryPeriodIsPaidByItsNotice) {
    order();
    ASSERT_TRUE(bank_.asked.back().recurrence);
    EXPECT_EQ(bank_.asked.back().recurrence->interval, sdk::ProviderRecurrence::Interval::month);
    EXPECT_FALSE(bank_.asked.back().save_method);
    says("activated", "p1", 1);
    jobs();
    EXPECT_EQ(invoices("paid"), 1);
    EXPECT_EQ(account().live_subscription()->provider_run->reference, "run_1");

    reach(april_);
    EXPECT_EQ(invoices("open"), 1);
    EXPECT_EQ(count("billing_payments WHERE status = 'pending'"), 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
    says("renewed", "p2", 2);
    jobs();
    EXPECT_EQ(invoices("paid"), 2);
    EXPECT_EQ(count("billing_payments WHERE status = 'succeeded' AND reference = 'p2' AND provider = 'bank'"), 1);
    EXPECT_EQ(account().credit_balance(), 0);
}

TEST_F(ProviderRunsTest, WordsThatComeTwiceEarlyOrInAnotherOrderCountEachPaymentOnce) {
    order();
    // The second period is told of before the first, and everything twice.
    for (int times = 0; times < 2; ++times) {
        says("renewed", "p2", 2);
        says("activated", "p1", 1);
    }
    jobs();
    EXPECT_EQ(invoices("paid"), 1);
    EXPECT_EQ(account().credit_balance(), 2900) << "for the period to come";
    reach(april_);
    EXPECT_EQ(invoices("paid"), 2);
    EXPECT_EQ(account().credit_balance(), 0);
    says("renewed", "p2", 2);
    reach(may_);
    EXPECT_EQ(invoices("open"), 1);
    says("renewed", "p3", 3);
    says("renewed", "p3", 3);
    jobs();
    EXPECT_EQ(invoices("paid"), 3);
    EXPECT_EQ(account().credit_balance(), 0);
    EXPECT_EQ(count("billing_provider_runs"), 1);
}

TEST_F(ProviderRunsTest, ARefusalStartsDunningAndItsOwnLaterSuccessEndsIt) {
    order_and_pay();
    reach(april_);
    says("failed", "x1", 2);
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "past_due");
    // The provider tries again by itself; we do not.
    reach(april_.plus_days(4));
    says("failed", "x2", 2);
    says("renewed", "p2", 2);
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
    // A refusal that comes days late is of a period that is paid.
    says("failed", "x1", 2);
    reach(may_);
    says("failed", "x1", 2);
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
    EXPECT_EQ(count("billing_payments WHERE status = 'pending'"), 1);
}

TEST_F(ProviderRunsTest, AWordThatIsLostIsAskedFor) {
    order_and_pay();
    reach(april_);
    sdk::PaymentRecord first, second;
    first.status = second.status = sdk::PaymentStatus::succeeded;
    first.amount = second.amount = sdk::Money{2900, "USD"};
    first.payment_id = "p1";
    second.payment_id = "p2";
    bank_.taken["run_1"] = {first, second};
    host_.time().advance(25h);
    jobs();
    EXPECT_EQ(invoices("paid"), 2);
    reach(may_);
    says("failed", "x1", 2);  // a first try at what is paid since
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
    says("renewed", "p2", 2);  // it was only late
    jobs();
    EXPECT_EQ(account().credit_balance(), 0);
    EXPECT_EQ(count("billing_payments WHERE status = 'pending'"), 1);
}

TEST_F(ProviderRunsTest, WhatTheProviderIsAboutToTakeIsNotPaidOnAPageAsWell) {
    order_and_pay();
    reach(april_);
    const auto pages = bank_.pages.size();
    const auto page = plugin_.teller_for_tests().pay_on_page(sdk::testing::a_context(), TenantId{tenant_},
                                                             account().invoices.back().id, {.provider = "bank"}, {});
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, "billing.payment_unresolved");
    EXPECT_EQ(bank_.pages.size(), pages);
    EXPECT_TRUE(bank_.stopped.empty());
}

TEST_F(ProviderRunsTest, WhatNeverComesIsOwedAndPaidOnAPageAfterTheRunIsEnded) {
    order_and_pay();
    bank_.taken["run_1"] = {};
    for (int day = 0; day <= 11; ++day) reach(april_.plus_days(day));
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "past_due");
    const auto invoice = account().invoices.back().id;
    const auto page = plugin_.teller_for_tests().pay_on_page(sdk::testing::a_context(), TenantId{tenant_}, invoice,
                                                             {.provider = "bank"}, {});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(bank_.stopped, std::vector<std::string>{"run_1"});
    EXPECT_TRUE(bank_.asked.back().recurrence) << "the page begins the renewals anew";
    reference_ = bank_.pages.back();
    says("activated", "q1", 1, "run_2");
    jobs();
    EXPECT_EQ(invoices("paid"), 2);
    EXPECT_EQ(account().live_subscription()->provider_run->reference, "run_2");
}

TEST_F(ProviderRunsTest, AChangeOrACancellationTellsTheProviderFirst) {
    order_and_pay();
    bank_.lost = true;
    const auto refused = act(Cancel{});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.provider_runs_on");
    EXPECT_FALSE(account().live_subscription()->cancel_at);
    bank_.lost = false;
    EXPECT_EQ(act(ChangePlan{"nothing-such", {}, When::now, AnchorChoice::by_interval, {}}).error().code,
              "billing.unknown_plan");
    EXPECT_TRUE(bank_.stopped.empty()) << "what is refused ends nothing";
    ASSERT_TRUE(act(Cancel{}));
    EXPECT_EQ(bank_.stopped, std::vector<std::string>{"run_1"});
    EXPECT_FALSE(account().live_subscription()->provider_run);
    end_waiting();
    EXPECT_EQ(count("billing_provider_runs WHERE state = 'ended'"), 1);
    // Thought better of it: the next period is paid on a page again.
    ASSERT_TRUE(act(Uncancel{}));
    reach(april_);
    EXPECT_EQ(invoices("open"), 1);
    EXPECT_EQ(count("billing_payments WHERE status = 'pending'"), 0);
}

// What a run takes cannot be changed, and its first payment cannot be another than the later ones: the difference
// is a single payment, and the next period's page begins a run at the new price.
TEST_F(ProviderRunsTest, AnUpgradeIsASinglePaymentAndTheNextPeriodBeginsARunAtTheNewPrice) {
    order_and_pay();
    reach(LocalDate::of(2026, 3, 25));
    auto& teller = plugin_.teller_for_tests();
    const Request upgrade{
        ChangePlan{"professional", {}, When::now, AnchorChoice::by_interval, std::nullopt}, {}, {}, {}, false};
    const auto asked = teller.act(sdk::testing::a_context(), TenantId{tenant_}, upgrade, {}, {.provider = "bank"});
    ASSERT_TRUE(asked) << asked.error().message;
    const auto difference = bank_.asked.back().amount.minor;
    EXPECT_FALSE(bank_.asked.back().recurrence);
    EXPECT_LT(difference, 9900);
    end_waiting();
    EXPECT_TRUE(bank_.stopped.empty()) << "nothing is paid yet: the renewals of the old plan go on";
    EXPECT_EQ(account().live_subscription()->plan(), "starter");

    ASSERT_EQ(notify({{"id", "evt_up"},
                      {"type", "paid"},
                      {"reference", bank_.pages.back()},
                      {"amount", difference},
                      {"keeps_method", false}}),
              200);
    jobs();
    EXPECT_EQ(account().live_subscription()->plan(), "professional");
    EXPECT_FALSE(account().live_subscription()->provider_run);
    end_waiting();
    EXPECT_EQ(bank_.stopped, std::vector<std::string>{"run_1"});

    reach(april_);
    ASSERT_EQ(invoices("open"), 1);
    const auto page = teller.pay_on_page(sdk::testing::a_context(), TenantId{tenant_}, account().invoices.back().id,
                                         {.provider = "bank"}, {});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(bank_.asked.back().recurrence);
    reference_ = bank_.pages.back();
    says("activated", "q1", 1, "run_2", 9900);
    jobs();
    ASSERT_TRUE(account().live_subscription()->provider_run);
    EXPECT_EQ(account().live_subscription()->provider_run->reference, "run_2");
    reach(may_);
    EXPECT_EQ(account().invoices.back().total, 9900);
    says("renewed", "q2", 2, "run_2", 9900);
    jobs();
    EXPECT_EQ(account().invoices.back().state, InvoiceState::paid);
    EXPECT_EQ(account().credit_balance(), 0);
}

TEST_F(ProviderRunsTest, AnEndThatNobodyGotToTellIsTold) {
    order_and_pay();
    // The crash: the cancellation is saved, and the process is gone.
    Transitions transitions(host_, {});
    const auto step = transitions.run(sdk::testing::a_context(), TenantId{tenant_}, {}, {},
                                      [](Account& account, const Surroundings& around) {
                                          return apply(account, {Cancel{When::now}, {}, {}, {}, false}, around);
                                      });
    ASSERT_TRUE(step);
    EXPECT_EQ(count("billing_provider_runs WHERE state = 'ending'"), 1);
    bank_.lost = true;
    end_waiting();
    EXPECT_EQ(count("billing_provider_runs WHERE state = 'ending'"), 1);
    bank_.lost = false;
    host_.time().advance(10min);
    end_waiting();
    EXPECT_EQ(bank_.stopped, std::vector<std::string>{"run_1"});
    EXPECT_EQ(count("billing_provider_runs WHERE state = 'ended'"), 1);
}

TEST_F(ProviderRunsTest, ASecondRunAndOneForASubscriptionThatIsOverAreEnded) {
    order_and_pay();
    says("activated", "q1", 1, "run_2");  // paid in two tabs
    jobs();
    end_waiting();
    EXPECT_EQ(bank_.stopped, std::vector<std::string>{"run_2"});
    EXPECT_EQ(account().live_subscription()->provider_run->reference, "run_1");
    EXPECT_EQ(account().credit_balance(), 2900) << "the money of the second tab is the customer's";

    tenant_.back() = '2';
    order();
    for (int days = 0; days < 4; ++days) {
        host_.time().advance(25h);
        jobs();
    }
    says("activated", "r1", 1, "run_3");
    jobs();
    end_waiting();
    EXPECT_EQ(bank_.stopped.back(), "run_3");
    EXPECT_EQ(account().credit_balance(), 2900);
}

TEST_F(ProviderRunsTest, WhenTheProviderStopsTheSubscriptionGoesOnAndItsNextPeriodIsOwed) {
    order_and_pay();
    says("stopped");
    jobs();
    EXPECT_EQ(count("billing_provider_runs WHERE state = 'ended'"), 1);
    EXPECT_FALSE(account().live_subscription()->provider_run);
    EXPECT_TRUE(bank_.stopped.empty());
    reach(april_);
    EXPECT_EQ(invoices("open"), 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "past_due");
}

TEST_F(ProviderRunsTest, WhatCostsSomethingElseTheNextTimeIsASinglePayment) {
    Coupon once;
    once.code = "ONCE";
    once.percent = *read_decimal("50");
    ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), once, {}));
    plugin_.forget_what_is_known();
    ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                   {{"plan", "starter"}, {"provider", "bank"}, {"trial", false}, {"coupon", "ONCE"}})
                  .status(),
              201);
    EXPECT_FALSE(bank_.asked.back().recurrence);
    EXPECT_FALSE(bank_.asked.back().save_method);
}

}  // namespace
}  // namespace whatsflow::billing
