// A bank that wants the customer's consent: nothing is taken before, the customer is told once and led there, and
// who never comes is owed like everybody else.
#include "billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class ConsentWanted : public testing::Billing {
protected:
    void SetUp() override {
        testing::Billing::SetUp();
        subscribe_and_pay();  // and the bank keeps the card
        bank_.wants_customer = true;
    }
    void reach(LocalDate day) {
        host_.time().set(start_of_day(day, "UTC") + 1h);
        jobs();
    }
    Account account() { return *teller().account(context_, TenantId{tenant_}); }
    Teller& teller() { return plugin_.teller_for_tests(); }
    std::string status() { return said(call(sdk::Method::get, "/v1/subscription"))["status"]; }
    std::int64_t told() { return events("billing.payment_action_required/1"); }
    std::int64_t events(const std::string& type) {
        std::int64_t n = 0;
        for (const auto& event : host_.facilities().outbox.all()) n += event.type.text() == type ? 1 : 0;
        return n;
    }

    const sdk::CallContext context_ = sdk::testing::a_context();
    const LocalDate april_ = LocalDate::of(2026, 4, 10);
};

TEST_F(ConsentWanted, ARenewalWaitsTellsOnceAndIsPaidOnThePage) {
    reach(april_);
    EXPECT_EQ(told(), 1);
    ASSERT_TRUE(account().payments.back().waits_for_customer());
    EXPECT_EQ(status(), "active") << "nothing was refused yet";
    host_.time().advance(2h);
    jobs();
    EXPECT_EQ(told(), 1) << "asked again, and told no second time";

    const auto invoice = account().invoices.back().id;
    const auto page = teller().pay_on_page(context_, TenantId{tenant_}, invoice, {.provider = "bank"}, {});
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(notify({{"id", "evt_2"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}), 200);
    jobs();
    EXPECT_EQ(account().invoices.back().state, InvoiceState::paid);
    EXPECT_EQ(account().payments.back().decline_code, "");
    EXPECT_EQ(account().credit_balance(), 0);
}

TEST_F(ConsentWanted, WhoNeverAgreesIsOverdueAfterADayAndNotChargedAgainByItself) {
    reach(april_);
    for (int day = 1; day <= 3; ++day) reach(april_.plus_days(day));
    EXPECT_EQ(status(), "past_due");
    EXPECT_EQ(account().payments.back().status, PaymentStatus::declined);
    EXPECT_TRUE(account().payments.back().hard);
    const auto payments = count("billing_payments");
    for (int day = 4; day <= 7; ++day) reach(april_.plus_days(day));
    EXPECT_EQ(count("billing_payments"), payments) << "the same question again would get the same answer";
    // Agreed after all: it counts, and everything is well again.
    const auto key = account().payments.back().id.text();
    ASSERT_EQ(notify({{"id", "evt_3"}, {"type", "paid"}, {"reference", key}, {"amount", 2900}}), 200);
    jobs();
    EXPECT_EQ(status(), "active");
}

TEST_F(ConsentWanted, WhoIsThereIsLedToTheBankAndGetsNothingBefore) {
    const Request upgrade{
        ChangePlan{"professional", {}, When::now, AnchorChoice::by_interval, std::nullopt}, {}, {}, {}, false};
    const auto done = teller().act(context_, TenantId{tenant_}, upgrade, {}, {});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(done->checkout);
    EXPECT_TRUE(done->checkout->page.url.starts_with("https://bank.example/agree/"));
    EXPECT_EQ(account().live_subscription()->plan(), "starter");
}

}  // namespace
}  // namespace whatsflow::billing
