// Recommendations: both get credit, once, when the money of the one who came stays; and lose it when it does not.
#include "billing_fixture.hpp"

#include "open_offers.hpp"
#include "personal_data.hpp"

#include <whatsflow/sdk/feature_flags.hpp>

namespace whatsflow::billing {
namespace {

class Recommendations : public testing::Billing {
protected:
    const std::string friend_ = "0190a5b0-0000-7000-8000-000000000f01";
    const TenantId came_{"0190a5b0-0000-7000-8000-000000000f02"};
    const sdk::CallContext context_ = sdk::testing::a_context();

    void SetUp() override {
        Billing::SetUp();
        tenant_ = friend_;
        const auto offer = teller().referral_offer(context_, TenantId{friend_});
        ASSERT_TRUE(offer && *offer);
        code_ = (*offer)->code;
        ASSERT_TRUE(referrals().begin(context_, came_, code_));
        tenant_ = came_.text();
    }
    Teller& teller() { return plugin_.teller_for_tests(); }
    Referrals& referrals() { return plugin_.referrals_for_tests(); }
    void days_pass(int days) { host_.time().advance(std::chrono::hours{24 * days}); }
    int look() {
        const auto rewarded = referrals().look(context_);
        EXPECT_TRUE(rewarded) << rewarded.error().message;
        return rewarded ? *rewarded : -1;
    }
    Amount credit_of(const std::string& tenant) {
        return teller().account(context_, TenantId{tenant})->credit_balance();
    }
    std::string state() {
        const auto row = database_->query_one(sdk::on_behalf_of(context_, came_),
                                              "SELECT state FROM billing_referrals WHERE tenant_id = :tenant");
        return row && *row ? (*row)->text("state") : "";
    }
    void give_back() {
        const auto row = database_->query_one(sdk::on_behalf_of(context_, came_),
                                              "SELECT invoice_id FROM billing_payments WHERE tenant_id = :tenant");
        ASSERT_TRUE(row && *row);
        Request request;
        request.command = Refund{InvoiceId{(*row)->text("invoice_id")}, std::nullopt, true};
        const auto done = teller().act(context_, came_, request, {{.kind = "staff", .id = "anna"}, "unhappy"});
        ASSERT_TRUE(done) << done.error().message;
    }

