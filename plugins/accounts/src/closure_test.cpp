// Closing a tenant, copies of one's data, what goes by itself, and demonstration data.
#include "accounts_fixture.hpp"

#include "events.hpp"
#include "tar_file.hpp"

#include <whatsflow/sdk/demo_data.hpp>

namespace whatsflow::accounts {
namespace {

class Closure : public AccountsTest {
    void setup() override {
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
    }

protected:
    sdk::Response close_it(const std::string& name = "Lotus Florists") {
        return post("/settings/close", {{"confirmation", name}, {"current_password", "correct horse battery"}});
    }
};

TEST_F(Closure, NeedsTheNameAndThePassword) {
    EXPECT_EQ(close_it("Lotus").status(), 422);
    EXPECT_EQ(post("/settings/close", {{"confirmation", "Lotus Florists"}, {"current_password", "no"}}).status(), 422);
    EXPECT_EQ(count("accounts_tenants WHERE status = 'active'"), 1);
}

TEST_F(Closure, CanBeUndoneForSomeDays) {
    EXPECT_EQ(location(close_it()), "/settings/close");
    EXPECT_EQ(host_.facilities().outbox.of<TenantClosed>().size(), 1U);
    EXPECT_FALSE(who()->may("team.manage"));
    EXPECT_EQ(std::get<sdk::View>(new_mails().at(0).content).name, "accounts/mail/tenant_closed");

    EXPECT_EQ(location(post("/settings/reopen")), "/");
    EXPECT_TRUE(who()->may("team.manage"));
    host_.advance(std::chrono::hours{24 * 15});
    new_mails();
    EXPECT_EQ(count("accounts_tenants WHERE name = 'Lotus Florists'"), 1);
}

TEST_F(Closure, ErasesTheTenantWhenTheTimeIsUp) {
    close_it();
    const auto waiting = host_.facilities().jobs.waiting();
    const auto job = std::ranges::find(waiting, "accounts.erase_tenant", &sdk::JobRequest::kind);
    ASSERT_NE(job, waiting.end());
    EXPECT_EQ(*job->run_at, host_.time().now() + std::chrono::hours{24 * 14});

    host_.advance(std::chrono::hours{24 * 14});
    new_mails();
    EXPECT_EQ(count("accounts_tenants WHERE status = 'erased'"), 1);
    EXPECT_EQ(count("accounts_memberships"), 0);
    EXPECT_EQ(count("accounts_words WHERE kind = 'tenant'"), 0);
}

TEST_F(Closure, ACopyOfOnesDataIsMadeByAJobAndForThatPersonOnly) {
    EXPECT_EQ(location(post("/account/export")), "/account?done=export_requested");
    post("/account/export");
    EXPECT_EQ(count("accounts_exports"), 1);
    const auto mails = new_mails();
    ASSERT_EQ(mails.size(), 1U);
    const auto path = model(get("/account"))["exports"][0]["download_path"].get<std::string>();

    const auto archive = get(path);
    EXPECT_EQ(archive.status(), 200);
    EXPECT_NE(std::get<std::string>(archive.body()).find("amara@lotus.example"), std::string::npos);

    const auto mine = cookie_;
    forget_cookie();
    sign_up_and_verify("carla@other.example", "Other");
    sign_in("carla@other.example");
    EXPECT_EQ(get(path).status(), 404);
    cookie_ = mine;
    host_.advance(std::chrono::hours{24 * 8});
    EXPECT_EQ(get(path).status(), 404);
}

TEST_F(Closure, AnOwnersCopyHasTheWorkspaceAndIsTheirsWhileTheyOwnIt) {
    post("/team/invite", {{"email", "ben@lotus.example"}, {"role", "admin"}});
    const auto link = link_in(new_mails().at(0));
    const auto owner = cookie_;
    forget_cookie();
    post(link, {{"name", "Ben"}, {"password", "ben has a password"}});
    const auto ben = who()->subject;
    const auto copy_of = [&](const std::string& cookie) {
        cookie_ = cookie;
        post("/account/export");
        new_mails();
        return model(get("/account"))["exports"][0]["download_path"].get<std::string>();
    };
    const auto bens = copy_of(cookie_);
    EXPECT_EQ(std::get<std::string>(get(bens).body()).find("workspace/"), std::string::npos);

    const auto owners = copy_of(owner);
    const auto archive = std::get<std::string>(get(owners).body());
    EXPECT_NE(archive.find("workspace/accounts/members.json"), std::string::npos);
    EXPECT_NE(archive.find("ben@lotus.example"), std::string::npos);
    EXPECT_EQ(get(bens).status(), 404) << "an owner does not read what is of a colleague alone";

    post("/team/" + ben + "/transfer");
    EXPECT_EQ(get(owners).status(), 404);
}

TEST_F(Closure, OldThingsGoByThemselves) {
    forget_cookie();
    post("/signup", a_signup("never@confirmed.example", "Never"));
    new_mails();
    host_.advance(std::chrono::hours{24 * 31});
    ASSERT_EQ(host_.facilities().jobs.schedules().size(), 1U);
    const auto kind = host_.facilities().jobs.schedules().front().kind;
    ASSERT_TRUE(host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = kind}));

