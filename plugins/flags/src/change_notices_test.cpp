// Where programs hear that flags changed, and when they are told.
#include "program_fixture.hpp"

#include <whatsflow/sdk/event_streams.hpp>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

/// Addresses that change with the day; remembers what was published.
class HeardStreams final : public sdk::EventStreams {
public:
    explicit HeardStreams(const sdk::Clock& clock) : clock_(clock) {}

    sdk::Result<std::string> address(const std::string& topic) override {
        const auto day = std::chrono::floor<std::chrono::days>(clock_.now()).time_since_epoch().count();
        return "https://api.example/streams/" + topic + "?until=" + std::to_string(day);
    }
    sdk::Result<void> publish(const std::string& topic, const json& data) override {
        heard.emplace_back(topic, data);
        return sdk::ok();
    }

    std::vector<std::pair<std::string, json>> heard;

private:
    const sdk::Clock& clock_;
};

class Notices : public ProgramTest {
protected:
    void SetUp() override {
        host_.install_service(sdk::EventStreams::kId, streams_);
        ProgramTest::SetUp();
    }

    json flag(bool enabled) const { return {{"name", "a"}, {"enabled", enabled}, {"strategies", json::array()}}; }

    HeardStreams streams_{host_.clock()};
};

const std::string kUser = R"({"context":{"targetingKey":"u"}})";

TEST_F(Notices, ABulkAnswerSaysWhereToListen) {
    define({flag(true)});

    const auto answer = json_of(post(kAll, kUser));

    const auto address = *streams_.address("flags.production");
    EXPECT_EQ(answer["eventStreams"], (json{{{"type", "sse"}, {"url", address}, {"inactivityDelaySec", 120}}}));
    EXPECT_EQ(answer["flags"][0]["value"], true);
}

TEST_F(Notices, AnotherAddressIsAnotherAnswerThoughTheFlagsAreTheSame) {
    define({flag(true)});
    host_.advance(std::chrono::seconds(10));  // plugins have told of their own flags
    const auto tag = header(post(kAll, kUser), "ETag");
    EXPECT_EQ(post(kAll, kUser, {{"If-None-Match", tag}}).status(), 304);

    host_.advance(std::chrono::hours(24));

    const auto later = post(kAll, kUser, {{"If-None-Match", tag}});
    ASSERT_EQ(later.status(), 200);
    EXPECT_EQ(json_of(later)["eventStreams"][0]["url"], *streams_.address("flags.production"));
}

TEST_F(Notices, ListenersOfAnEnvironmentAreToldWhenItsFlagsAreServed) {
    define({flag(true)});
    define({flag(true)}, json::array(), "development");
    streams_.heard.clear();

    define({flag(false)});

    ASSERT_EQ(streams_.heard.size(), 1u);
    EXPECT_EQ(streams_.heard[0].first, "flags.production");
    EXPECT_EQ(streams_.heard[0].second["type"], "refetchEvaluation");
    EXPECT_EQ(streams_.heard[0].second["lastModified"], sdk::to_micros(host_.clock().now()) / 1'000'000);
    EXPECT_EQ(json_of(post(kAll, kUser))["flags"][0]["value"], false) << "told before it is served";
}

TEST_F(Notices, WhoListenedBeforeThereWereFlagsIsToldOfTheFirst) {
    streams_.heard.clear();
    define({flag(true)}, json::array(), "staging");
    ASSERT_EQ(streams_.heard.size(), 1u);
    EXPECT_EQ(streams_.heard[0].first, "flags.staging");
}

TEST_F(Notices, NobodyIsToldOfNothing) {
    define({flag(true)});
    streams_.heard.clear();
    host_.fire_timers();
    EXPECT_TRUE(streams_.heard.empty());
}

TEST_F(Notices, AStartTellsNobody) {
    define({flag(true)});
    streams_.heard.clear();
    plugin_.stop();
    host_.withdraw_all();
    ASSERT_TRUE(plugin_.start(host_, sdk::Config{config()}));
    host_.fire_timers();
    EXPECT_TRUE(streams_.heard.empty());
}

class UnwantedNotices : public Notices {
    json config() const override { return {{"event_streams", false}}; }
};

TEST_F(UnwantedNotices, AreNeitherNamedNorSent) {
    define({flag(true)});
    define({flag(false)});
    EXPECT_FALSE(json_of(post(kAll, kUser)).contains("eventStreams"));
    EXPECT_TRUE(streams_.heard.empty());
}

using WithoutStreams = ProgramTest;

TEST_F(WithoutStreams, AnswersAreAsBefore) {
    define({{{"name", "a"}, {"enabled", true}, {"strategies", json::array()}}});
    EXPECT_FALSE(json_of(post(kAll, kUser)).contains("eventStreams"));
}

}  // namespace
}  // namespace whatsflow::flags
