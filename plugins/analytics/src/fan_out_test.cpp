#include "program_fixture.hpp"

#include <whatsflow/sdk/analytics_sink.hpp>

namespace whatsflow::analytics {
namespace {

class ListeningSink final : public sdk::AnalyticsSink {
public:
    sdk::Result<sdk::AnalyticsSinkLimits> limits() const override { return limits_; }
    sdk::Result<sdk::AnalyticsDelivery> send(const sdk::CallContext&, const sdk::AnalyticsBatch& batch) override {
        batches.push_back(batch);
        if (meanwhile) meanwhile();
        return answer;
    }
    std::size_t taken() const {
        std::size_t count = 0;
        for (const auto& batch : batches) count += batch.events.size();
        return count;
    }

    sdk::AnalyticsSinkLimits limits_;
    sdk::AnalyticsDelivery answer = sdk::AnalyticsDelivery::delivered();
    std::vector<sdk::AnalyticsBatch> batches;
    std::function<void()> meanwhile;
};

class FanOutTest : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        host_.install_service(sdk::AnalyticsSink::kId, sink_, {{"sink", "listening"}});
        settle();  // the sink is seen: what comes from now on is its
    }
    void send(const std::string& name, nlohmann::json more = nlohmann::json::object()) {
        EXPECT_EQ(post("/capture", event(name, std::move(more))), 200);
    }
    /// What staff see of the sink.
    std::string shown(std::size_t column) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member({pages::kSee});
        options.site = sdk::Site::admin;
        const auto response = host_.call(sdk::Method::get, "/analytics/health", std::move(options));
        for (const auto& table : std::get<sdk::View>(response.body()).model["tables"])
            if (table["caption"] == "sinks") return table["rows"][0]["cells"][column]["text"].get<std::string>();
        return "none";
    }
    sdk::Response switch_to(const char* which) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member({pages::kManage});
        options.site = sdk::Site::admin;
        return host_.call(sdk::Method::post, std::string("/analytics/sinks/listening/") + which, std::move(options));
    }

    ListeningSink sink_;
};

TEST_F(FanOutTest, AcceptedEventsAreOfferedOnceAndFlat) {
    send("a",
         {{"uuid", "0190a5c8-0000-7000-8000-000000000001"}, {"properties", {{"plan", "pro"}, {"deep", {{"x", 1}}}}}});
    settle();
    settle();
    ASSERT_EQ(sink_.batches.size(), 1u);
    const auto& offered = sink_.batches.front().events.front();
    EXPECT_EQ(offered.id, "0190a5c8-0000-7000-8000-000000000001");
    EXPECT_EQ(offered.properties, (nlohmann::json{{"plan", "pro"}, {"deep", "{\"x\":1}"}}));
    EXPECT_EQ(offered.site, tokens_.tokens[0].id);
    EXPECT_EQ(total("event=a"), 1);
}

TEST_F(FanOutTest, WhatFailsComesAgainAfterAPauseWithTheSameName) {
    sink_.answer = sdk::AnalyticsDelivery::retry("away");
    send("a");
    settle();
    settle();
    ASSERT_EQ(sink_.batches.size(), 1u) << "it waits";
    host_.time().advance(std::chrono::seconds{3});
    sink_.answer = sdk::AnalyticsDelivery::delivered();
    send("b");
    settle();
    ASSERT_EQ(sink_.batches.size(), 2u);
    EXPECT_EQ(sink_.batches[1].id, sink_.batches[0].id);
    EXPECT_EQ(sink_.batches[1].attempt, 2u);
    EXPECT_EQ(sink_.batches[1].events.size(), 2u);
    EXPECT_EQ(total(""), 2) << "the database does not wait for a sink";
}

TEST_F(FanOutTest, WhoIsForgottenWhileASinkIsAwayNeverGetsThere) {
    sink_.answer = sdk::AnalyticsDelivery::retry("away");
    for (const char* who : {"ann", "bob"}) send("a", {{"distinct_id", who}});
    settle();
    const auto found = host_.find_services(sdk::PersonalData::kId, {{"plugin", "analytics"}});
    auto& data = static_cast<sdk::PersonalData&>(*found.front().service);
    ASSERT_TRUE(data.erase_user(sdk::testing::a_context(), sdk::UserId{"ann"}));
    sink_.batches.clear();
    sink_.answer = sdk::AnalyticsDelivery::delivered();
    host_.time().advance(std::chrono::seconds{3});
    settle();
    ASSERT_EQ(sink_.taken(), 1u);
    EXPECT_EQ(sink_.batches.front().events.front().user_id, "bob");
}

