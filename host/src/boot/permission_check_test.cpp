#include "boot/permission_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::boot {
namespace {

using nlohmann::json;

json row(const char* permission, bool defined, const char* plugin = "crm") {
    return {{"site", "app"}, {"permission", permission}, {"plugin", plugin}, {"permission_defined", defined}};
}

TEST(UndefinedPermissions, AreNamedOnceWithWhoAsksForThem) {
    const auto sentences = undefined_permissions(
        {row("public", true), row("crm.read", false), row("crm.read", false), row("crm.read", false, "reports")});

    ASSERT_EQ(sentences.size(), 1U);
    EXPECT_THAT(sentences[0],
                testing::HasSubstr("Routes of crm, reports on the site app ask for the permission crm.read"));
}

TEST(UndefinedPermissions, AreNoneWhereAllAreDefinedOrNothingIsKnown) {
    EXPECT_TRUE(undefined_permissions(json::array({row("public", true)})).empty());
    EXPECT_TRUE(undefined_permissions(json::array({json{{"site", "app"}, {"permission", "x"}}})).empty());
    EXPECT_TRUE(undefined_permissions(json::array()).empty());
}

}  // namespace
}  // namespace whatsflow::boot
