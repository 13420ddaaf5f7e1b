#include "plugins/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::plugins {
namespace {

using ::testing::HasSubstr;

nlohmann::json smallest() {
    return {
        {"id", "billing"}, {"name", "Billing"}, {"version", "1.4.0"}, {"sdk", ">=0.1 <1"}, {"library", "billing.so"}};
}

std::string mistake_in(const nlohmann::json& document) {
    const auto manifest = read_manifest(document);
    return manifest ? "none" : manifest.error().message;
}

TEST(Manifest, TheSmallestOneHasSensibleDefaults) {
    const auto manifest = read_manifest(smallest());

    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->input_trust, "untrusted");
    EXPECT_EQ(manifest->on_failure, "deny");
    EXPECT_TRUE(manifest->default_enabled);
}

TEST(Manifest, SaysWhatItProvidesAndNeeds) {
    auto document = smallest();
    document["provides"] = {"whatsflow.mailer/1"};
    document["requires"] = {{{"service", "whatsflow.outbox/1"}}, {{"service", "com.acme.geo/2"}, {"optional", true}}};

    const auto manifest = read_manifest(document);

    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->provides, std::vector<std::string>{"whatsflow.mailer/1"});
    ASSERT_EQ(manifest->requires_services.size(), 2u);
    EXPECT_FALSE(manifest->requires_services[0].optional);
    EXPECT_TRUE(manifest->requires_services[1].optional);
}

TEST(Manifest, EachMistakeNamesItsKey) {
    const std::vector<std::tuple<std::string, nlohmann::json, std::string>> mistakes{
        {"id", "Billing", "\"id\" is \"Billing\"; it must be one lower-case word, or a reverse domain"},
        {"id", "../etc", "\"id\" is \"../etc\""},
        {"id", 7, "\"id\" must be a text"},
        {"version", "1.4", "\"version\" is \"1.4\""},
        {"sdk", "soon", "\"sdk\" is \"soon\"; it must be a range"},
        {"library", "../other/evil.so", "\"library\" must be the name of a file in the same folder"},
        {"status", "famous", "\"status\" is \"famous\"; it must be one of stable, beta, experimental"},
        {"provides", "whatsflow.mailer/1", "\"provides\" must be a list"},
        {"provides", {"whatsflow.mailer"}, "it must be a name and a revision"},
        {"requires", {"whatsflow.mailer/1"}, "\"requires\" must be a list of {\"service\": …"},
        {"default_enabled", "yes", "\"default_enabled\" must be true or false"},
        {"colour", "red", "the key \"colour\" is unknown; see sdk/schema/plugin.schema.json"},
    };
    for (const auto& [key, value, sentence] : mistakes) {
        auto document = smallest();
        document[key] = value;
        EXPECT_THAT(mistake_in(document), HasSubstr(sentence)) << document;
    }
    for (const auto* key : {"id", "name", "version", "sdk", "library"}) {
        auto document = smallest();
        document.erase(key);
        EXPECT_EQ(mistake_in(document), "the key \"" + std::string(key) + "\" is missing");
    }
    EXPECT_EQ(mistake_in(nlohmann::json::array()), "it must be one JSON object");
}

TEST(Manifest, AnyBytesAreReadWithoutAnException) {
    for (const std::string text : {"", "null", "[", "{\"id\":{}}", "\xff\xfe", "{\"requires\":[[]]}", "{\"build\":3}"})
        EXPECT_FALSE(parse_manifest(text));
}

TEST(Manifest, IdsAreWordsOrReverseDomains) {
    for (const auto* id : {"stripe", "com.acme.pay", "a-b_c", "x1"}) EXPECT_TRUE(is_plugin_id(id)) << id;
    for (const auto* id : {"", ".", "a..b", "A", "a/b", "1a", "a.", "a b"}) EXPECT_FALSE(is_plugin_id(id)) << id;
}

TEST(Manifest, RangesCompareNumberByNumber) {
    EXPECT_TRUE(*version_in_range("0.1.0", ">=0.1 <1"));
    EXPECT_TRUE(*version_in_range("0.10.0", ">=0.9"));
    EXPECT_FALSE(*version_in_range("1.0.0", ">=0.1 <1"));
    EXPECT_FALSE(*version_in_range("0.1.0", ">0.1.0"));
    EXPECT_TRUE(*version_in_range("0.1.0", "=0.1.0"));
    EXPECT_FALSE(version_in_range("0.1.0", ""));
    EXPECT_FALSE(version_in_range("0.1.0", "~0.1"));
}

/// The schema is what authors' editors read; the reader is what decides.
TEST(Manifest, TheSchemaAndTheReaderKnowTheSameKeys) {
    std::ifstream file(WF_SOURCE_DIR "/sdk/schema/plugin.schema.json");
    const auto schema = nlohmann::json::parse(file);

    for (const auto& [key, property] : schema.at("properties").items()) {
        auto document = smallest();
        if (!document.contains(key)) document[key] = property.at("examples").at(0);
        EXPECT_EQ(mistake_in(document), "none") << key;
        EXPECT_TRUE(property.contains("description")) << key;
    }
    for (const auto* key :
         {"$schema", "id", "name", "version", "vendor", "description", "sdk", "library", "status", "input_trust",
          "on_failure", "provides", "requires", "publishes", "listens", "default_enabled", "build"})
        EXPECT_TRUE(schema.at("properties").contains(key)) << key;
    EXPECT_FALSE(schema.at("additionalProperties").get<bool>());
}

}  // namespace
}  // namespace whatsflow::plugins