TEST_F(FanOutTest, NothingWaitsWhenAllIsInTheDatabase) {
    const auto waiting = [&] {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member({pages::kSee});
        options.site = sdk::Site::admin;
        const auto response = host_.call(sdk::Method::get, "/analytics/health", std::move(options));
        return std::get<sdk::View>(response.body()).model["figures"][2]["value"].get<std::string>();
    };
    for (int i = 0; i < 50; ++i) send("a");
    EXPECT_NE(waiting(), "0 KiB");
    settle();
    EXPECT_EQ(waiting(), "0 KiB");
}

TEST_F(FanOutTest, WhatWaitsForASinkIsShown) {
    sink_.answer = sdk::AnalyticsDelivery::retry("busy", std::chrono::minutes{10});
    const auto waiting = [&] { return shown(4); };
    EXPECT_EQ(waiting(), "0 KiB");
    for (int i = 0; i < 50; ++i) send("a");
    settle();
    const auto behind = waiting();
    EXPECT_GE(std::stoi(behind), 1) << behind;
    host_.time().advance(std::chrono::minutes{11});
    sink_.answer = sdk::AnalyticsDelivery::delivered();
    settle();
    EXPECT_EQ(waiting(), "0 KiB");
}

TEST_F(FanOutTest, ADestinationMaySayWhenItWantsToBeAskedAgain) {
    sink_.answer = sdk::AnalyticsDelivery::retry("busy", std::chrono::seconds{90});
    send("a");
    settle();
    host_.time().advance(std::chrono::seconds{60});
    settle();
    EXPECT_EQ(sink_.batches.size(), 1u);
    host_.time().advance(std::chrono::seconds{31});
    settle();
    EXPECT_EQ(sink_.batches.size(), 2u);
}

TEST_F(FanOutTest, NeitherBotsNorWhoDidNotAgreeLeaveTheHouse) {
    const nlohmann::json page{{"type", "event"}, {"payload", {{"website", tokens_.tokens[0].id}, {"url", "/"}}}};
    EXPECT_EQ(post("/api/send", page, {{"User-Agent", "Mozilla/5.0 Firefox/120.0"}}), 200);
    EXPECT_EQ(post("/capture", event("a"), {{"User-Agent", "Googlebot/2.1"}}), 200);
    send("b");
    settle();
    ASSERT_EQ(sink_.taken(), 1u);
    EXPECT_EQ(sink_.batches.front().events.front().name, "b");
}

TEST_F(FanOutTest, BatchesAreCutToWhatTheSinkTakes) {
    sink_.limits_.max_events = 10;
    nlohmann::json batch = nlohmann::json::array();
    for (int i = 0; i < 95; ++i) batch.push_back(event("a"));
    EXPECT_EQ(post("/batch", {{"api_key", "wf_platform"}, {"batch", batch}}), 200);
    settle();
    EXPECT_EQ(sink_.taken(), 95u);
    for (const auto& each : sink_.batches) EXPECT_LE(each.events.size(), 10u);
}

TEST_F(FanOutTest, SwitchedOffNothingIsSentAndWhatHappenedMeanwhileNeverIs) {
    EXPECT_EQ(switch_to("off").status(), 303);
    send("a");
    settle();
    EXPECT_TRUE(sink_.batches.empty());
    EXPECT_EQ(switch_to("on").status(), 303);
    settle();
    send("b");
    settle();
    ASSERT_EQ(sink_.taken(), 1u);
    EXPECT_EQ(sink_.batches.front().events.front().name, "b");
    ASSERT_EQ(host_.facilities().audit.entries().size(), 2u);
    EXPECT_EQ(host_.facilities().audit.entries().front().action, "analytics.sink_turned_off");
}

TEST_F(FanOutTest, TheSwitchIsShownToWhomMayUseIt) {
    const auto switches = [&](const std::set<std::string>& permissions) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member(permissions);
        options.site = sdk::Site::admin;
        const auto response = host_.call(sdk::Method::get, "/analytics/health", std::move(options));
        return std::get<sdk::View>(response.body()).model["actions"].dump();
    };
    EXPECT_EQ(switches({pages::kSee}).find("/analytics/sinks/"), std::string::npos);
    EXPECT_NE(switches({pages::kSee, pages::kManage}).find("/analytics/sinks/listening/off"), std::string::npos);
}

