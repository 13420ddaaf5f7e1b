// What staff changed: kept, sealed, laid over the operator's file.
#include "boot/plugin_choices.hpp"

#include "config/plugin_section.hpp"
#include "security/vault.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace whatsflow::boot {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const json kSchema = json::parse(R"({"type": "object", "additionalProperties": false, "properties": {
    "mode": {"type": "string", "description": "m", "default": "test"},
    "key": {"type": "string", "description": "k", "secret": true},
    "keys": {"type": "array", "description": "ks", "items": {"type": "string"}, "secret": true},
    "limits": {"type": "object", "description": "l", "properties": {
        "most": {"type": "integer", "description": "n", "default": 1},
        "pin": {"type": "string", "description": "p", "secret": true}}}}})");

class KeptChoices : public ::testing::Test {
protected:
    KeptChoices() { fs::create_directories(folder); }
    ~KeptChoices() override { fs::remove_all(folder); }

    std::unique_ptr<PluginChoices> load() {
        auto choices = PluginChoices::load(folder, vault);
        EXPECT_TRUE(choices) << (choices ? "" : choices.error().message);
        return choices ? std::move(*choices) : nullptr;
    }
    std::string text() const {
        std::ifstream stream(folder / "plugins.json");
        std::ostringstream all;
        all << stream.rdbuf();
        return all.str();
    }

