// Versions of plans: who has one keeps it until he is moved, and a move can be taken back.
#include "billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class PlanVersions : public testing::Billing {
protected:
    static std::string tenant_numbered(int number) {
        return "0190a5b0-0000-7000-8000-00000000" + std::to_string(1000 + number);
    }
    void subscribe(int number, Amount amount = 2900) {
        tenant_ = tenant_numbered(number);
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                       {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                      .status(),
                  201);
        ASSERT_EQ(notify({{"id", "evt_" + std::to_string(number)},
                          {"type", "paid"},
                          {"reference", bank_.pages.back()},
                          {"amount", amount}}),
                  200);
        jobs();
    }
    /// Another version of the starter plan: fewer messages, a higher price.
    void publish_version() {
        auto plan = *(*plugin_.teller_for_tests().catalogue(context_))->find_plan("starter");
        plan.limits["messages"] = 1000;
        plan.features["assistant"] = false;
        for (auto& price : plan.prices)
            price.versions.push_back({price.versions.back().version + 1, price.versions.back().amount + 1000,
                                      LocalDate::of(2026, 3, 10), std::nullopt});
        ASSERT_TRUE(plugin_.books_for_tests().publish(context_, plan, {}));
        plugin_.forget_what_is_known();
    }
    json entitlements(int number) {
        tenant_ = tenant_numbered(number);
        return said(call(sdk::Method::get, "/v1/entitlements"));
    }
    SubscriptionItem base(int number) {
        return plugin_.teller_for_tests()
            .account(context_, TenantId{tenant_numbered(number)})
            ->live_subscription()
            ->base();
    }
    PlanMover& mover() { return plugin_.mover_for_tests(); }
    By anna() { return {{.kind = "staff", .id = "anna", .label = "Anna"}, "rounder limits"}; }
    std::string begin(bool with_price) {
        const auto id = mover().begin(context_, {"starter", 1, 2, with_price}, anna());
        EXPECT_TRUE(id) << id.error().message;
        return id ? *id : std::string{};
    }
    PlanMove moved(const std::string& id) { return **mover().find(context_, id); }

    const sdk::CallContext context_ = sdk::testing::a_context();
};

TEST_F(PlanVersions, WhoHasOneKeepsItsLimitsAndFeatures) {
    subscribe(1);
    publish_version();
    subscribe(2, 3900);
    EXPECT_EQ(entitlements(1)["limits"]["messages"]["limit"], 5000);
    EXPECT_EQ(entitlements(1)["features"]["assistant"], true);
    EXPECT_EQ(entitlements(2)["limits"]["messages"]["limit"], 1000);
    EXPECT_EQ(entitlements(2)["features"]["assistant"], false);
    // Who came before subscriptions knew their version has the one of the column.
    const auto all = sdk::across_tenants(context_, "test");
    const auto row =
        database_->query_one(all, "SELECT body FROM billing_subscriptions WHERE tenant_id = ?", {tenant_numbered(1)});
    auto body = json::parse((*row)->text("body"));
    body["items"][0].erase("plan_version");
    ASSERT_TRUE(database_->execute(all, "UPDATE billing_subscriptions SET body = ? WHERE tenant_id = ?",
                                   {body.dump(), tenant_numbered(1)}));
    EXPECT_EQ(base(1).plan_version, 1);
    EXPECT_EQ(entitlements(1)["limits"]["messages"]["limit"], 5000);
}

TEST_F(PlanVersions, AreLeftByAMoveWithThePriceFromTheNextPeriodOn) {
    for (int number = 1; number <= 3; ++number) subscribe(number);
    publish_version();
    const auto shown = mover().preview(context_, {"starter", 1, 2, true});
    ASSERT_TRUE(shown) << shown.error().message;
    EXPECT_EQ(shown->subscriptions, 3);
    ASSERT_EQ(shown->money.size(), 1U);
    EXPECT_EQ(shown->money[0].before, 8700);
    EXPECT_EQ(shown->money[0].after, 11700);
    EXPECT_EQ(shown->sample.size(), 3U);
    EXPECT_EQ(base(1).plan_version, 1) << "a preview changes nothing";

    const auto id = begin(true);
    EXPECT_EQ(mover().begin(context_, {"starter", 1, 2, true}, anna()).error().code, "billing.move_running");
    jobs();
    EXPECT_EQ(moved(id).state, MoveState::done);
    EXPECT_EQ(moved(id).moved, 3);
    EXPECT_EQ(entitlements(2)["limits"]["messages"]["limit"], 1000);
    EXPECT_EQ(base(2).unit_price, 2900) << "what is paid for is paid for";
    EXPECT_EQ(count("billing_invoices"), 3);
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    jobs();
    EXPECT_EQ(base(2).unit_price, 3900);
    EXPECT_EQ(count("billing_invoices WHERE total = 3900"), 3);
}

