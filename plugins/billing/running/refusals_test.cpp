// What a bank's refusal means for the tries that follow: a hard one ends them, a soft one does not.
#include "billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class Refusals : public testing::Billing {
protected:
    void refuse_the_renewal(sdk::Decline decline, const char* code) {
        subscribe_and_pay();
        bank_.declines = true;
        bank_.decline = decline;
        bank_.decline_code = code;
        host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
        jobs();
        ASSERT_EQ(bank_.calls, 1);
    }
    void let_days_pass(int days) {
        for (int day = 0; day < days; ++day) {
            host_.time().advance(24h);
            jobs();
        }
    }
};

TEST_F(Refusals, AnExpiredCardIsNotAskedAgain) {
    refuse_the_renewal(sdk::Decline::hard, "expired_card");
    let_days_pass(20);
    EXPECT_EQ(bank_.calls, 1);
    EXPECT_EQ(count("billing_payments WHERE status = 'declined' AND hard = 1 AND code = 'expired_card'"), 1);
}

TEST_F(Refusals, AnEmptyAccountIsAskedAgainOnTheDaysOfThePolicy) {
    refuse_the_renewal(sdk::Decline::soft, "insufficient_funds");
    let_days_pass(20);
    EXPECT_EQ(bank_.calls, 6);
    EXPECT_EQ(count("billing_payments WHERE status = 'declined' AND hard = 1"), 0);
}

TEST_F(Refusals, AHardRefusalThatANoticeTellsOfEndsTheTriesToo) {
    refuse_the_renewal(sdk::Decline::soft, "insufficient_funds");
    const InvoiceId open{said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["id"].get<std::string>()};
    PayWith pay;
    pay.provider = "bank";
    const auto page =
        plugin_.teller_for_tests().pay_on_page(sdk::testing::a_context(), TenantId{tenant_}, open, pay, {});
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(notify({{"id", "no"},
                      {"type", "refused"},
                      {"reference", page->payment.text()},
                      {"amount", 2900},
                      {"code", "expired_card"},
                      {"hard", true}}),
              200);
    jobs();
    ASSERT_EQ(count("billing_payments WHERE status = 'declined' AND code = 'expired_card'"), 1);
    let_days_pass(20);
    EXPECT_EQ(bank_.calls, 1);
}

}  // namespace
}  // namespace whatsflow::billing