    new_mails();

    EXPECT_EQ(count("accounts_users WHERE email = 'never@confirmed.example'"), 0);
    EXPECT_EQ(count("accounts_tenants WHERE name = 'Never'"), 0);
    EXPECT_EQ(count("accounts_links"), 0);
    EXPECT_EQ(count("accounts_tenants WHERE name = 'Lotus Florists'"), 1);
}

TEST_F(Closure, DemonstrationTenantsAreThereOnce) {
    const auto demo = sdk::find_service<sdk::DemoData>(host_, {{"plugin", "accounts"}});
    const auto first = demo.call(&sdk::DemoData::load, sdk::testing::a_context());
    ASSERT_TRUE(first) << first.error().message;
    const auto tenants = count("accounts_tenants");
    EXPECT_GE(tenants, 6);

    ASSERT_TRUE(demo.call(&sdk::DemoData::load, sdk::testing::a_context()));
    EXPECT_EQ(count("accounts_tenants"), tenants);
    forget_cookie();
    EXPECT_EQ(location(sign_in("amara@lotus.example", "correct horse battery")), "/");
}

TEST_F(Closure, TheDirectoryKnowsTenantsAndMembers) {
    const auto directory = sdk::find_service<sdk::Directory>(host_);
    const auto id = who()->tenant;
    const auto tenant = directory.call(&sdk::Directory::tenant, sdk::testing::a_context(), id);
    ASSERT_TRUE(tenant);
    EXPECT_EQ((*tenant)->name, "Lotus Florists");
    const auto owners =
        directory.call(&sdk::Directory::members, sdk::testing::a_context(), id, std::vector<std::string>{"owner"});
    ASSERT_TRUE(owners);
    ASSERT_EQ(owners->size(), 1U);
    EXPECT_TRUE(owners->front().verified);
    EXPECT_TRUE(
        directory.call(&sdk::Directory::members, sdk::testing::a_context(), id, std::vector<std::string>{"viewer"})
            ->empty());
    EXPECT_EQ(directory.call(&sdk::Directory::tenants, sdk::testing::a_context(), std::string(), 10)->size(), 1U);
}

TEST(Archive, IsTar) {
    const auto archive = make_tar({{"a/b.json", "hello"}}, sdk::from_micros(1'790'000'000'000'000));

    EXPECT_EQ(archive.size(), 4U * 512);
    EXPECT_EQ(archive.substr(0, 8), "a/b.json");
    EXPECT_EQ(archive.substr(257, 5), "ustar");
    EXPECT_EQ(archive.substr(512, 5), "hello");
    EXPECT_EQ(std::stoul(archive.substr(124, 11), nullptr, 8), 5U);
}

}  // namespace
}  // namespace whatsflow::accounts
