// Charging many again: shown first, with a reason, and nobody twice.
#include "staff_fakes.hpp"

namespace whatsflow::billing::staff {
namespace {

class FailedPayments : public StaffPages {
protected:
    void SetUp() override {
        StaffPages::SetUp();
        refused_ = desk_.refuse_an_invoice();
        rows_.refused = {refused_};
        sums_.invoices = {refused_};
    }
    sdk::Response look() {
        return send(sdk::Method::post, "/failed-payments/retry", finance_, "bulk_action=retry" + ids());
    }
    sdk::Response confirm(const std::string& more) {
        return send(sdk::Method::post, "/failed-payments/retry/confirm", finance_,
                    "key=0190a5aa-0000-7000-8000-0000000000ff" + ids() + more);
    }
    std::string ids() const { return "&id=" + refused_.id.text() + "&id=nonsense&id=" + kPayment; }
    static std::string outcome(const sdk::Response& answer) {
        return model(answer)["table"]["rows"][0]["cells"].back()["text"];
    }
    InvoiceRow refused_;
};

TEST_F(FailedPayments, AreOfferedForAnotherChargeToWhoMayDoIt) {
    EXPECT_NE(model(send(sdk::Method::get, "/failed-payments", finance_))["table"]["bulk"], false);
    EXPECT_EQ(model(send(sdk::Method::get, "/failed-payments", {kPaymentsRead}))["table"]["bulk"], false);
    EXPECT_EQ(send(sdk::Method::post, "/failed-payments/retry", {kPaymentsRead}, ids()).status(), 403);
    EXPECT_EQ(send(sdk::Method::post, "/failed-payments/retry/confirm", {kPaymentsRead}, ids()).status(), 403);
    EXPECT_EQ(send(sdk::Method::post, "/failed-payments/retry", finance_, "bulk_action=retry").status(), 422);
}

TEST_F(FailedPayments, AreLookedAtAndNothingHappens) {
    const auto before = desk_.kept;
    EXPECT_EQ(outcome(look()), "billing.staff.retry_many.no_method");
    EXPECT_TRUE(model(look())["forms"].empty()) << "there is nobody to charge";
    desk_.saved = {{"m1", "bank", "card", "visa", "4242", 1, 2030, true}};
    const auto shown = look();
    EXPECT_EQ(outcome(shown), "billing.staff.retry_many.will");
    ASSERT_EQ(model(shown)["forms"].size(), 1U);
    EXPECT_NE(model(shown)["forms"][0]["hidden"].dump().find(refused_.id.text()), std::string::npos);
    EXPECT_EQ(model(shown)["table"]["rows"].size(), 1U) << "what is no invoice is left out";
    EXPECT_EQ(desk_.kept, before);

    desk_.kept.subscriptions.back().provider_run = {"bank", "run_1", 2900};
    EXPECT_EQ(outcome(look()), "billing.staff.retry_many.by_provider");
}

TEST_F(FailedPayments, AreChargedOnceWithAReason) {
    desk_.saved = {{"m1", "bank", "card", "visa", "4242", 1, 2030, true}};
    const auto payments = desk_.kept.payments.size();
    EXPECT_EQ(confirm("&reason=").status(), 422);
    EXPECT_EQ(desk_.kept.payments.size(), payments);

    const auto done = confirm("&reason=the+bank+was+down");
    ASSERT_EQ(done.status(), 200);
    EXPECT_EQ(outcome(done), "unknown") << "nobody has answered yet";
    EXPECT_EQ(desk_.kept.payments.size(), payments + 1);
    EXPECT_EQ(desk_.reasons, std::vector<std::string>{"the bank was down"});
    // The page again: its keys were seen.
    EXPECT_EQ(confirm("&reason=the+bank+was+down").status(), 200);
    EXPECT_EQ(desk_.kept.payments.size(), payments + 1);
    // And another form: it may have happened, so nobody is charged.
    EXPECT_TRUE(model(look())["forms"].empty());
}

TEST_F(FailedPayments, AreAFile) {
    const auto answer = send(sdk::Method::get, "/failed-payments.csv", finance_);
    std::string file;
    for (auto piece = std::get<sdk::BodyStream>(answer.body()).next(); piece && !piece->empty();
         piece = std::get<sdk::BodyStream>(answer.body()).next())
        file += *piece;
    EXPECT_NE(file.find(refused_.number), std::string::npos) << file;
}

}  // namespace
}  // namespace whatsflow::billing::staff
