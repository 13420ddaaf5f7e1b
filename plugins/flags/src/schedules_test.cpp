// What is scheduled happens at its time, once, and ends when it does harm.
#include "program_fixture.hpp"

#include "core/edits.hpp"

#include <whatsflow/sdk/flag_outcomes.hpp>

namespace whatsflow::flags {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

struct Counted final : sdk::FlagOutcomes {
    sdk::Result<std::vector<sdk::VariantOutcome>> outcomes(const sdk::CallContext&, const std::string& environment,
                                                           const std::string& flag, const std::string& goal,
                                                           sdk::Instant since) override {
        asked = environment + " " + flag + " " + goal;
        asked_since = since;
        if (meanwhile) meanwhile();
        if (goal == unknown_goal) return sdk::fail("analytics.no_goal", "There is no such goal.");
        return all;
    }
    std::vector<sdk::VariantOutcome> all;
    std::string asked;
    std::string unknown_goal = "-";
    sdk::Instant asked_since{};
    std::function<void()> meanwhile;
};

class SchedulesTest : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        define({a_flag()});
    }
    static json a_flag(const char* rollout = "0") {
        const json rule{{"name", "flexibleRollout"},
                        {"parameters", {{"rollout", rollout}, {"stickiness", "userId"}, {"groupId", "f"}}}};
        return {{"name", "f"}, {"enabled", true}, {"strategies", json::array({rule})}};
    }
    sdk::Instant in(std::chrono::hours later) { return host_.clock().now() + later; }
    ScheduledChange a_roll_out(Guard guard = {}) {
        ScheduledChange change;
        change.environment = kProduction;
        change.project = kDefaultProject;
        change.name = "f";
        change.steps = {Step{in(1h), {}, 10}, Step{in(2h), {}, 50}};
        change.guard = std::move(guard);
        change.rule_mark = mark_of_share(a_flag()["strategies"][0]);
        return change;
    }
    void add(ScheduledChange change) {
        const auto done = schedules_.add(sdk::testing::a_context(), {.kind = "staff", .label = "Ann"}, change);
        ASSERT_TRUE(done) << done.error().message;
    }
    /// Every job that is due, as often as one of them makes another.
    void run() {
        for (int i = 0; i < 3; ++i)
            for (const auto& error : host_.facilities().jobs.run_all()) ADD_FAILURE() << error.message;
    }
    void pass(std::chrono::hours time) {
        host_.time().advance(time);
        run();
    }
    json served() {
        host_.fire_timers();
        return json_of(ask(sdk::Method::get, "/api/client/features/f", ""));
    }
    std::string share() { return served()["strategies"][0]["parameters"]["rollout"].get<std::string>(); }
    ScheduledChange only() {
        const auto all = schedules_.of_flag(sdk::testing::a_context(), kProduction, kDefaultProject, "f");
        EXPECT_TRUE(all && all->size() == 1);
        return all && !all->empty() ? all->front() : ScheduledChange{};
    }
    void outcome(sdk::VariantOutcome with, sdk::VariantOutcome without) {
        counted_.all = {std::move(with), std::move(without)};
        host_.install_service(sdk::FlagOutcomes::kId, counted_, {}, "analytics");
    }

    Store store_{host_};
    Schedules schedules_{host_, store_};
    Counted counted_;
};

TEST_F(SchedulesTest, AShareGrowsStepByStepAndNotBeforeItsTime) {
    add(a_roll_out());
    run();
    EXPECT_EQ(share(), "0");
    pass(1h);
    EXPECT_EQ(share(), "10");
    EXPECT_EQ(only().state, "waiting");
    pass(1h);
    EXPECT_EQ(share(), "50");
    EXPECT_EQ(only().state, "done");
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "flag.changed_by_schedule");
    EXPECT_EQ(host_.facilities().audit.actors().back().label, "schedule");
}

