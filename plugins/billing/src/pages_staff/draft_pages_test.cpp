// Invoices that wait for late usage: seen by who reads money, touched by who manages it, with a reason.
#include "staff_fakes.hpp"

namespace whatsflow::billing::staff {
namespace {

class DraftPages : public StaffPages {
protected:
    void SetUp() override {
        StaffPages::SetUp();
        const auto send_command = [&](const Command& command) {
            auto changes = apply(desk_.kept, {command, {}, {}, {}}, {desk_.shop, desk_.at, desk_.ids});
            ASSERT_TRUE(changes) << changes.error().message;
            for (const auto& charge : changes->charges)
                ASSERT_TRUE(apply(desk_.kept,
                                  {ChargeAnswered{charge.payment, ChargeResult::succeeded, {}, {}, {}}, {}, {}, {}},
                                  {desk_.shop, desk_.at, desk_.ids}));
        };
        send_command(Cancel{When::now, CreditChoice::none});
        Subscribe subscribe;
        subscribe.plan = "starter";
        subscribe.trial = false;
        send_command(subscribe);
        desk_.at = start_of_day(desk_.kept.subscriptions.back().period().to, "UTC");
        ASSERT_TRUE(run_due(desk_.kept, {desk_.shop, desk_.at, desk_.ids, nullptr, 3}));
        ASSERT_EQ(desk_.kept.waiting_drafts.size(), 1U);
        page_ = "/drafts/" + desk_.kept.waiting_drafts[0].id.text();
    }
    sdk::Response act(const std::string& action, const std::string& body, const std::string& person = "anna") {
        return send(sdk::Method::post, page_ + "/" + action, finance_, body + "&reason=as+agreed&key=" + ++key_,
                    person);
    }
    const WaitingDraft& draft() const { return desk_.kept.waiting_drafts.at(0); }
    struct Keys {
        std::string operator++() { return "k" + std::to_string(++n); }
        int n = 0;
    } key_;
    std::string page_;
};

TEST_F(DraftPages, AreListedAndShownAsTheyWouldBeNow) {
    const auto list = model(send(sdk::Method::get, "/drafts", {kPaymentsRead}));
    ASSERT_EQ(list["table"]["rows"].size(), 1U);
    EXPECT_EQ(list["table"]["rows"][0]["cells"][0]["cell_path"], page_);

    const auto shown = model(send(sdk::Method::get, page_, {kPaymentsRead}));
    ASSERT_EQ(shown["tables"].size(), 1U);
    EXPECT_NE(shown["tables"][0]["rows"][0]["cells"][0]["text"].get<std::string>().find("29.00"), std::string::npos);
    EXPECT_EQ(shown.dump().find("INV-"), std::string::npos) << "it has no number yet";
    EXPECT_TRUE(shown["forms"].empty()) << "who only reads is offered nothing";
    EXPECT_EQ(model(send(sdk::Method::get, page_, finance_))["forms"].size(), 2U);
    EXPECT_EQ(send(sdk::Method::get, std::string("/drafts/") + kPayment, finance_).status(), 404);
    EXPECT_EQ(send(sdk::Method::get, "/drafts/nonsense", finance_).status(), 404);
    EXPECT_EQ(send(sdk::Method::get, page_, support_).status(), 403);
}

TEST_F(DraftPages, AreAdjustedWithAReasonAndBack) {
    for (const auto* action : {"adjust", "drop", "finalise"})
        EXPECT_EQ(send(sdk::Method::post, page_ + "/" + action, {kPaymentsRead}, "reason=x&key=1&amount=1").status(),
                  403);
    EXPECT_EQ(send(sdk::Method::post, page_ + "/adjust", finance_, "amount=1&note=n&key=1").status(), 422);
    EXPECT_EQ(act("adjust", "amount=much&note=n").status(), 422);
    EXPECT_EQ(act("adjust", "amount=5.00&note=").status(), 422);
    EXPECT_TRUE(draft().adjustments.empty());

    EXPECT_EQ(act("adjust", "amount=-5.00&note=Outage").status(), 303);
    ASSERT_EQ(draft().adjustments.size(), 1U);
    EXPECT_EQ(draft().adjustments[0].amount, -500);
    EXPECT_EQ(draft().adjustments[0].reason, "Outage");
    EXPECT_EQ(desk_.reasons.back(), "as agreed");
    EXPECT_EQ(model(send(sdk::Method::get, page_, finance_))["forms"].size(), 3U);

    EXPECT_EQ(act("drop", "adjustment=" + draft().adjustments[0].id.text()).status(), 303);
    EXPECT_TRUE(draft().adjustments.empty());
}

TEST_F(DraftPages, BecomeFinalWhenStaffSaySo) {
    const auto invoices = desk_.kept.invoices.size();
    EXPECT_EQ(act("finalise", "x=y").status(), 303);
    EXPECT_TRUE(desk_.kept.waiting_drafts.empty());
    EXPECT_EQ(desk_.kept.invoices.size(), invoices + 1);
    EXPECT_EQ(act("finalise", "x=y").status(), 404);
}

TEST_F(DraftPages, ALargeAdjustmentWaitsForASecondPerson) {
    EXPECT_EQ(act("adjust", "amount=-500.01&note=too+much").status(), 422) << "refused before anybody is asked";
    EXPECT_TRUE(approvals_.asked.empty());
    EXPECT_EQ(act("adjust", "amount=500.00&note=set-up").status(), 303) << "the amount itself needs nobody";
    EXPECT_EQ(draft().adjustments.size(), 1U);

    EXPECT_EQ(act("adjust", "amount=-500.01&note=outage").status(), 303);
    ASSERT_EQ(approvals_.asked.size(), 1U);
    EXPECT_EQ(approvals_.asked[0].kind, "draft_adjustment");
    EXPECT_EQ(draft().adjustments.size(), 1U) << "nothing happens before";

    const auto agree = [&](const char* person, std::set<std::string> permissions) {
        return send(sdk::Method::post, std::string("/approvals/") + kPayment + "/agree", std::move(permissions),
                    "reason=right", person)
            .status();
    };
    EXPECT_EQ(agree("ben", {kSubscriptionsManage}), 403) << "it takes the right to manage money";
    EXPECT_EQ(agree("ben", finance_), 303);
    ASSERT_EQ(draft().adjustments.size(), 2U);
    EXPECT_EQ(draft().adjustments[1].amount, -50001);
    EXPECT_EQ(draft().adjustments[1].reason, "outage");
    EXPECT_EQ(approvals_.asked[0].state, ApprovalState::done);
}

}  // namespace
}  // namespace whatsflow::billing::staff
