// Limits on a real database: exact under many hands, once per event, right over plans and periods.
#include "running/billing_fixture.hpp"

#include <whatsflow/sdk/feature_flags.hpp>

#include <thread>

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class Entitlements : public testing::Billing {
protected:
    void subscribe(const std::string& plan = "starter") {
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", plan}}).status(), 201);
    }
    sdk::CallContext ours() const { return sdk::testing::a_context(TenantId{tenant_}); }
    sdk::Result<sdk::Consumption> use(std::int64_t units, const std::string& event = {},
                                      const std::string& meter = "messages") {
        return sdk::consume(host_, ours(), meter, units, event);
    }
    sdk::ServiceHandle<sdk::Entitlements> desk() { return sdk::find_service<sdk::Entitlements>(host_); }
    std::vector<std::int64_t> warnings() {
        std::vector<std::int64_t> percents;
        for (const auto& event : host_.facilities().outbox.all())
            if (event.type.text() == "billing.limit_reached/1")
                percents.push_back(event.to_json(event.object.get()).at("percent"));
        return percents;
    }
    void publish(const CatalogueEntry& entry) {
        Transitions transitions(host_, {});
        const auto done = database_->transaction(sdk::testing::a_context(), [&](sdk::Transaction& tx) {
            auto made = store::publish(tx, sdk::testing::a_context(), entry, "test", host_.clock().now());
            return made ? sdk::ok() : sdk::Result<void>(made.error());
        });
        ASSERT_TRUE(done) << done.error().message;
        plugin_.forget_what_is_known();
    }
    sdk::Result<Step> act(Command command) {
        Transitions transitions(host_, {});
        Request request;
        request.command = std::move(command);
        return transitions.run(
            sdk::testing::a_context(), TenantId{tenant_}, wanted_by(request), {},
            [&](Account& account, const Surroundings& around) { return apply(account, request, around); });
    }
};

class OneFlag final : public sdk::FeatureFlags {
public:
    sdk::Result<sdk::FlagDetails<bool>> boolean(std::string_view key, bool fallback,
                                                const sdk::FlagContext&) const override {
        if (key != "assistant") return sdk::FlagDetails<bool>::failed(fallback, sdk::FlagError::flag_not_found, "");
        sdk::FlagDetails<bool> details;
        details.value = on;
        return details;
    }
    sdk::Result<sdk::FlagDetails<std::string>> string(std::string_view, const std::string& fallback,
                                                      const sdk::FlagContext&) const override {
        return sdk::FlagDetails<std::string>::failed(fallback, sdk::FlagError::flag_not_found, "");
    }
    sdk::Result<sdk::FlagDetails<double>> number(std::string_view, double fallback,
                                                 const sdk::FlagContext&) const override {
        return sdk::FlagDetails<double>::failed(fallback, sdk::FlagError::flag_not_found, "");
    }
    sdk::Result<sdk::FlagDetails<nlohmann::json>> object(std::string_view, const nlohmann::json& fallback,
                                                         const sdk::FlagContext&) const override {
        return sdk::FlagDetails<nlohmann::json>::failed(fallback, sdk::FlagError::flag_not_found, "");
    }
    bool on = false;
};

TEST_F(Entitlements, AllowWhatThePlanHasAndTheFlagLeavesOn) {
    EXPECT_FALSE(sdk::may_use(host_, ours(), "assistant"));
    subscribe();
    EXPECT_TRUE(sdk::may_use(host_, ours(), "assistant"));
    EXPECT_FALSE(sdk::may_use(host_, ours(), "broadcasts"));
    EXPECT_FALSE(sdk::may_use(host_, ours(), "no such feature"));
    OneFlag flag;
    host_.install_service(sdk::FeatureFlags::kId, flag, {}, "flags");
    EXPECT_FALSE(sdk::may_use(host_, ours(), "assistant"));
    flag.on = true;
    EXPECT_TRUE(sdk::may_use(host_, ours(), "assistant"));
    EXPECT_FALSE(sdk::may_use(host_, sdk::testing::a_context(), "assistant")) << "nobody";
    host_.remove_services("flags");
}

