#include "campaign.hpp"

#include <gtest/gtest.h>

namespace whatsflow::landing {
namespace {

sdk::Fields query(std::initializer_list<std::pair<std::string, std::string>> entries) {
    sdk::Fields fields;
    for (const auto& [name, value] : entries) fields.add(name, value);
    return fields;
}

TEST(Signup, LeadsToTheAppWithPlanIntervalAndCampaign) {
    const auto location =
        signup_location("https://app.example",
                        query({{"plan", "starter"}, {"interval", "year"}, {"utm_source", "ad"}, {"utm_x", "1"}}));

    EXPECT_EQ(location, "https://app.example/signup?plan=starter&interval=year&utm_source=ad&utm_x=1");
}

TEST(Signup, WithoutParametersIsTheBareAddress) {
    EXPECT_EQ(signup_location("https://app.example", {}), "https://app.example/signup");
}

TEST(Signup, NothingElseOfTheRequestDecidesWhereItLeads) {
    const auto location =
        signup_location("https://app.example",
                        query({{"next", "https://evil.example"}, {"host", "evil.example"}, {"UTM_source", "x"}}));

    EXPECT_EQ(location, "https://app.example/signup");
}

TEST(Signup, ValuesAreEncodedAgainSoTheyCannotLeaveTheirPlace) {
    const auto location =
        signup_location("https://app.example", query({{"plan", "a&b=c#d"}, {"utm_term", "two words\r\nX: y"}}));

    EXPECT_EQ(location, "https://app.example/signup?plan=a%26b%3Dc%23d&utm_term=two%20words%0D%0AX%3A%20y");
}

TEST(Signup, ValuesInOtherScriptsArriveUnchanged) {
    EXPECT_EQ(signup_location("https://a.example", query({{"utm_campaign", "අ🎉"}})),
              "https://a.example/signup?utm_campaign=%E0%B6%85%F0%9F%8E%89");
}

TEST(Campaign, LinksRepeatOnlyTheCampaign) {
    const auto campaign = campaign_of(query({{"page", "2"}, {"utm_source", "ad"}, {"utm_medium", "e mail"}}));

    EXPECT_EQ(campaign, "?utm_source=ad&utm_medium=e%20mail");
    EXPECT_EQ(with_parameters("/signup", "plan=free", campaign), "/signup?plan=free&utm_source=ad&utm_medium=e%20mail");
    EXPECT_EQ(with_parameters("/signup", "plan=free", ""), "/signup?plan=free");
}

}  // namespace
}  // namespace whatsflow::landing
