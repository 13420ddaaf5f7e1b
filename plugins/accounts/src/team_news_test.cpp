// What a team hears of its own changes.
#include "accounts_fixture.hpp"

namespace whatsflow::accounts {
namespace {

class TeamNewsTest : public AccountsTest {
    void setup() override {
        host_.install_service(sdk::Notifier::kId, notices_, {{"site", "app"}});
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
        amara_ = cookie_;
        post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "agent"}});
        const auto link = link_in(new_mails().at(0));
        forget_cookie();
        post(link, {{"name", "Ben Fernando"}, {"password", "ben has a password"}});
        ben_ = who()->subject;
        cookie_ = amara_;
    }

protected:
    std::vector<std::pair<std::string, sdk::Notification>> news() {
        notices_.told.clear();
        EXPECT_TRUE(host_.facilities().outbox.deliver(*database_).empty());
        return notices_.told;
    }
    NoticesInMemory notices_;
    std::string amara_;
    std::string ben_;
};

TEST_F(TeamNewsTest, ManagersHearWhoJoinedAndNobodyHearsOfTheirOwnJoining) {
    const auto heard = news();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].first, who()->subject);
    EXPECT_EQ(heard[0].second.category, "team");
    EXPECT_EQ(heard[0].second.path, "/team");
    EXPECT_EQ(heard[0].second.title, "accounts.team.news.joined");
}

TEST_F(TeamNewsTest, AMemberHearsOfAnotherRoleAndManagersOfARemoval) {
    news();
    post("/team/" + ben_ + "/role", {{"role", "viewer"}});
    const auto heard = news();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].first, ben_);
    EXPECT_EQ(heard[0].second.title, "accounts.team.news.role");

    post("/team/" + ben_ + "/remove");
    const auto then = news();
    ASSERT_EQ(then.size(), 1U);
    EXPECT_EQ(then[0].first, who()->subject);
    EXPECT_EQ(then[0].second.title, "accounts.team.news.left");
}

}  // namespace
}  // namespace whatsflow::accounts