TEST_F(SchedulesTest, ASwitchIsTurnedAtItsTimeAndTheRestStaysAsItIsThen) {
    auto change = a_roll_out();
    change.rule_mark.clear();
    change.steps = {Step{in(1h), false, {}}};
    add(change);
    define({a_flag("33")});
    pass(1h);
    EXPECT_EQ(served()["enabled"], false);
    EXPECT_EQ(share(), "33");
}

TEST_F(SchedulesTest, AStepThatComesTwiceIsTakenOnce) {
    add(a_roll_out());
    const auto job = host_.facilities().jobs.waiting().front();
    ASSERT_TRUE(host_.jobs().enqueue(*database_, sdk::testing::a_context(), job));
    pass(1h);
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_history WHERE actor_label = 'schedule'"), 1);
    EXPECT_EQ(only().next_step, 1U);
}

TEST_F(SchedulesTest, OneRollOutOfAFlagIsUnderWayAtATime) {
    add(a_roll_out());
    const auto second = schedules_.add(sdk::testing::a_context(), {}, a_roll_out());
    EXPECT_EQ(second ? "" : second.error().code, "flags.rolling_out");
    auto turned_off = a_roll_out();
    turned_off.rule_mark.clear();
    turned_off.steps = {Step{in(1h), false, {}}};
    EXPECT_TRUE(schedules_.add(sdk::testing::a_context(), {}, turned_off)) << "a switch pulls at no rule";
}

TEST_F(SchedulesTest, WhatIsCanceledDoesNotHappen) {
    add(a_roll_out());
    pass(1h);
    ASSERT_TRUE(schedules_.cancel(sdk::testing::a_context(), {}, only().id));
    pass(1h);
    EXPECT_EQ(share(), "10") << "what is done stays";
    EXPECT_EQ(only().state, "canceled");
    EXPECT_EQ(schedules_.cancel(sdk::testing::a_context(), {}, only().id).error().code, "flags.not_found");
}

TEST_F(SchedulesTest, ARuleThatIsGoneEndsItAndSaysSo) {
    add(a_roll_out());
    auto other = a_flag();
    other["strategies"][0]["parameters"]["stickiness"] = "tenantId";
    define({other});
    pass(1h);
    EXPECT_EQ(only().state, "stopped");
    EXPECT_EQ(only().outcome.trouble, "flags.rule_changed");
    EXPECT_EQ(only().outcome.verdict, Finding::Verdict::none);
    EXPECT_EQ(share(), "0");
}

TEST_F(SchedulesTest, AnExceptionForATenantDoesNotStopIt) {
    add(a_roll_out());
    define({with_overrides(a_flag(), {{"t1"}, {"t2"}})});
    pass(1h);
    EXPECT_EQ(served()["strategies"][1]["parameters"]["rollout"], "10");
}

TEST_F(SchedulesTest, AGoalThatGetsWorseRollsBack) {
    const auto first = in(1h);
    add(a_roll_out({"paid", Harm::falls, true}));
    outcome({"on", 1000, 100}, {"off", 1000, 200});
    pass(1h);
    EXPECT_EQ(counted_.asked, "");
    EXPECT_EQ(share(), "10") << "nobody had it before the first step";
    pass(1h);
    EXPECT_EQ(counted_.asked, "production f paid");
    EXPECT_EQ(counted_.asked_since, first);
    EXPECT_EQ(share(), "0");
    EXPECT_EQ(only().state, "rolled-back");
    const json seen{{"verdict", "worse"}, {"with", {1000, 100}}, {"without", {1000, 200}}};
    EXPECT_EQ(flags::json_of(only().outcome), seen);
    const auto& told = host_.facilities().audit.entries();
    ASSERT_GE(told.size(), 2U);
    EXPECT_EQ(told.back().action, "flag.rolled_back");
    EXPECT_EQ(told.back().after["outcome"], seen);
    EXPECT_EQ(told[told.size() - 2].action, "flag.schedule_ended");
    EXPECT_EQ(told[told.size() - 2].after["outcome"], seen);
    EXPECT_EQ(told[told.size() - 2].after["goal"], "paid");
}