TEST_F(Entitlements, RefuseThoseWhoHaveNoPlanAndWhatIsNoMeter) {
    EXPECT_EQ(use(1).error().code, "entitlements.not_included");
    subscribe();
    EXPECT_EQ(use(1, "a", "kisses").error().code, "entitlements.unknown_meter");
    EXPECT_EQ(use(0).error().code, "entitlements.bad_units");
    EXPECT_EQ(use(-1).error().code, "entitlements.bad_units");
    EXPECT_EQ(use(101).error().code, "entitlements.limit_reached") << "all or nothing";
    EXPECT_EQ(use(100)->standing.used, 100);
}

TEST_F(Entitlements, HoldAHardLimitAgainstManyThreadsAndWarnOnce) {
    subscribe();
    std::atomic<int> granted{0}, refused{0}, other{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 16; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 20; ++i) {
                const auto used = use(1, std::to_string(thread) + "/" + std::to_string(i));
                ++(used ? granted : used.error().code == "entitlements.limit_reached" ? refused : other);
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(granted, 100);
    EXPECT_EQ(refused, 220);
    EXPECT_EQ(other, 0);
    EXPECT_EQ(desk().call(&sdk::Entitlements::standing, ours(), "messages")->used, 100);
    EXPECT_EQ(count("billing_seen_keys WHERE kind = 'usage'"), 100);
    EXPECT_EQ(warnings(), (std::vector<std::int64_t>{80, 100}));
}

TEST_F(Entitlements, HoldTheLimitBetweenTwoHostsAndTheEngine) {
    subscribe();
    Transitions elsewhere(host_, {});
    Gatekeeper other(elsewhere);
    std::atomic<int> granted{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 30; ++i)
                if (thread % 2 == 0 ? use(1) : other.consume(ours(), "messages", 1, "")) ++granted;
        });
    threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i)
            if (act(ReportUsage{"messages", 1, "e" + std::to_string(i), std::nullopt})) ++granted;
    });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(granted, 100);
    EXPECT_EQ(desk().call(&sdk::Entitlements::standing, ours(), "messages")->used, 100);
}

TEST_F(Entitlements, CountAnEventOnceWhoeverReportsIt) {
    subscribe();
    EXPECT_FALSE(use(60, "e1")->repeated);
    EXPECT_TRUE(use(60, "e1")->repeated);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "e1"}, {"meter", "messages"}, {"quantity", 60}}).status(),
              202);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "e2"}, {"meter", "messages"}, {"quantity", 30}}).status(),
              202);
    const auto again = use(30, "e2");
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->standing.used, 90);
    EXPECT_FALSE(use(1, "E1")->repeated) << "ids differ by case";
    EXPECT_EQ(warnings(), (std::vector<std::int64_t>{80}));
    EXPECT_EQ(use(9)->standing.used, 100);
    EXPECT_EQ(warnings(), (std::vector<std::int64_t>{80, 100}));
}

TEST_F(Entitlements, HoldBackAndUseOrGiveBack) {
    subscribe();
    const auto held = desk().call(&sdk::Entitlements::reserve, ours(), "messages", 60, 10min);
    ASSERT_TRUE(held) << held.error().message;
    EXPECT_EQ(held->standing.left(), 40);
    EXPECT_EQ(use(41).error().code, "entitlements.limit_reached");
    EXPECT_EQ(desk().call(&sdk::Entitlements::commit, ours(), held->id, 61).error().code, "entitlements.bad_units");
    const auto used = desk().call(&sdk::Entitlements::commit, ours(), held->id, 30);
    ASSERT_TRUE(used) << used.error().message;
    EXPECT_EQ(used->standing.used, 30);
    EXPECT_EQ(used->standing.reserved, 0);
    EXPECT_TRUE(desk().call(&sdk::Entitlements::commit, ours(), held->id, 30)->repeated);
    EXPECT_EQ(use(70)->standing.used, 100);
    EXPECT_EQ(desk().call(&sdk::Entitlements::commit, ours(), "nothing", 1).error().code,
              "entitlements.unknown_reservation");
}

