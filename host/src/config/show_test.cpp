#include "config/show.hpp"
#include "config/core_keys.hpp"
#include "config/secret_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>

namespace whatsflow::config {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string read_file(const std::string& path) {
    std::ifstream stream{path};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

TEST(Show, NamesTheSourceOfEachKeyAndMasksPasswords) {
    const auto configuration = load_text(
        "[database]\nurl = \"mysql://wf:hunter2@db:3306/wf\"\n"
        "[plugins.stripe]\nsecret_key = \"sk_live_1\"\nmode = \"live\"\n",
        {.environment = {{"WHATSFLOW__LOG__LEVEL", "debug"}}});
    ASSERT_TRUE(configuration);

    const auto text = show_toml(*configuration);

    EXPECT_THAT(text, HasSubstr("database.url = \"mysql://wf:***@db:3306/wf\"  # file"));
    EXPECT_THAT(text, HasSubstr("log.level = \"debug\"  # environment"));
    EXPECT_THAT(text, HasSubstr("sites.app.url = \"http://localhost:2153\"  # default"));
    EXPECT_THAT(text, HasSubstr("\"mode\" = \"live\""));
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
    EXPECT_THAT(text, Not(HasSubstr("sk_live_1")));
    EXPECT_THAT(show(*configuration).dump(), Not(HasSubstr("hunter2")));
}

TEST(Show, PasswordsInAddressesAreReplacedAndNothingElse) {
    EXPECT_EQ(without_url_password("mysql://u:p:w@h:1/d"), "mysql://u:***@h:1/d");
    EXPECT_EQ(without_url_password("mysql://u:p@w@h:1/d"), "mysql://u:***@h:1/d");
    EXPECT_EQ(without_url_password("redis://h:6379/0"), "redis://h:6379/0");
    EXPECT_EQ(without_url_password("sqlite:whatsflow.db"), "sqlite:whatsflow.db");
    EXPECT_EQ(without_url_password("redis://:p@h/0"), "redis://:***@h/0");
}

TEST(Show, KeysThatASchemaCallsSecretAreMaskedAtAnyDepth) {
    const auto schema = nlohmann::json::parse(R"({"properties":{
        "a":{"type":"string","secret":true},"b":{"type":"string"},
        "c":{"properties":{"d":{"type":"array","secret":true}}}}})");

    EXPECT_EQ(mask_secrets(schema, {{"a", "x"}, {"b", "y"}, {"c", {{"d", {"z"}}}}}),
              (nlohmann::json{{"a", "***"}, {"b", "y"}, {"c", {{"d", "***"}}}}));
}

TEST(Show, ASecretThatIsNotSetIsNotMasked) {
    const auto schema = nlohmann::json::parse(R"({"properties":{
        "a":{"type":"string","secret":true},"b":{"type":"array","secret":true}}})");

    const nlohmann::json nothing{{"a", ""}, {"b", nlohmann::json::array()}};
    EXPECT_EQ(mask_secrets(schema, nothing), nothing);
}

TEST(DocumentedDefaults, TheFileInTheTreeIsWhatTheTableSays) {
    EXPECT_EQ(read_file(WF_SOURCE_DIR "/config/whatsflow.toml"), documented_defaults())
        << "write the text above into config/whatsflow.toml";
}

TEST(DocumentedDefaults, WithEveryDefaultSpelledOutItLoadsTheSame) {
    auto text = documented_defaults();
    text = std::regex_replace(text, std::regex{"# ([a-z_]+ = (?!\\(worked))"}, "$1");
    text = std::regex_replace(text, std::regex{"(secret_key|mode) = [^\n]*\n"}, "\n");
    const auto spelled_out = load_text(text, {});
    const auto empty = load_text("", {});

    ASSERT_TRUE(spelled_out) << spelled_out.error().message << text;
    ASSERT_TRUE(empty);
    EXPECT_EQ(spelled_out->values, empty->values);
    EXPECT_EQ(spelled_out->sources.at("log.level"), Source::file);
}

TEST(CoreKeys, EachHasADescriptionAndADefaultOfItsOwnType) {
    for (const auto& key : core_keys()) {
        EXPECT_FALSE(key.description.empty()) << key.name;
        EXPECT_TRUE(key.description.ends_with('.')) << key.name;
        if (key.default_json.empty()) continue;
        EXPECT_TRUE(nlohmann::json::accept(key.default_json)) << key.name;
    }
}

class ExampleFile : public testing::TestWithParam<const char*> {};

TEST_P(ExampleFile, Loads) {
    const auto configuration = load({.file = std::string{WF_SOURCE_DIR "/config/"} + GetParam(),
                                     .must_exist = true,
                                     .environment = {{"WHATSFLOW_DATABASE_URL", "mysql://u:p@h:1/n"},
                                                     {"WHATSFLOW_SMTP_URL", "smtps://u:p@h:465"}}});

    EXPECT_TRUE(configuration) << configuration.error().message;
}

INSTANTIATE_TEST_SUITE_P(Config, ExampleFile,
                         testing::Values("whatsflow.toml", "examples/dev.toml", "examples/small.toml",
                                         "examples/prod.toml"));

}  // namespace
}  // namespace whatsflow::config
