// Which event is a reason to write, and that the same cause is named the same.
#include "letters.hpp"

#include "../pages_staff/staff_fakes.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/mailer.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::billing {
namespace {

TEST(Letters, OnlyATrialIsWelcomed) {
    EXPECT_EQ(letter_for("billing.subscription_started/1", "e", {{"status", "trialing"}})->name, "trial_welcome");
    EXPECT_FALSE(letter_for("billing.subscription_started/1", "e", {{"status", "active"}}));
}

TEST(Letters, WhatCostsNothingIsNotWrittenAbout) {
    EXPECT_TRUE(letter_for("billing.invoice_paid/1", "e", {{"amount", 2900}}));
    EXPECT_FALSE(letter_for("billing.invoice_paid/1", "e", {{"amount", 0}}));
    EXPECT_FALSE(letter_for("billing.invoice_finalised/1", "e", {{"amount", -5}}));
}

TEST(Letters, AThresholdIsOneCauseAPeriodWhateverEventTellsOfIt) {
    const nlohmann::json fields{
        {"tenant", "t"}, {"meter", "messages"}, {"percent", 80}, {"period_start", "2026-03-10"}};
    EXPECT_EQ(letter_for("billing.limit_reached/1", "a", fields)->cause, "t.messages.80.2026-03-10");
    EXPECT_EQ(letter_for("billing.limit_reached/1", "b", fields)->cause, "t.messages.80.2026-03-10");
}

TEST(Letters, ASmallerPlanThanWhatIsInUseIsSaid) {
    const auto letter = letter_for("billing.over_limit/1", "e", {{"meter", "devices"}, {"used", 5}, {"limit", 2}});
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->name, "over_limit");
    EXPECT_EQ(letter->cause, "e");
}

class OneOwner final : public sdk::Directory {
public:
    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext&, const TenantId& id) override {
        sdk::TenantProfile profile;
        profile.id = id;
        profile.name = "Hill Tea";
        return std::optional{profile};
    }
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext&, const TenantId&,
                                                         const std::vector<std::string>&) override {
        sdk::MemberProfile owner;
        owner.id = sdk::UserId{"owner"};
        owner.email = "owner@hill.example";
        return std::vector{owner};
    }
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext&, const std::string&, int) override {
        return std::vector<sdk::TenantProfile>{};
    }
};

/// Takes each key once, as the mailer does.
class Postbox final : public sdk::Mailer {
public:
    sdk::Result<sdk::MailReceipt> send(const sdk::CallContext&, const sdk::MailMessage& message) override {
        const bool fresh = keys.insert(message.idempotency_key).second;
        return sdk::MailReceipt{message.idempotency_key, !fresh};
    }
    std::set<std::string> keys;
};

// Trial ending, upcoming renewal, card expiring and price change come of days, not of events: see finance_test.
TEST(Letters, EachIsSentOnceForItsCauseHoweverOftenItsEventIsDelivered) {
    sdk::testing::FakeHost host("billing");
    staff::OneAccountDesk desk;
    OneOwner directory;
    Postbox mailer;
    host.install_service(sdk::Directory::kId, directory);
    host.install_service(sdk::Mailer::kId, mailer);
    const std::vector<std::tuple<const char*, const char*, nlohmann::json>> named{
        {"trial_welcome", "billing.subscription_started/1", {{"status", "trialing"}}},
        {"receipt", "billing.invoice_paid/1", {{"amount", 2900}}},
        {"invoice", "billing.invoice_finalised/1", {{"amount", 2900}}},
        {"payment_failed", "billing.payment_failed/1", {{"amount", 2900}}},
        {"action_required", "billing.payment_action_required/1", {{"amount", 2900}}},
        {"access_limited", "billing.access_changed/1", {{"access", "limited"}}},
        {"limit", "billing.limit_reached/1", {{"percent", 80}, {"period_start", "2026-03-10"}}},
        {"limit", "billing.limit_reached/1", {{"percent", 100}, {"period_start", "2026-03-10"}}},
        {"suspended", "billing.subscription_suspended/1", {}},
        {"canceled", "billing.subscription_canceled/1", {}},
        {"refund", "billing.payment_refunded/1", {}},
        {"plan_changed", "billing.plan_changed/1", {{"plan", "pro"}}},
        {"price_change", "billing.plan_version_moved/1", {{"amount", 3900}, {"old_amount", 2900}}}};
    std::size_t sent = 0;
    for (const auto& [name, event, given] : named) {
        sdk::Envelope envelope;
        envelope.id = "event-" + std::to_string(sent);
        const std::string_view type(event);
        envelope.type = {type.substr(0, type.find('/')), 1};
        envelope.tenant = TenantId{staff::kTenant};
        auto fields = given.is_object() ? given : nlohmann::json::object();
        fields["tenant"] = staff::kTenant;
        fields["currency"] = "USD";
        envelope.object = std::make_shared<const nlohmann::json>(fields);
        envelope.to_json = [](const void* object) { return *static_cast<const nlohmann::json*>(object); };
        ASSERT_EQ(letter_for(event, envelope.id, fields)->name, name);
        for (int times = 0; times < 3; ++times) ASSERT_TRUE(write_letters(host, desk, envelope));
        EXPECT_EQ(mailer.keys.size(), ++sent) << name;
    }
}

TEST(Letters, AllHaveWords) {
    const auto texts = nlohmann::json::parse(std::ifstream(WF_SOURCE_DIR "/plugins/billing/locales/en.json"));
    const auto& letters = texts.at("billing").at("letters");
    for (const char* name : {"trial_welcome", "trial_ending", "receipt", "invoice", "renewal_upcoming",
                             "payment_failed", "action_required", "access_limited", "card_expiring", "limit",
                             "over_limit", "suspended", "canceled", "refund", "plan_changed", "price_change"})
        for (const char* part : {"subject", "text", "action"})
            EXPECT_FALSE(letters.at(name).at(part).get<std::string>().empty()) << name;
}

TEST(Letters, StandUnderTheSwitchOfTheirKindAndWhatCannotWaitUnderNone) {
    EXPECT_EQ(category_of("limit"), "usage");
    EXPECT_EQ(category_of("receipt"), "billing");
    EXPECT_TRUE(is_urgent("payment_failed"));
    EXPECT_TRUE(is_urgent("trial_ending"));
    EXPECT_FALSE(is_urgent("receipt"));
    EXPECT_FALSE(is_urgent("limit"));
}

TEST(Letters, AnUnknownEventIsNoReason) {
    EXPECT_FALSE(letter_for("billing.coupon_redeemed/1", "e", {{"amount", 1}}));
}

}  // namespace
}  // namespace whatsflow::billing