TEST_F(Entitlements, FreeWhatWasHeldBackForTooLong) {
    subscribe();
    ASSERT_TRUE(desk().call(&sdk::Entitlements::reserve, ours(), "messages", 100, 10min));
    EXPECT_FALSE(use(1));
    const auto second = desk().call(&sdk::Entitlements::reserve, ours(), "ai_replies", 5, 1min);
    ASSERT_TRUE(second);
    ASSERT_TRUE(desk().call(&sdk::Entitlements::release, ours(), second->id));
    EXPECT_EQ(desk().call(&sdk::Entitlements::standing, ours(), "ai_replies")->reserved, 0);
    ASSERT_TRUE(desk().call(&sdk::Entitlements::reserve, ours(), "ai_replies", 5, 1min));
    host_.time().advance(11min);
    EXPECT_EQ(use(1)->standing.reserved, 0) << "whoever needs it takes it";
    ASSERT_TRUE(host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(),
                                                {.kind = "billing.release_reservations"}));
    EXPECT_TRUE(host_.facilities().jobs.run_all().empty());
    EXPECT_EQ(desk().call(&sdk::Entitlements::standing, ours(), "ai_replies")->reserved, 0);
    EXPECT_EQ(count("billing_reservations"), 0);
}

TEST_F(Entitlements, KnowSoftGraceAndUnlimited) {
    Plan plan;
    plan.code = "kinds";
    plan.name = "Kinds";
    plan.prices = {{"USD", {IntervalUnit::month, 1}, {{1, 0, LocalDate::of(2020, 1, 1), std::nullopt}}}};
    plan.limits = {{"soft", 10}, {"grace", 10}, {"free", std::nullopt}};
    publish(plan);
    for (const auto& [code, kind] :
         {std::pair{"soft", LimitKind::soft}, {"grace", LimitKind::grace}, {"free", LimitKind::hard}}) {
        Meter meter;
        meter.code = meter.name = code;
        meter.policy.kind = kind;
        meter.policy.grace_percent = 20;
        publish(meter);
    }
    subscribe("kinds");
    const auto soft = use(25, {}, "soft");
    ASSERT_TRUE(soft) << soft.error().message;
    EXPECT_EQ(soft->standing.kind, sdk::MeterLimit::soft);
    EXPECT_TRUE(soft->standing.is_over());
    EXPECT_EQ(use(12, {}, "grace")->standing.kind, sdk::MeterLimit::grace);
    EXPECT_EQ(use(1, {}, "grace").error().code, "entitlements.limit_reached");
    const auto free = use(1'000'000, {}, "free");
    EXPECT_EQ(free->standing.kind, sdk::MeterLimit::unlimited);
    EXPECT_FALSE(free->standing.left());
}

TEST_F(Entitlements, FollowThePlanAtOnceAndLetNobodyAddWhenOver) {
    subscribe("professional");
    EXPECT_EQ(use(5, {}, "devices")->standing.left(), 0);
    EXPECT_FALSE(use(1, {}, "devices"));
    ASSERT_TRUE(act(ChangePlan{"starter", {IntervalUnit::month, 1}, When::now, AnchorChoice::by_interval, {}}));
    const auto over = use(1, {}, "devices");
    EXPECT_EQ(over.error().code, "entitlements.limit_reached");
    EXPECT_TRUE(desk().call(&sdk::Entitlements::standing, ours(), "devices")->is_over());
    EXPECT_EQ(use(-2, {}, "devices")->standing.used, 3) << "going down is always allowed";
    EXPECT_FALSE(use(1, {}, "devices"));
    EXPECT_EQ(use(-2, {}, "devices")->standing.used, 1);
    EXPECT_EQ(use(1, {}, "devices")->standing.used, 2);
    EXPECT_FALSE(use(-3, {}, "devices")) << "not below nothing";
}

TEST_F(Entitlements, BeginAnewWithEachPeriodWhetherOrNotItWasBilledYet) {
    subscribe_and_pay();
    EXPECT_EQ(use(5'000, "march")->standing.resets_on, "2026-04-10");
    EXPECT_FALSE(use(1));
    const auto held = desk().call(&sdk::Entitlements::reserve, ours(), "ai_replies", 10, 24h);
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    EXPECT_EQ(use(7, "april")->standing.used, 7);
    jobs();
    EXPECT_EQ(use(1)->standing.used, 8);
    EXPECT_EQ(use(1)->standing.resets_on, "2026-05-10");
    ASSERT_TRUE(held);
    const auto used = desk().call(&sdk::Entitlements::commit, ours(), held->id, 10);
    ASSERT_TRUE(used) << used.error().message;
    EXPECT_EQ(used->standing.used, 10);
    EXPECT_EQ(count("billing_counters WHERE reserved <> 0"), 0);
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL"), 0);
}

}  // namespace
}  // namespace whatsflow::billing
