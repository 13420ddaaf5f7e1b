#include "program_fixture.hpp"

#include <whatsflow/sdk/flag_listing.hpp>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

class TwoFlags final : public sdk::FlagListing {
public:
    sdk::Result<std::vector<sdk::ListedFlag>> evaluate_all(const std::string& environment,
                                                           const sdk::FlagContext& context) const override {
        if (is_away) return sdk::fail("plugin.unavailable", "away");
        const bool has_inbox =
            context.attributes.value("country", "") == "LK" || context.attributes.value("company", "") == "acme";
        return std::vector<sdk::ListedFlag>{{"inbox", has_inbox, "", nullptr, "TARGETING_MATCH", 3},
                                            {"theme", true, "dark", {{"ink", "white"}}, environment, 3}};
    }
    bool is_away = false;
};

class FlagsApiTest : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        host_.install_service(sdk::FlagListing::kId, flags_);
    }
    json asked(const json& more = json::object(), const std::string& path = "/flags?v=2") {
        json question{{"api_key", "wf_platform"}, {"distinct_id", "ann"}};
        question.update(more);
        const auto response = ask(sdk::Method::post, path, question.dump());
        EXPECT_EQ(response.status(), 200);
        return json::parse(std::get<std::string>(response.body()));
    }
    TwoFlags flags_;
};

TEST_F(FlagsApiTest, FlagsComeInBothVersionsOfTheProtocol) {
    const auto second = asked({{"person_properties", {{"country", "LK"}}}});
    EXPECT_EQ(second["flags"]["inbox"]["enabled"], true);
    EXPECT_EQ(second["flags"]["theme"]["variant"], "dark");
    EXPECT_EQ(second["flags"]["theme"]["metadata"]["payload"], "{\"ink\":\"white\"}");
    EXPECT_EQ(second["flags"]["theme"]["reason"]["description"], "production") << "the environment of the token";
    EXPECT_EQ(second["errorsWhileComputingFlags"], false);
    const auto first = asked(json::object(), "/decide?v=3");
    EXPECT_EQ(first["featureFlags"], (json{{"inbox", false}, {"theme", "dark"}}));
    EXPECT_EQ(first["featureFlagPayloads"], (json{{"theme", "{\"ink\":\"white\"}"}}));
}

TEST_F(FlagsApiTest, GroupsAreKnownByTheirKindWhereThePersonSaysNothingElse) {
    const json groups{{"company", "acme"}};
    EXPECT_EQ(asked({{"groups", groups}})["flags"]["inbox"]["enabled"], true);
    const auto other = asked({{"groups", groups}, {"person_properties", {{"company", "another"}}}});
    EXPECT_EQ(other["flags"]["inbox"]["enabled"], false);
}

TEST_F(FlagsApiTest, OnlyTheFlagsThatAreAskedForCome) {
    const auto some = asked({{"flag_keys_to_evaluate", {"theme", "another"}}})["flags"];
    EXPECT_EQ(some.size(), 1u);
    EXPECT_TRUE(some.contains("theme"));
}

TEST_F(FlagsApiTest, WithoutFlagsAClientIsToldToKeepWhatItHad) {
    flags_.is_away = true;
    const auto answer = asked();
    EXPECT_EQ(answer["flags"], json::object());
    EXPECT_EQ(answer["errorsWhileComputingFlags"], true);
}

TEST_F(FlagsApiTest, ATokenNeedsAScopeAndItsPages) {
    const auto status = [&](json more, std::vector<std::pair<std::string, std::string>> headers = {}) {
        json question{{"api_key", "wf_platform"}, {"distinct_id", "ann"}};
        question.update(more);
        return post("/flags?v=2", question, headers);
    };
    EXPECT_EQ(status({{"api_key", "wf_unknown"}}), 401);
    EXPECT_EQ(status({{"api_key", "wf_reader"}}), 403);
    EXPECT_EQ(status({{"api_key", "wf_tenant"}}, {{"Origin", "https://other.example"}}), 403);
    EXPECT_EQ(status({{"api_key", "wf_tenant"}}, {{"Origin", "https://shop.example"}}), 200);
    EXPECT_EQ(status({{"distinct_id", ""}}), 400);
}

}  // namespace
}  // namespace whatsflow::analytics
