// Every case of Unleash's public client specification that lies in tests/fixtures.
#include "evaluation.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class SpecificationClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(1'800'000'000'000'000); }
};

std::string specification_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

TEST(UnleashSpecification, EveryCaseIsAnsweredAsWritten) {
    const SpecificationClock clock;
    const std::filesystem::path folder = WF_SOURCE_DIR "/tests/fixtures/unleash-client-specification";
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        const auto file = json::parse(specification_file(entry.path()));
        const auto rules = RuleSet::compile(file["state"]);
        ASSERT_TRUE(rules) << entry.path() << ": " << rules.error().message;
        for (const auto& test : file.value("tests", json::array())) {
            const auto answer =
                evaluate(**rules, test["toggleName"].get<std::string>(), context_from_json(test["context"]), {clock});
            EXPECT_EQ(answer.enabled, test["expectedResult"].get<bool>()) << test["description"];
            ++cases;
        }
        for (const auto& test : file.value("variantTests", json::array())) {
            const auto answer =
                evaluate(**rules, test["toggleName"].get<std::string>(), context_from_json(test["context"]), {clock});
            auto variant = variant_json(answer);
            variant.erase("featureEnabled");
            EXPECT_EQ(variant, test["expectedResult"]) << test["description"];
            ++cases;
        }
    }
    EXPECT_EQ(cases, 102);
}

}  // namespace
}  // namespace whatsflow::flags