    const fs::path folder = fs::path(::testing::TempDir()) /
                            (std::string("choices_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::shared_ptr<sdk::Vault> vault =
        std::make_shared<security::PluginVault>(security::VaultKeys::of_this_process(), "host");
};

TEST_F(KeptChoices, SurviveARestart) {
    ASSERT_TRUE(load()->keep_switch("demo", false));
    ASSERT_TRUE(load()->keep_settings("demo", kSchema, {{"mode", "live"}}));

    const auto again = load();

    EXPECT_EQ(again->switched(), (std::map<std::string, bool>{{"demo", false}}));
    EXPECT_EQ(again->settings("demo"), (json{{"mode", "live"}}));
    ASSERT_TRUE(again->forget_switch("demo"));
    EXPECT_TRUE(load()->switched().empty());
}

TEST_F(KeptChoices, SealSecretsAndShowTheFileToNobodyElse) {
    ASSERT_TRUE(load()->keep_settings("demo", kSchema, {{"key", "hunter2"}, {"limits", {{"pin", "4711"}}}}));

    EXPECT_EQ(text().find("hunter2"), std::string::npos);
    EXPECT_EQ(text().find("4711"), std::string::npos);
    struct stat state {};
    ::stat((folder / "plugins.json").c_str(), &state);
    EXPECT_EQ(state.st_mode & 0777, 0600u);
    EXPECT_EQ(load()->settings("demo")["key"], "hunter2");
    EXPECT_EQ(load()->settings("demo")["limits"]["pin"], "4711");
}

TEST_F(KeptChoices, SealEachSecretOfAList) {
    ASSERT_TRUE(load()->keep_settings("demo", kSchema, {{"keys", {"hunter2", "hunter3"}}}));

    EXPECT_EQ(text().find("hunter"), std::string::npos);
    EXPECT_EQ(load()->settings("demo")["keys"], (json{"hunter2", "hunter3"}));
}

TEST_F(KeptChoices, AreLaidOverTheFileAndLeaveTheRest) {
    const auto configuration = config::load_text("[plugins.demo]\nmode = \"test\"\nkey = \"of the file\"\n", {});
    ASSERT_TRUE(configuration);
    const auto choices = load();
    ASSERT_TRUE(choices->keep_settings("demo", kSchema, {{"mode", "live"}}));
    ASSERT_TRUE(choices->keep_settings("other", kSchema, {{"mode", "x"}}));

    const auto over = choices->over(*configuration);
    const auto tried = choices->over(*configuration, "demo", {{"limits", {{"most", 7}}}});

    EXPECT_EQ(config::written_section(over, "demo"), (json{{"mode", "live"}, {"key", "of the file"}}));
    EXPECT_EQ(config::written_section(over, "other"), (json{{"mode", "x"}}));
    EXPECT_EQ(config::written_section(tried, "demo"),
              (json{{"mode", "test"}, {"key", "of the file"}, {"limits", {{"most", 7}}}}));
}

TEST_F(KeptChoices, RefuseAFileThatCannotBeRead) {
    std::ofstream(folder / "plugins.json") << "{\"switched\": 1";

    const auto choices = PluginChoices::load(folder, vault);

    ASSERT_FALSE(choices);
    EXPECT_NE(choices.error().message.find("plugins.json"), std::string::npos);
}

TEST(KeptSecrets, StayWhenLeftOutOrSentBackMasked) {
    const json kept{{"key", "hunter2"}, {"limits", {{"pin", "4711"}}}};

    const auto left = with_kept_secrets(kSchema, {{"mode", "live"}}, kept);
    const auto masked = with_kept_secrets(kSchema, {{"key", "***"}, {"limits", {{"most", 2}, {"pin", "***"}}}}, kept);
    const auto changed = with_kept_secrets(kSchema, {{"key", "new"}}, kept);
    const auto named = with_kept_secrets(kSchema, {{"key", {{"file", "/etc/shadow"}}}}, kept);

    EXPECT_EQ(*left, (json{{"mode", "live"}, {"key", "hunter2"}, {"limits", {{"pin", "4711"}}}}));
    EXPECT_EQ(*masked, (json{{"key", "hunter2"}, {"limits", {{"most", 2}, {"pin", "4711"}}}}));
    EXPECT_EQ((*changed)["key"], "new");
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error().fields.at(0).field, "key");
    const auto in_a_list = with_kept_secrets(kSchema, {{"keys", {"one", {{"file", "/etc/shadow"}}}}}, kept);
    ASSERT_FALSE(in_a_list);
    EXPECT_EQ(in_a_list.error().fields.at(0).field, "keys");
}

TEST(KeptSecrets, OfTheEntriesOfAListStayWithTheEntryThatHasTheirId) {
    const auto schema = json::parse(R"({"properties": {"providers": {"type": "array", "items": {"type": "object",
        "properties": {"id": {"type": "string"}, "secret": {"type": "string", "secret": true}}}}}})");
    const json in_force{{"providers", {{{"id", "one"}, {"secret", "1"}}, {{"id", "two"}, {"secret", "2"}}}}};

    const auto sent = with_kept_secrets(
        schema,
        {{"providers", {{{"id", "two"}, {"secret", "***"}}, {{"id", "one"}}, {{"id", "new"}, {"secret", "***"}}}}}, {},
        in_force);
    const auto named = with_kept_secrets(
        schema, {{"providers", {{{"id", "one"}, {"secret", {{"file", "/etc/shadow"}}}}}}}, {}, in_force);

    ASSERT_TRUE(sent);
    EXPECT_EQ((*sent)["providers"],
              (json{{{"id", "two"}, {"secret", "2"}}, {{"id", "one"}, {"secret", "1"}}, json{{"id", "new"}}}));
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error().fields.at(0).field, "providers/0/secret");
}

TEST_F(KeptChoices, SealTheSecretsOfTheEntriesOfAList) {
    const auto schema = json::parse(R"({"properties": {"providers": {"type": "array", "items": {"type": "object",
        "properties": {"id": {"type": "string"}, "secret": {"type": "string", "secret": true}}}}}})");
    const json settings{{"providers", {{{"id", "one"}, {"secret", "hunter2"}}}}};
    ASSERT_TRUE(load()->keep_settings("demo", schema, settings));

    EXPECT_EQ(text().find("hunter2"), std::string::npos);
    EXPECT_EQ(load()->settings("demo"), settings);
}

}  // namespace
}  // namespace whatsflow::boot
