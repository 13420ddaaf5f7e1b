#include "panel_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::admin {
namespace {

using sdk::testing::a_context;

class StaffChangesTest : public testing::PanelFixture {
protected:
    StaffChanges changes_{host_};
};

TEST_F(StaffChangesTest, AnAddressIsStoredInLowerCaseAndOnce) {
    ASSERT_TRUE(changes_.create(a_context(), {}, {" Nimal@Example.com ", "", "support_admin"}));
    const auto again = changes_.create(a_context(), {}, {"nimal@example.COM", "", "read_only"});

    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "staff.exists");
    EXPECT_EQ((*find_staff_by_email(*database_, a_context(), "NIMAL@example.com"))->name, "nimal");
}

TEST_F(StaffChangesTest, AGeneratedPasswordIsLongAndNeverTheSame) {
    const auto first = changes_.create(a_context(), {}, {"a@example.com", "", "read_only"});
    const auto second = changes_.create(a_context(), {}, {"b@example.com", "", "read_only"});

    EXPECT_EQ(first->password.reveal().size(), 23U);
    EXPECT_NE(first->password.reveal(), second->password.reveal());
}

TEST_F(StaffChangesTest, RolesAreExactlyTheFour) {
    for (const auto role : kRoles)
        EXPECT_TRUE(changes_.create(a_context(), {}, {std::string(role) + "@example.com", "", std::string(role)}));
    EXPECT_EQ(changes_.create(a_context(), {}, {"x@example.com", "", "owner"}).error().code, "staff.invalid");
}

TEST_F(StaffChangesTest, TheLastSuperAdminCanNeitherBeDemotedNorDisabled) {
    const auto id = add_staff("root@example.com", "super_admin");

    EXPECT_EQ(changes_.change_role(a_context(), {}, id, {"", "read_only", ""}).error().code, "staff.last_super_admin");
    EXPECT_EQ(changes_.disable(a_context(), {}, id, "").error().code, "staff.last_super_admin");
    EXPECT_EQ((*find_staff(*database_, a_context(), id))->role, "super_admin");
}

TEST_F(StaffChangesTest, ADisabledSuperAdminDoesNotCountAsAnother) {
    const auto first = add_staff("a@example.com", "super_admin");
    const auto second = add_staff("b@example.com", "super_admin");
    ASSERT_TRUE(changes_.disable(a_context(), {}, second, "left"));

    EXPECT_EQ(changes_.disable(a_context(), {}, first, "").error().code, "staff.last_super_admin");
    EXPECT_TRUE(changes_.enable(a_context(), {}, second));
    EXPECT_TRUE(changes_.disable(a_context(), {}, first, ""));
}

TEST_F(StaffChangesTest, EveryChangeIsInTheAuditLogWithItsReason) {
    add_staff("root@example.com", "super_admin");
    const auto id = add_staff("a@example.com", "read_only");
    ASSERT_TRUE(changes_.change_role(a_context(), {}, id, {"read_only", "finance_admin", "new duty"}));

    EXPECT_THAT(actions(), ::testing::ElementsAre("staff.created", "staff.created", "staff.role_changed"));
    const auto entry = host_.facilities().audit.entries().back();
    EXPECT_EQ(entry.before, (nlohmann::json{{"role", "read_only"}}));
    EXPECT_EQ(entry.after, (nlohmann::json{{"role", "finance_admin"}}));
    EXPECT_EQ(entry.reason, "new duty");
}

TEST_F(StaffChangesTest, TheSecondOfTwoWhoChangeARoleIsTold) {
    add_staff("root@example.com", "super_admin");
    const auto id = add_staff("a@example.com", "read_only");
    ASSERT_TRUE(changes_.change_role(a_context(), {}, id, {"read_only", "finance_admin", "new duty"}));

    const auto second = changes_.change_role(a_context(), {}, id, {"read_only", "support_admin", "another idea"});

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "staff.changed");
    EXPECT_EQ(actions().back(), "staff.role_changed");
    EXPECT_EQ(actions().size(), 3U);
}

TEST_F(StaffChangesTest, AResetEndsTheSessionsAndChangesThePassword) {
    start();
    const auto id = add_staff("a@example.com", "super_admin");
    sign_in("a@example.com");
    ASSERT_TRUE(who());

    const auto login = changes_.reset_password(a_context(), {}, id);

    EXPECT_FALSE(who());
    EXPECT_EQ((*find_staff(*database_, a_context(), id))->password_hash, "hash:" + login->password.reveal());
}

TEST_F(StaffChangesTest, NobodyIsNotFound) {
    EXPECT_EQ(changes_.disable(a_context(), {}, "nobody", "").error().code, "staff.not_found");
}

TEST_F(StaffChangesTest, TheCommandsPrintThePasswordOnALineOfItsOwn) {
    start();
    sdk::CommandArguments arguments;
    arguments.options = {{"--email", "nimal@example.com"}, {"--role", "support_admin"}};
    const auto created = host_.run_command("staff create", arguments);
    ASSERT_TRUE(created);
    EXPECT_THAT(created->result.get<std::string>(), ::testing::HasSubstr("\npassword: "));

    sdk::CommandArguments whom;
    whom.positional = {"Nimal@example.com"};
    EXPECT_TRUE(host_.run_command("staff reset", whom));
    whom.positional = {"nobody@example.com"};
    EXPECT_EQ(host_.run_command("staff reset", whom).error().code, "staff.not_found");
}

}  // namespace
}  // namespace whatsflow::admin
