// Who got what is told to analytics once a day, and never holds an answer up.
#include "program_fixture.hpp"

#include "events.hpp"

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class ExposureTest : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        define({{{"name", "counted"},
                 {"enabled", true},
                 {"impressionData", true},
                 {"variants", {{{"name", "blue"}, {"weight", 1}}}}},
                {{"name", "quiet"}, {"enabled", true}}});
    }
    void ask_in_process(const char* flag, const char* who) {
        (void)sdk::flag_details(sdk::find_service<sdk::FeatureFlags>(host_), flag, false, {.targeting_key = who});
    }
    std::vector<FlagExposed> told() {
        host_.fire_timers();
        return host_.facilities().outbox.of<FlagExposed>();
    }
};

TEST_F(ExposureTest, AnAnswerIsToldOnceADayForEachPersonAndVariant) {
    ask_in_process("counted", "t1");
    ask_in_process("counted", "t1");
    ask_in_process("counted", "t2");
    ASSERT_EQ(told().size(), 2U);
    EXPECT_EQ(told()[0].flag, "counted");
    EXPECT_EQ(told()[0].variant, "blue");
    EXPECT_EQ(told()[0].environment, kProduction);

    host_.time().advance(std::chrono::hours(24));
    ask_in_process("counted", "t1");
    EXPECT_EQ(told().size(), 3U);
}

TEST_F(ExposureTest, OnlyFlagsThatWantItAreCountedAndOnlyForSomebody) {
    ask_in_process("quiet", "t1");
    post(std::string(kOne) + "quiet", R"({"context":{"targetingKey":"u1"}})");
    post(std::string(kOne) + "counted", R"({"context":{}})");
    ask_in_process("counted", "");
    ask_in_process("none", "t1");
    EXPECT_TRUE(told().empty());
}

TEST_F(ExposureTest, NeitherAnErrorNorAnEmptyOrEndlessNameIsAnExposure) {
    const auto asked = [&](const char* flag, const std::string& who) {
        post(kOne + std::string(flag), json{{"context", {{"targetingKey", who}}}}.dump());
        return told().size();
    };
    define({{{"name", "counted"}, {"enabled", true}, {"impressionData", true}},
            {{"name", "broken"},
             {"enabled", true},
             {"impressionData", true},
             {"variants", {{{"name", "v"}, {"weight", 1}, {"payload", {{"type", "json"}, {"value", "{"}}}}}}}});
    EXPECT_EQ(asked("broken", "u1"), 0U);
    EXPECT_EQ(asked("counted", ""), 0U);
    EXPECT_EQ(asked("counted", std::string(256, 'x')), 0U);
    EXPECT_EQ(asked("counted", std::string(255, 'x')), 1U);
}

TEST_F(ExposureTest, ItHappenedWhenTheAnswerWasGiven) {
    const auto then = host_.clock().now();
    ask_in_process("counted", "t1");
    host_.time().advance(std::chrono::seconds(30));
    host_.fire_timers();
    for (const auto& envelope : host_.facilities().outbox.all()) {
        if (envelope.type.text() != FlagExposed::kType.text()) continue;
        EXPECT_EQ(envelope.occurred_at, then);
    }
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(ExposureTest, ProgramsThatAskForOneFlagAreCountedThoseThatAskForAllAreNot) {
    post(kAll, R"({"context":{"targetingKey":"u1"}})");
    EXPECT_TRUE(told().empty());
    post(std::string(kOne) + "counted", R"({"context":{"targetingKey":"u1"}})");
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(told()[0].person, "u1");
}

TEST_F(ExposureTest, WhatAnotherHostHasToldIsNotToldAgain) {
    Exposures here(host_), there(host_);
    for (auto* each : {&here, &there}) {
        each->note(kProduction, "counted", "blue", "u1");
        each->tell();
    }
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(ExposureTest, WhatIsMoreThanMemoryMayHoldIsDroppedAndCounted) {
    Exposures exposures(host_);
    for (std::size_t i = 0; i < Exposures::kMostWaiting + 7; ++i)
        exposures.note(kProduction, "counted", "blue", "u" + std::to_string(i));
    EXPECT_EQ(exposures.dropped(), 7U);
}

TEST_F(ExposureTest, WhatCannotBeWrittenWaits) {
    Exposures exposures(host_);
    exposures.note(kProduction, "counted", "blue", "u1");
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "ALTER TABLE flags_exposures RENAME TO flags_away"));
    exposures.tell();
    EXPECT_TRUE(told().empty());
    ASSERT_TRUE(database_->execute(sdk::testing::a_context(), "ALTER TABLE flags_away RENAME TO flags_exposures"));
    exposures.tell();
    EXPECT_EQ(told().size(), 1U);
    EXPECT_EQ(exposures.dropped(), 0U);
}

TEST_F(ExposureTest, EachEnvironmentTellsForItself) {
    Exposures exposures(host_);
    for (const char* environment : {kProduction, "staging"}) exposures.note(environment, "counted", "blue", "u1");
    exposures.tell();
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(ExposureTest, AWeekIsKept) {
    ask_in_process("counted", "t1");
    host_.fire_timers();
    host_.time().advance(std::chrono::hours(24 * 8));
    ask_in_process("counted", "t2");
    host_.fire_timers();
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_exposures"), 2);
}

TEST_F(ExposureTest, OldDaysAreForgotten) {
    ask_in_process("counted", "t1");
    host_.fire_timers();
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_exposures"), 1);
    host_.time().advance(std::chrono::hours(24 * 10));
    ask_in_process("counted", "t2");
    host_.fire_timers();
    EXPECT_EQ(number("SELECT COUNT(*) AS n FROM flags_exposures"), 1);
}

}  // namespace
}  // namespace whatsflow::flags
