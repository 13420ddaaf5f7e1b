#include "config/plugin_section.hpp"
#include "config/json_schema.hpp"
#include "config/nearest_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace whatsflow::config {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const json& schema() {
    static const auto* const value = new json(json::parse(R"({
        "type": "object", "additionalProperties": false, "required": ["api_key"],
        "properties": {
            "api_key": {"type": "string", "secret": true, "description": "Key of the account."},
            "webhook_secrets": {"type": "array", "secret": true, "items": {"type": "string"}, "default": [],
                                "description": "Old and new ones."},
            "mode": {"type": "string", "enum": ["test", "live"], "default": "test", "description": "Which account."},
            "limits": {"type": "object", "additionalProperties": false, "description": "How much.",
                       "properties": {"max": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5,
                                              "description": "Calls at once."}}}
        }})"));
    return *value;
}

Configuration configured(std::string_view toml, Environment environment = {}) {
    auto result = load_text(toml, {.file = "wf.toml", .environment = std::move(environment)});
    if (!result) ADD_FAILURE() << result.error().message;
    return *result;
}

std::string complaint(std::string_view toml, Environment environment = {}) {
    const auto section = plugin_section(configured(toml, std::move(environment)), "com.acme.pay", schema());
    return section ? "" : section.error().message;
}

TEST(PluginSection, FillsInDefaultsAlsoInsideTables) {
    const auto section =
        plugin_section(configured("[plugins.\"com.acme.pay\"]\napi_key = \"k\"\n"), "com.acme.pay", schema());

    ASSERT_TRUE(section);
    EXPECT_EQ(*section,
              (json{{"api_key", "k"}, {"mode", "test"}, {"webhook_secrets", json::array()}, {"limits", {{"max", 5}}}}));
}

TEST(PluginSection, MayBeWrittenWithoutQuotes) {
    const auto section =
        plugin_section(configured("[plugins.com.acme.pay]\napi_key = \"k\"\n"), "com.acme.pay", schema());

    ASSERT_TRUE(section);
    EXPECT_EQ(section->at("api_key"), "k");
}

TEST(PluginSection, TakesOverridesByTheTypeOfTheSchema) {
    const auto section =
        plugin_section(configured("[plugins.\"com.acme.pay\"]\napi_key = \"k\"\n",
                                  {{"WHATSFLOW__PLUGINS__COM_ACME_PAY__API_KEY", "1212345"},
                                   {"WHATSFLOW__PLUGINS__COM_ACME_PAY__LIMITS__MAX", "7"},
                                   {"WHATSFLOW__PLUGINS__COM_ACME_PAY__WEBHOOK_SECRETS", R"(["a","b"])"}}),
                       "com.acme.pay", schema());

    ASSERT_TRUE(section);
    EXPECT_EQ(section->at("api_key"), "1212345");
    EXPECT_EQ(section->at("limits").at("max"), 7);
    EXPECT_EQ(section->at("webhook_secrets"), (json{"a", "b"}));
}

TEST(PluginSection, NeedsNoSectionInTheFile) {
    const auto section =
        plugin_section(configured("", {{"WHATSFLOW__PLUGINS__COM_ACME_PAY__API_KEY", "k"}}), "com.acme.pay", schema());

    EXPECT_TRUE(section);
}

TEST(PluginSection, AnUnknownKeyIsNamedWithPlaceAndNearestKey) {
    EXPECT_EQ(complaint("[plugins.\"com.acme.pay\"]\napi_key = \"k\"\nmoed = \"live\"\n"),
              "wf.toml:3: plugins.com.acme.pay: moed is not a known key; did you mean mode?");
}

TEST(PluginSection, EverythingWrongIsToldAtOnce) {
    const auto message = complaint("[plugins.\"com.acme.pay\"]\nmode = \"fast\"\nlimits = { max = 11 }\n",
                                   {{"WHATSFLOW__PLUGINS__COM_ACME_PAY__API_KEI", "k"}});

    EXPECT_THAT(message,
                AllOf(HasSubstr("wf.toml:2: plugins.com.acme.pay: mode must be a text, one of test, live"),
                      HasSubstr("wf.toml:3: plugins.com.acme.pay: limits.max must be a whole number from 1 to 10"),
                      HasSubstr("api_key is missing"),
                      HasSubstr("WHATSFLOW__PLUGINS__COM_ACME_PAY__API_KEI: the plugin com.acme.pay has no such "
                                "key; did you mean API_KEY?")));
}