TEST_F(FanOutTest, ARestartGoesOnWhereItWas) {
    sink_.answer = sdk::AnalyticsDelivery::retry("away");
    send("a");
    settle();
    plugin_->stop();
    host_.withdraw_all();
    host_.time().advance(std::chrono::seconds{10});
    sink_.answer = sdk::AnalyticsDelivery::delivered();
    sink_.batches.clear();
    start();
    settle();
    EXPECT_EQ(sink_.taken(), 1u);
}

TEST_F(FanOutTest, WhatASinkFindsTooOldOrRefusesIsNotOfferedOrCounted) {
    sink_.limits_.max_age = std::chrono::hours{1};
    sink_.answer = sdk::AnalyticsDelivery::delivered({{"an id", "invalid", "it has no price"}});
    send("old", {{"timestamp", "2026-11-26T10:59:59Z"}}), send("young", {{"timestamp", "2026-11-26T11:00:01Z"}}),
        send("new");
    settle();
    ASSERT_EQ(sink_.taken(), 2u);
    EXPECT_EQ(sink_.batches.front().events.front().name, "young");
    EXPECT_EQ(shown(2), "1") << "sent";
    EXPECT_EQ(shown(3), "1") << "rejected";
    EXPECT_EQ(shown(6), "it has no price");
}

TEST_F(FanOutTest, ASinkThatNeedsNoConsentIsToldWhoGaveIt) {
    sink_.limits_.consent.clear();
    const nlohmann::json page{{"type", "event"}, {"payload", {{"website", tokens_.tokens[0].id}, {"url", "/"}}}};
    EXPECT_EQ(post("/api/send", page, {{"User-Agent", "Mozilla/5.0 Firefox/120.0"}}), 200);
    send("a");
    settle();
    ASSERT_EQ(sink_.taken(), 2u);
    for (const auto& each : sink_.batches.front().events)
        EXPECT_EQ(each.consent, each.name == "a" ? std::set<std::string>{"analytics"} : std::set<std::string>{});
}

TEST_F(FanOutTest, WhatIsRefusedForGoodIsTriedSeldomAndASuccessBeginsAnew) {
    sink_.answer = sdk::AnalyticsDelivery::refused("the key is wrong");
    send("a");
    settle();
    host_.time().advance(std::chrono::seconds{599});
    settle();
    EXPECT_EQ(sink_.batches.size(), 1u);
    sink_.answer = sdk::AnalyticsDelivery::delivered();
    host_.time().advance(std::chrono::seconds{2});
    settle();
    ASSERT_EQ(sink_.batches.size(), 2u);
    EXPECT_EQ(sink_.batches[1].attempt, 2u);
    send("b");
    settle();
    ASSERT_EQ(sink_.batches.size(), 3u);
    EXPECT_EQ(sink_.batches[2].attempt, 1u);
}

TEST_F(FanOutTest, WhoIsSwitchedOffWhileABatchIsUnderWayStaysOff) {
    sink_.meanwhile = [&] { EXPECT_EQ(switch_to("off").status(), 303); };
    send("a");
    settle();
    sink_.meanwhile = nullptr;
    send("b");
    settle();
    EXPECT_EQ(sink_.taken(), 1u);
}

TEST_F(FanOutTest, ASinkThatDoesNotComeBackHoldsTheSpoolForSomeMinutesOnly) {
    const auto files = [&] {
        const std::filesystem::directory_iterator all(std::filesystem::path(*host_.data_directory()) / "spool");
        return std::ranges::count_if(all, [](const auto& each) { return each.path().extension() == ".spool"; });
    };
    sink_.answer = sdk::AnalyticsDelivery::retry("away");
    send("a");
    settle();
    plugin_->stop();
    host_.withdraw_all();
    host_.remove_services("com.example.other");
    host_.install_service(sdk::ProgramTokens::kId, tokens_);
    start();
    settle();
    send("b");
    settle();
    EXPECT_EQ(files(), 2) << "the sink may still come";
    host_.time().advance(std::chrono::minutes{6});
    settle();
    send("c");
    settle();
    EXPECT_EQ(files(), 1);
    EXPECT_EQ(total(""), 3);
}

TEST(FanOut, PausesDoubleUpToTenMinutes) {
    EXPECT_EQ(pause_after(1), std::chrono::seconds{2});
    EXPECT_EQ(pause_after(2), std::chrono::seconds{4});
    EXPECT_LE(pause_after(1'000), std::chrono::minutes{10});
}

}  // namespace
}  // namespace whatsflow::analytics