TEST_F(PlanVersions, AMoveIsTakenBackExceptFromWhoHasChangedSince) {
    for (int number = 1; number <= 3; ++number) subscribe(number);
    publish_version();
    const auto id = begin(true);
    jobs();
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    jobs();
    ASSERT_TRUE(plugin_.teller_for_tests().act(
        context_, TenantId{tenant_numbered(3)},
        {ChangePlan{"professional", {}, When::now, AnchorChoice::by_interval, {}}, {}, {}, {}, false}, {}));
    ASSERT_TRUE(mover().undo(context_, id, anna()));
    EXPECT_EQ(mover().undo(context_, id, anna()).error().code, "billing.move_over");
    jobs();
    EXPECT_EQ(moved(id).state, MoveState::undone);
    EXPECT_EQ(moved(id).undone, 2);
    EXPECT_EQ(moved(id).kept, 1);
    EXPECT_EQ(mover().exceptions(context_, id, 10)->at(0).why, "billing.moved_on");
    EXPECT_EQ(entitlements(1)["limits"]["messages"]["limit"], 5000);
    EXPECT_EQ(entitlements(3)["plan"], "professional");
    host_.time().set(start_of_day(LocalDate::of(2026, 5, 10), "UTC") + 1h);
    jobs();
    EXPECT_EQ(base(1).unit_price, 2900) << "and so is the price, from the period after";
}

TEST_F(PlanVersions, AMoveThatDiedGoesOnAndMovesNobodyTwice) {
    for (int number = 1; number <= 4; ++number) subscribe(number);
    publish_version();
    const auto id = begin(true);
    // The process died after the second of them; whoever claims the job next goes on.
    auto short_lived = context_;
    ASSERT_TRUE(database_->execute(context_, "UPDATE billing_plan_moves SET reached = '~' WHERE id = ?", {id}));
    ASSERT_TRUE(mover().work(short_lived, id));
    EXPECT_EQ(moved(id).moved, 0);
    const auto second = database_->query_one(
        sdk::across_tenants(context_, "test"),
        "SELECT MIN(id) AS id FROM (SELECT id FROM billing_subscriptions ORDER BY id DESC LIMIT 3) newest");
    ASSERT_TRUE(database_->execute(context_,
                                   "UPDATE billing_plan_moves SET reached = ?, state = 'running' WHERE id = ?",
                                   {(*second)->text("id"), id}));
    ASSERT_TRUE(mover().work(context_, id));
    EXPECT_EQ(moved(id).moved, 2);
    ASSERT_TRUE(database_->execute(context_,
                                   "UPDATE billing_plan_moves SET reached = '', state = 'running' WHERE id = ?", {id}));
    ASSERT_TRUE(mover().work(context_, id));
    EXPECT_EQ(moved(id).moved, 4);
    EXPECT_EQ(count("billing_plan_move_items WHERE state = 'moved'"), 4);
}

TEST_F(PlanVersions, ATrialThatWasMovedEndsWithTheNewPrice) {
    tenant_ = tenant_numbered(1);
    ASSERT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", "starter"}, {"interval", "month"}}).status(), 201);
    publish_version();
    const auto id = begin(true);
    jobs();
    EXPECT_EQ(moved(id).moved, 1);
    host_.time().advance(24h * 8);
    jobs();
    EXPECT_EQ(base(1).unit_price, 3900);
    EXPECT_EQ(count("billing_invoices WHERE total = 3900"), 1);
}

TEST_F(PlanVersions, AnotherRhythmOfTheSamePlanKeepsTheVersion) {
    subscribe(1);
    publish_version();
    const Interval year{IntervalUnit::year, 1};
    ASSERT_TRUE(plugin_.teller_for_tests().act(
        context_, TenantId{tenant_numbered(1)},
        {ChangePlan{"starter", year, When::now, AnchorChoice::by_interval, {}}, {}, {}, {}, false}, {}));
    EXPECT_EQ(base(1).interval, year);
    EXPECT_EQ(base(1).plan_version, 1);
}

TEST_F(PlanVersions, AMoveThatIsTakenBackBeforeItHasBegunMovesNobody) {
    subscribe(1);
    publish_version();
    const auto id = begin(false);
    ASSERT_TRUE(mover().undo(context_, id, anna()));
    jobs();
    EXPECT_EQ(moved(id).state, MoveState::undone);
    EXPECT_EQ(moved(id).moved, 0);
    EXPECT_EQ(base(1).plan_version, 1);
}

TEST_F(PlanVersions, AnAgreedPriceStays) {
    subscribe(1);
    ASSERT_TRUE(plugin_.teller_for_tests().act(
        context_, TenantId{tenant_numbered(1)},
        {ChangePlan{"starter", {}, When::now, AnchorChoice::keep, 2000}, {}, {}, {}, false}, {}));
    publish_version();
    EXPECT_EQ(mover().preview(context_, {"starter", 1, 2, true})->agreed, 1);
    const auto id = begin(true);
    jobs();
    EXPECT_EQ(moved(id).moved, 1);
    EXPECT_EQ(base(1).plan_version, 2);
    EXPECT_EQ(base(1).unit_price, 2000);
    EXPECT_FALSE(base(1).next_price_version);
}

}  // namespace
}  // namespace whatsflow::billing