    std::string code_;
};

TEST_F(Recommendations, RewardBothOnceWhenTheFirstPaymentHasStood) {
    EXPECT_EQ(look(), 0) << "nobody has paid";
    subscribe_and_pay();
    days_pass(13);
    EXPECT_EQ(look(), 0);
    days_pass(2);
    EXPECT_EQ(look(), 1);
    EXPECT_EQ(credit_of(friend_), 1000);
    EXPECT_EQ(credit_of(came_.text()), 1000);
    EXPECT_EQ(state(), "rewarded");
    const auto listed = plugin_.books_for_tests().referrals(context_, "rewarded", {}, 10);
    ASSERT_TRUE(listed) << listed.error().message;
    ASSERT_EQ(listed->rows.size(), 1U);
    EXPECT_EQ(listed->rows[0].came, came_);
    EXPECT_EQ(listed->rows[0].brought_by.text(), friend_);
    EXPECT_EQ(listed->rows[0].came_reward, (sdk::Money{1000, "USD"}));
    EXPECT_EQ(listed->rows[0].brought_reward, (sdk::Money{1000, "USD"}));
    EXPECT_FALSE(listed->rows[0].invoice.empty());
    EXPECT_TRUE(plugin_.books_for_tests().referrals(context_, "refused", {}, 10)->rows.empty());

    // As after a crash before the state was written.
    ASSERT_TRUE(database_->execute(sdk::on_behalf_of(context_, came_),
                                   "UPDATE billing_referrals SET state = 'pending' WHERE tenant_id = :tenant"));
    EXPECT_EQ(look(), 1);
    EXPECT_EQ(credit_of(friend_), 1000) << "the second time changes nothing";
    EXPECT_EQ(credit_of(came_.text()), 1000);
}

TEST_F(Recommendations, CountOnceForWhoComesAndNotForOneself) {
    ASSERT_TRUE(referrals().begin(context_, came_, code_));
    ASSERT_TRUE(referrals().begin(context_, TenantId{friend_}, code_));
    ASSERT_TRUE(referrals().begin(context_, TenantId{"0190a5b0-0000-7000-8000-000000000f03"}, "nobody"));
    EXPECT_EQ(count("billing_referrals"), 1);
}

TEST_F(Recommendations, RewardNobodyWhoHasTheMoneyBack) {
    subscribe_and_pay();
    give_back();
    days_pass(15);
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(state(), "reversed");
    EXPECT_EQ(credit_of(friend_), 0);
}

TEST_F(Recommendations, TakeBackWhatIsUnspentWhenTheMoneyGoesBackLater) {
    subscribe_and_pay();
    days_pass(15);
    ASSERT_EQ(look(), 1);
    Request spent;
    GrantCredit less;
    less.amount = -400;
    less.reason = "spent";
    spent.command = less;
    ASSERT_TRUE(teller().act(context_, TenantId{friend_}, spent, {}));
    ASSERT_TRUE(referrals().reverse(context_, came_));
    EXPECT_EQ(state(), "rewarded") << "no money went back";
    give_back();
    ASSERT_TRUE(referrals().reverse(context_, came_));
    EXPECT_EQ(state(), "reversed");
    EXPECT_EQ(credit_of(friend_), 0) << "only what was left";
    EXPECT_EQ(credit_of(came_.text()), 0);
}

TEST_F(Recommendations, KeepNobodyWaitingForOneThatCannotBeDecided) {
    subscribe_and_pay();
    ASSERT_TRUE(database_->execute(sdk::on_behalf_of(context_, came_),
                                   "UPDATE billing_referrals SET referrer_id = 'nobody' WHERE tenant_id = :tenant"));
    days_pass(15);
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(state(), "pending");
    EXPECT_EQ(count("billing_referrals WHERE look_at > " + std::to_string(sdk::to_micros(host_.time().now()))), 1);
}

TEST_F(Recommendations, OfTheSamePeopleAreRefused) {
    sdk::MemberProfile anybody;
    anybody.id = sdk::UserId{"u1"};
    directory_.members_of_all = {anybody};
    subscribe_and_pay();
    days_pass(15);
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(state(), "refused");
    EXPECT_EQ(credit_of(came_.text()), 0);
}

class RecommendationsByCard : public Recommendations {
protected:
    void friend_pays_with(const char* provider, const char* fingerprint) {
        sdk::SavedPaymentMethod method;
        method.token = sdk::Secret{"tok_of_the_friend"};
        method.kind = "card";
        method.brand = "visa";
        method.last4 = "4242";
        method.fingerprint = fingerprint;
        const TenantId tenant{friend_};
        ASSERT_TRUE(teller().keep_method(context_, tenant, provider, method));
        // Taken away again before anybody looks.
        const auto kept = teller().methods(context_, tenant);
        ASSERT_TRUE(kept);
        for (const auto& each : *kept) ASSERT_TRUE(teller().remove_method(context_, tenant, each.id, {}));
    }
    void came_pays_with(const char* fingerprint) {
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                       {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                      .status(),
                  201);
        ASSERT_EQ(notify({{"id", "paid"},
                          {"type", "paid"},
                          {"reference", bank_.pages.back()},
                          {"amount", 2900},
                          {"card", fingerprint}}),
                  200);
        jobs();
    }
    std::string reason() { return plugin_.books_for_tests().referrals(context_, {}, {}, 10)->rows.at(0).reason; }
};

TEST_F(RecommendationsByCard, OfOneCardAreRefusedThoughTheCardWasTakenAway) {
    friend_pays_with("bank", "fp_1");
    came_pays_with("fp_1");
    days_pass(15);
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(state(), "refused");
    EXPECT_EQ(reason(), "card");
    EXPECT_EQ(credit_of(friend_), 0);
    EXPECT_EQ(credit_of(came_.text()), 0);
}

TEST_F(RecommendationsByCard, OfTwoCardsThatLookAlikeAreNot) {
    friend_pays_with("bank", "fp_1");
    came_pays_with("fp_2");
    days_pass(15);
    EXPECT_EQ(look(), 1);
    EXPECT_EQ(reason(), "");
}

TEST_F(RecommendationsByCard, WhereTheProviderKnowsNoFingerprintAreNot) {
    friend_pays_with("bank", "");
    came_pays_with("");
    days_pass(15);
    EXPECT_EQ(look(), 1) << "the same last digits say nothing";
}

TEST_F(RecommendationsByCard, OfTwoProvidersSayNothingOfEachOther) {
    friend_pays_with("other", "fp_1");
    came_pays_with("fp_1");
    days_pass(15);
    EXPECT_EQ(look(), 1);
}

TEST_F(RecommendationsByCard, AreForgottenWithTheTenant) {
    friend_pays_with("bank", "fp_1");
    ASSERT_EQ(count("billing_seen_cards"), 1);
    BillingPersonalData personal(*database_);
    ASSERT_TRUE(personal.erase_tenant(context_, TenantId{friend_}));
    EXPECT_EQ(count("billing_seen_cards"), 0);
}

/// Everything is switched off.
class AllOff final : public sdk::FeatureFlags {
public:
    sdk::Result<sdk::FlagDetails<bool>> boolean(std::string_view, bool, const sdk::FlagContext&) const override {
        return sdk::FlagDetails<bool>{};
    }
    sdk::Result<sdk::FlagDetails<std::string>> string(std::string_view, const std::string&,
                                                      const sdk::FlagContext&) const override {
        return sdk::FlagDetails<std::string>{};
    }
    sdk::Result<sdk::FlagDetails<double>> number(std::string_view, double, const sdk::FlagContext&) const override {
        return sdk::FlagDetails<double>{};
    }
    sdk::Result<sdk::FlagDetails<nlohmann::json>> object(std::string_view, const nlohmann::json&,
                                                         const sdk::FlagContext&) const override {
        return sdk::FlagDetails<nlohmann::json>{};
    }
};

TEST_F(Recommendations, AndCouponsCanBeSwitchedOff) {
    AllOff flags;
    host_.install_service(sdk::FeatureFlags::kId, flags, {}, "flags");
    EXPECT_FALSE((*teller().referral_offer(context_, TenantId{friend_})).has_value());
    subscribe_and_pay();
    days_pass(15);
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(state(), "pending") << "decided when they are open again";

    Request request;
    request.command = RedeemCoupon{"SPRING"};
    const auto refused = teller().act(context_, came_, request, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.coupons_closed");
    EXPECT_EQ(teller().preview(context_, came_, request).error().code, "billing.coupons_closed");
}

}  // namespace
}  // namespace whatsflow::billing
