#include "platform_watch.hpp"

#include "fake_boards.hpp"
#include "panel_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::admin {
namespace {

class PlatformWatch : public testing::PanelFixture {
protected:
    void SetUp() override {
        host_.install_service(sdk::Operations::kId, operations_, {}, "host");
        host_.install_service(sdk::JobBoard::kId, jobs_, {}, "host");
        host_.install_service(sdk::OutboxBoard::kId, outbox_, {}, "host");
        host_.install_service(sdk::MailBoard::kId, mail_, {}, "host");
        start();
        add_staff("root@example.com", "super_admin");
        add_staff("support@example.com", "support_admin");
        sign_in("root@example.com");
        host_.time().set(kHappened + std::chrono::minutes(2));
    }
    void look() {
        ASSERT_TRUE(host_.jobs().enqueue(*database_, sdk::testing::a_context(), {.kind = kWatchJob}));
        for (const auto& error : host_.facilities().jobs.run_all()) ADD_FAILURE() << error.code << error.message;
    }
    std::vector<std::string> paths() {
        std::vector<std::string> found;
        const auto model = model_of(get("/notifications"));
        for (const auto& notice : model["notices"]) found.push_back(notice["open_path"]);
        return found;
    }

    /// When everything on the boards went wrong.
    static constexpr auto kHappened = sdk::Instant{std::chrono::microseconds{1773129601000000}};
    testing::FakeOperations operations_;
    testing::FakeJobBoard jobs_;
    testing::FakeOutboxBoard outbox_;
    testing::FakeMailBoard mail_;
};

TEST_F(PlatformWatch, TellsWhatWentWrongOnceAndOnlySuperAdmins) {
    operations_.rows[0]["state"] = "quarantined";

    look();
    look();

    EXPECT_THAT(paths(), ::testing::UnorderedElementsAre("/jobs/failed-1", "/events/dead-letters/d1", "/mailbox/m1",
                                                         "/plugins/stripe"));
    sign_in("support@example.com");
    EXPECT_TRUE(paths().empty());
}

TEST_F(PlatformWatch, SaysNothingOfWhatIsOldNews) {
    host_.time().set(kHappened + std::chrono::hours(24 * 8));

    look();

    EXPECT_TRUE(paths().empty());
}

}  // namespace
}  // namespace whatsflow::admin
