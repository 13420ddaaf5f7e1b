#include "supervised.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace whatsflow::conformance {
namespace {

class FolderTest : public ::testing::Test {
protected:
    FolderTest() : folder_(*host_.data_directory()) { std::filesystem::create_directories(folder_ / "migrations"); }

    void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
    bool failed(const Report& report, const std::string& check) {
        return std::ranges::any_of(report.findings(),
                                   [&](const Finding& one) { return one.check == check && !one.passed; });
    }

    sdk::testing::FakeHost host_;
    std::filesystem::path folder_;
    Report report_;
};

TEST_F(FolderTest, WithoutAManifestThereIsNothingToWalk) {
    check_folder(folder_, report_);

    EXPECT_TRUE(failed(report_, "manifest"));
}

TEST_F(FolderTest, AManifestMustSayWhatItWasBuiltFor) {
    write("plugin.json", R"({"id":"Com.Acme","version":"1","status":"great","build":{"digest":"other"}})");

    check_folder(folder_, report_);

    for (const char* check :
         {"manifest.id", "manifest.version", "manifest.sdk", "manifest.library", "manifest.build", "manifest.status"})
        EXPECT_TRUE(failed(report_, check)) << check;
}

TEST_F(FolderTest, ASchemaRefusesUnknownKeysAndExplainsTheKnownOnes) {
    PluginFolder folder;
    folder.schema =
        nlohmann::json::parse(R"({"properties":{"a":{"type":"string"},"b":{"description":"x","default":1}}})");

    check_config_schema(folder, report_);

    EXPECT_TRUE(failed(report_, "config.unknown_keys"));
    EXPECT_TRUE(failed(report_, "config.descriptions"));
    EXPECT_TRUE(failed(report_, "config.defaults"));
}

TEST_F(FolderTest, GoodMigrationsPass) {
    write("migrations/0001_a.sql", "CREATE TABLE x (id VARCHAR(36)); -- not a FLOAT\n");
    write("migrations/0002_b.sqlite.sql", "SELECT 1");
    write("migrations/0002_b.mysql.sql", "SELECT 1");

    check_migrations(folder_ / "migrations", report_);

    EXPECT_EQ(report_.failures(), 0u);
}

TEST_F(FolderTest, AGapAMissingDialectAStrangeNameAndALossyColumnAreFound) {
    write("migrations/0001_a.sql", "CREATE TABLE x (price DECIMAL(10,2))");
    write("migrations/0003_c.mysql.sql", "SELECT 1");
    write("migrations/4_d.sql", "SELECT 1");

    check_migrations(folder_ / "migrations", report_);

    EXPECT_TRUE(failed(report_, "migrations.names"));
    EXPECT_TRUE(failed(report_, "migrations.numbers"));
    EXPECT_TRUE(failed(report_, "migrations.columns"));
}

TEST(Settings, SecretsGetACanaryAndTheRestItsDefault) {
    const auto schema = nlohmann::json::parse(R"({"required":["n"],"properties":{
        "key":{"type":"string","secret":true,"default":""},"mode":{"type":"string","default":"test"},
        "n":{"type":"integer","minimum":5},"given":{"type":"string","default":"x"}}})");

    const auto settings = make_settings(schema, {{"given", "mine"}});

    EXPECT_EQ(settings["key"], "canary-secret-key");
    EXPECT_EQ(settings["mode"], "test");
    EXPECT_EQ(settings["n"], 5);
    EXPECT_EQ(settings["given"], "mine");
    EXPECT_EQ(secrets_of(schema, settings), std::vector<std::string>{"canary-secret-key"});
}

TEST(CardNumber, IsFoundInAnyGrouping) {
    EXPECT_TRUE(has_card_number("paid with 4111111111111111 today"));
    EXPECT_TRUE(has_card_number("4111 1111 1111 1111"));
    EXPECT_TRUE(has_card_number("346781005510225"));
    EXPECT_FALSE(has_card_number("4111111111111112"));
    EXPECT_FALSE(has_card_number("at 1773129600000000"));
    EXPECT_FALSE(has_card_number("0190a5c2-7b1e-7000-8000-000000000001"));
}

TEST_F(FolderTest, ALibraryThatIsNotOneIsReportedAndNotFatal) {
    write("plugin.json", R"({"id":"a","name":"A","vendor":"A","version":"1.0.0","sdk":"*","library":"a.so"})");
    write("a.so", "not a library");
    std::vector<Finding> findings;

    const auto failures = walk_supervised(folder_, {}, std::chrono::seconds(10),
                                          [&](const Finding& finding) { findings.push_back(finding); });

    EXPECT_GE(failures, 1u);
    EXPECT_TRUE(std::ranges::any_of(findings, [](const Finding& one) { return one.check == "load" && !one.passed; }));
}

}  // namespace
}  // namespace whatsflow::conformance
