#include "pages/pages_fixture.hpp"

#include <whatsflow/sdk/analytics_sink.hpp>

namespace whatsflow::analytics {
namespace {

class ForgettingSink final : public sdk::AnalyticsSink {
public:
    explicit ForgettingSink(bool can_erase) : can_erase_(can_erase) {}
    sdk::Result<sdk::AnalyticsSinkLimits> limits() const override {
        sdk::AnalyticsSinkLimits limits;
        limits.can_erase = can_erase_;
        return limits;
    }
    sdk::Result<sdk::AnalyticsDelivery> send(const sdk::CallContext&, const sdk::AnalyticsBatch&) override {
        return sdk::AnalyticsDelivery::delivered();
    }
    sdk::Result<sdk::AnalyticsDelivery> erase(const sdk::CallContext&, const sdk::AnalyticsErasure& asked) override {
        erasures.push_back(asked);
        return answer;
    }
    sdk::AnalyticsDelivery answer = sdk::AnalyticsDelivery::delivered();
    std::vector<sdk::AnalyticsErasure> erasures;

private:
    const bool can_erase_;
};

class SinkErasuresTest : public PagesTest {
protected:
    void SetUp() override {
        PagesTest::SetUp();
        host_.install_service(sdk::AnalyticsSink::kId, able_, {{"sink", "able"}});
        host_.install_service(sdk::AnalyticsSink::kId, unable_, {{"sink", "unable"}});
    }
    void forget(const char* person) {
        ASSERT_EQ(send("/analytics/erase", {{"id", person}, {"confirmation", person}}).status(), 303);
        host_.facilities().jobs.run_all();
    }
    void a_minute_later() {
        host_.time().advance(std::chrono::minutes{2});
        host_.facilities().jobs.run_all();
    }
    ForgettingSink able_{true}, unable_{false};
};

TEST_F(SinkErasuresTest, WhoIsForgottenIsForgottenAtTheSinksThatCan) {
    forget("ann");
    EXPECT_TRUE(able_.erasures.empty()) << "a batch that is under way arrives first";
    a_minute_later();
    ASSERT_EQ(able_.erasures.size(), 1u);
    EXPECT_EQ(able_.erasures[0].user_id, "ann");
    EXPECT_FALSE(able_.erasures[0].id.empty());
    EXPECT_TRUE(unable_.erasures.empty());
    a_minute_later();
    EXPECT_EQ(able_.erasures.size(), 1u);
}

TEST_F(SinkErasuresTest, OneThatIsAwayIsAskedAgainWithTheSameName) {
    able_.answer = sdk::AnalyticsDelivery::retry("away");
    forget("ann");
    a_minute_later();
    able_.answer = sdk::AnalyticsDelivery::delivered();
    host_.time().advance(std::chrono::hours{2});
    host_.facilities().jobs.run_all();
    ASSERT_EQ(able_.erasures.size(), 2u);
    EXPECT_EQ(able_.erasures[0].id, able_.erasures[1].id);
}

TEST_F(SinkErasuresTest, StaffAreToldWhereItIsToBeDoneByHand) {
    const auto page = as_staff(sdk::Method::get, "/analytics/erase", {"analytics.erase"});
    const auto sections = std::get<sdk::View>(page.body()).model["sections"];
    ASSERT_EQ(sections[0]["rows"].size(), 1u);
    EXPECT_EQ(sections[0]["rows"][0]["text"], "unable");
}

}  // namespace
}  // namespace whatsflow::analytics
