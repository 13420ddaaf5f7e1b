// What plugins publish, on its way to the pages.
#include "realtime/publisher.hpp"

#include "cluster/local_signals.hpp"
#include "realtime/test_page.hpp"

namespace whatsflow::realtime::testing {
namespace {

class LivePublisher : public GatewayFixture {
protected:
    cluster::LocalSignals signals;
    Publisher publisher{signals};
};

TEST_F(LivePublisher, ReachesOpenPagesAsJson) {
    const auto hearing = hear(signals, gateway());
    TestPage page(gateway().port());
    ASSERT_EQ(page.open(), 101);

    ASSERT_TRUE(publisher.publish({"user:u1", "notification", {{"title", "Hi \"you\"\n"}}}));

    const auto message = nlohmann::json::parse(page.next()->payload);
    EXPECT_EQ(message["channel"], "user:u1");
    EXPECT_EQ(message["event"], "notification");
    EXPECT_EQ(message["data"]["title"], "Hi \"you\"\n");
}

TEST_F(LivePublisher, RefusesWhatIsNoChannelOrTooLarge) {
    const auto code_of = [&](const sdk::RealtimeMessage& message) {
        const auto published = publisher.publish(message);
        return published ? std::string() : published.error().code;
    };
    EXPECT_EQ(code_of({"everybody", "x", {}}), "realtime.bad_channel");
    EXPECT_EQ(code_of({"user:", "x", {}}), "realtime.bad_channel");
    EXPECT_EQ(code_of({"user:a\nuser:b", "x", {}}), "realtime.bad_channel");
    EXPECT_EQ(code_of({"staff", "a\"b", {}}), "realtime.bad_event");
    EXPECT_EQ(code_of({"staff", "x", std::string(20'000, 'x')}), "realtime.too_large");
    EXPECT_EQ(code_of({"staff", "x", {}}), "");
}

TEST_F(LivePublisher, CountsOnNobodyListening) {
    EXPECT_TRUE(publisher.publish({"staff", "jobs.changed", {}}));
}

}  // namespace
}  // namespace whatsflow::realtime::testing