TEST(PluginSection, AnOverrideOfTheWrongTypeIsAnError) {
    EXPECT_THAT(complaint("", {{"WHATSFLOW__PLUGINS__COM_ACME_PAY__API_KEY", "k"},
                               {"WHATSFLOW__PLUGINS__COM_ACME_PAY__LIMITS__MAX", "seven"}}),
                "WHATSFLOW__PLUGINS__COM_ACME_PAY__LIMITS__MAX: must be a whole number from 1 to 10");
}

TEST(PluginSection, MessagesNeverHoldTheSecret) {
    EXPECT_THAT(complaint("[plugins.\"com.acme.pay\"]\napi_key = [\"hunter2\"]\n"),
                AllOf(HasSubstr("api_key must be a text"), Not(HasSubstr("hunter2"))));
}

class SecretFile : public testing::Test {
protected:
    SecretFile() : path_(std::filesystem::temp_directory_path() / ("wf-secret-" + std::to_string(::getpid()))) {
        std::ofstream{path_} << "s3cret\n";
        ::chmod(path_.c_str(), 0600);
    }
    ~SecretFile() override { std::filesystem::remove(path_); }

    std::string toml() const { return "[plugins.\"com.acme.pay\"]\napi_key = { file = \"" + path_.string() + "\" }\n"; }

    std::filesystem::path path_;
};

TEST_F(SecretFile, IsReadWithoutItsLastLineBreak) {
    const auto section = plugin_section(configured(toml()), "com.acme.pay", schema());

    ASSERT_TRUE(section);
    EXPECT_EQ(section->at("api_key"), "s3cret");
}

TEST_F(SecretFile, ThatEverybodyMayReadIsRefusedWithTheRemedy) {
    ::chmod(path_.c_str(), 0644);

    EXPECT_THAT(complaint(toml()), AllOf(HasSubstr("wf.toml:2:"), HasSubstr("chmod 600"), Not(HasSubstr("s3cret"))));
}

TEST_F(SecretFile, MayAlsoStandInAList) {
    const auto section = plugin_section(
        configured("[plugins.\"com.acme.pay\"]\napi_key = \"k\"\nwebhook_secrets = [{ env = \"ONE\" }, { file = \"" +
                       path_.string() + "\" }]\n",
                   {{"ONE", "first"}}),
        "com.acme.pay", schema());

    ASSERT_TRUE(section) << section.error().message;
    EXPECT_EQ(section->at("webhook_secrets"), (json{"first", "s3cret"}));
}

TEST(PluginSection, ASectionOfNoPluginIsFound) {
    const auto configuration = configured("[plugins.strpe]\nmode = \"test\"\n[plugins.com.acme.pay]\nmode = \"test\"\n",
                                          {{"WHATSFLOW__PLUGINS__NOBODY__KEY", "1"}});

    EXPECT_THAT(unknown_plugin_sections(configuration, {"stripe", "com.acme.pay"}),
                ElementsAre("wf.toml:1: no plugin is called strpe; did you mean stripe?",
                            "WHATSFLOW__PLUGINS__NOBODY__KEY: no plugin is called so; remove it"));
}

TEST(SchemaProblems, AGoodSchemaHasNone) {
    EXPECT_THAT(schema_problems(schema()), IsEmpty());
}

TEST(SchemaProblems, NamesEachKeyWithoutDescriptionAndEachOpenTable) {
    const auto problems = schema_problems(json::parse(R"({"type":"object","properties":{
        "a":{"type":"string"},"b":{"type":"integer","description":"B.","default":"x"}}})"));

    EXPECT_THAT(problems, ElementsAre(HasSubstr("additionalProperties"), "a needs a description",
                                      "b has a default that its own schema refuses"));
}

TEST(NearestName, FindsSlipsAndNothingFarAway) {
    EXPECT_EQ(nearest_name("threds", {"threads", "queue"}), "threads");
    EXPECT_EQ(nearest_name("prot", {"url", "port"}), "port");
    EXPECT_EQ(nearest_name("colour", {"port", "url"}), std::nullopt);
    EXPECT_EQ(edit_distance("ab", "ba"), 1U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
}

}  // namespace
}  // namespace whatsflow::config