TEST_F(SchedulesTest, AStepThatAnotherHostTookMeanwhileIsNotTakenAgain) {
    add(a_roll_out({"paid", Harm::falls, true}));
    outcome({"on", 1000, 200}, {"off", 1000, 200});
    pass(1h);
    counted_.meanwhile = [&] {
        ASSERT_TRUE(
            database_->execute(sdk::testing::a_context(), "UPDATE flags_schedules SET next_step = 2, state = 'done'"));
    };
    pass(1h);
    EXPECT_EQ(share(), "10");
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_history WHERE actor_label = 'schedule'"), 1);
}

TEST_F(SchedulesTest, WhoeverCancelsWhileItIsLookedAtHasDecided) {
    add(a_roll_out({"paid", Harm::falls, true}));
    outcome({"on", 1000, 100}, {"off", 1000, 200});
    pass(1h);
    counted_.meanwhile = [&] { ASSERT_TRUE(schedules_.cancel(sdk::testing::a_context(), {}, only().id)); };
    pass(1h);
    EXPECT_EQ(only().state, "canceled");
    EXPECT_EQ(share(), "10") << "nothing is rolled back";
}

TEST_F(SchedulesTest, ItIsWatchedBetweenTheStepsToo) {
    add(a_roll_out({"failed", Harm::rises, false}));
    outcome({"blue", 1000, 100}, {"disabled", 1000, 100});
    const auto look = [&] {
        ASSERT_TRUE(host_.jobs().enqueue(*database_, sdk::testing::a_context(), {.kind = "flags.watch_roll_outs"}));
        run();
    };
    look();
    EXPECT_EQ(counted_.asked, "") << "nothing has happened yet";
    pass(1h);
    look();
    EXPECT_EQ(only().state, "waiting");
    outcome({"blue", 1000, 200}, {"disabled", 1000, 100});
    look();
    EXPECT_EQ(only().state, "stopped");
    EXPECT_EQ(share(), "10") << "it stays where it is";
    pass(1h);
    EXPECT_EQ(share(), "10");
}

TEST_F(SchedulesTest, TheLastShareIsWatchedToo) {
    auto change = a_roll_out({"paid", Harm::falls, true});
    change.steps.push_back(Step{in(3h), {}, {}});
    add(change);
    outcome({"on", 1000, 200}, {"off", 1000, 200});
    pass(1h);
    pass(1h);
    EXPECT_EQ(share(), "50");
    EXPECT_EQ(only().state, "waiting") << "the last share is judged when people have had it";
    EXPECT_TRUE(only().outcome.is_empty()) << "nothing is over";
    outcome({"on", 1000, 100}, {"off", 1000, 200});
    pass(1h);
    EXPECT_EQ(counted_.asked_since, only().steps[0].at) << "all that happened since it began";
    EXPECT_EQ(only().state, "rolled-back");
    EXPECT_EQ(share(), "0");
}

TEST_F(SchedulesTest, TheEndOfWatchingChangesNothing) {
    auto change = a_roll_out({"paid", Harm::falls, true});
    change.steps.push_back(Step{in(3h), {}, {}});
    add(change);
    outcome({"on", 1000, 200}, {"off", 1000, 200});
    pass(1h);
    pass(1h);
    const auto told = host_.facilities().audit.entries().size();
    pass(1h);
    EXPECT_EQ(only().state, "done");
    EXPECT_EQ(share(), "50");
    EXPECT_EQ(flags::json_of(only().outcome),
              (json{{"verdict", "fine"}, {"with", {1000, 200}}, {"without", {1000, 200}}}));
    EXPECT_EQ(host_.facilities().audit.entries().size(), told);
}

TEST_F(SchedulesTest, AWatchedRollOutThatFewPeopleSawSaysThatNobodyJudgedIt) {
    auto change = a_roll_out({"paid", Harm::falls, true});
    change.steps.push_back(Step{in(3h), {}, {}});
    add(change);
    outcome({"on", 99, 0}, {"off", 1000, 200});
    for (int hour = 0; hour < 3; ++hour) pass(1h);
    EXPECT_EQ(only().state, "done");
    EXPECT_EQ(flags::json_of(only().outcome),
              (json{{"verdict", "too-few"}, {"with", {99, 0}}, {"without", {1000, 200}}}));
}

TEST_F(SchedulesTest, AWatchedRollOutThatNobodyMeasuresGoesNoFurther) {
    add(a_roll_out({"paid", Harm::falls, true}));
    pass(1h);
    pass(1h);
    EXPECT_EQ(only().state, "stopped");
    EXPECT_EQ(only().outcome.verdict, Finding::Verdict::unmeasured);
    EXPECT_EQ(share(), "10");
}

TEST_F(SchedulesTest, WhereTheRuleIsGoneNothingIsRolledBackAndItIsStopped) {
    add(a_roll_out({"paid", Harm::falls, true}));
    outcome({"on", 1000, 100}, {"off", 1000, 200});
    pass(1h);
    auto other = a_flag("70");
    other["strategies"][0]["parameters"]["stickiness"] = "tenantId";
    define({other});
    pass(1h);
    EXPECT_EQ(only().state, "stopped");
    EXPECT_EQ(only().outcome.verdict, Finding::Verdict::worse);
    EXPECT_EQ(only().outcome.trouble, "flags.rule_changed");
    EXPECT_EQ(share(), "70");
}

TEST_F(SchedulesTest, OneThatCannotBeCountedKeepsNoOtherFromBeingWatched) {
    define({a_flag(), [] {
                auto second = a_flag();
                second["name"] = "second";
                return second;
            }()});
    auto uncountable = a_roll_out({"no such goal", Harm::falls, false});
    uncountable.name = "second";
    add(uncountable);
    host_.time().advance(1min);
    add(a_roll_out({"paid", Harm::falls, false}));
    outcome({"on", 1000, 100}, {"off", 1000, 200});
    counted_.unknown_goal = "no such goal";
    pass(1h);
    EXPECT_EQ(only().next_step, 1U);
    ASSERT_TRUE(host_.jobs().enqueue(*database_, sdk::testing::a_context(), {.kind = "flags.watch_roll_outs"}));
    const auto errors = host_.facilities().jobs.run_all();
    ASSERT_EQ(errors.size(), 1U) << "it is said all the same";
    EXPECT_EQ(errors[0].code, "analytics.no_goal");
    EXPECT_EQ(only().state, "stopped");
}

TEST_F(SchedulesTest, AFlagThatIsGoneEndsItAndSaysSo) {
    add(a_roll_out());
    define({});
    pass(1h);
    EXPECT_EQ(only().state, "stopped");
    EXPECT_EQ(only().outcome.trouble, "flags.not_found");
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_items WHERE name = 'f'"), 0) << "and it is not made again";
}

TEST_F(SchedulesTest, AStepIsTriedAgainWhereTheDatabaseWasAway) {
    add(a_roll_out());
    const auto rename = [&](const char* from, const char* to) {
        ASSERT_TRUE(
            database_->execute(sdk::testing::a_context(), std::string("ALTER TABLE ") + from + " RENAME TO " + to));
    };
    rename("flags_items", "flags_away");
    host_.time().advance(1h);
    ASSERT_EQ(host_.facilities().jobs.run_all().size(), 1U);
    rename("flags_away", "flags_items");
    EXPECT_EQ(only().state, "waiting");
    EXPECT_EQ(only().next_step, 0U);
    run();
    EXPECT_EQ(share(), "10");
}

}  // namespace
}  // namespace whatsflow::flags
