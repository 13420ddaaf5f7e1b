#include "page_models.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace whatsflow::landing {
namespace {

using nlohmann::json;

json read_json(const std::string& path) {
    return json::parse(std::ifstream(WF_SOURCE_DIR "/plugins/landing/" + path));
}

/// A visit with the texts and settings that ship; it remembers texts that are missing.
class PageModels : public testing::Test {
protected:
    PageModels() : texts_(read_json("locales/en.json").at("landing")) {
        json settings;
        const auto schema = read_json("config.schema.json");
        for (const auto& [name, property] : schema.at("properties").items()) settings[name] = property.at("default");
        pricing_ = read_pricing(settings);
    }

    Visit visit(std::string campaign = {}) {
        return {company_, pricing_, "https://example.org", std::move(campaign), [this](std::string_view key) {
                    std::string path = "/" + std::string(key);
                    for (auto& c : path)
                        if (c == '.') c = '/';
                    const json::json_pointer pointer(path);
                    if (texts_.contains(pointer) && texts_[pointer].is_string())
                        return texts_[pointer].get<std::string>();
                    missing_.insert(std::string(key));
                    return std::string(key);
                }};
    }

    std::vector<json> every_page() {
        const auto seen = visit();
        return {home_model(seen), features_model(seen), pricing_model(seen), about_model(seen), contact_model(seen)};
    }

    json texts_;
    Operator company_{"Acme", "", "hello@example.org", "", {}};
    Pricing pricing_;
    std::set<std::string> missing_;
};

TEST_F(PageModels, EveryTextTheyAskForExists) {
    every_page();

    EXPECT_TRUE(missing_.empty()) << *missing_.begin();
}

TEST_F(PageModels, TitlesAndDescriptionsAreUniqueAndOfALengthThatSearchShows) {
    std::set<std::string> titles;
    std::set<std::string> descriptions;
    for (const auto& page : every_page()) {
        EXPECT_TRUE(titles.insert(page["title"]).second) << page["title"];
        EXPECT_TRUE(descriptions.insert(page["description"]).second) << page["description"];
        EXPECT_LE(page["title"].get<std::string>().size(), 65U) << page["title"];
        EXPECT_LE(page["description"].get<std::string>().size(), 165U) << page["description"];
    }
}

TEST_F(PageModels, NoPlaceholderIsLeftInAnyText) {
    for (const auto& page : every_page()) {
        for (const auto* name : {"{days}", "{percent}", "{messages}", "{replies}", "{count}", "{total}", "{saved}"})
            EXPECT_EQ(page.dump().find(name), std::string::npos) << name;
    }
}

TEST_F(PageModels, TheCampaignIsOnTheSignUpAndOnEveryPlan) {
    const auto page = home_model(visit("?utm_source=ad"));

    EXPECT_EQ(page["signup_path"], "/signup?utm_source=ad");
    EXPECT_EQ(page["plans"][1]["price"]["month"]["path"], "/signup?plan=starter&interval=month&utm_source=ad");
}

TEST_F(PageModels, TheQuestionsOnThePageAreTheQuestionsForSearchEngines) {
    const auto page = home_model(visit());

    for (const auto& entry : page["faq"])
        EXPECT_NE(page["json_ld_html"].get<std::string>().find(entry["question"].get<std::string>().substr(0, 20)),
                  std::string::npos);
}

TEST_F(PageModels, TheOperatorShowsOnlyWhatIsSet) {
    const auto page = contact_model(visit());

    EXPECT_EQ(page["operator"]["email"], "hello@example.org");
    EXPECT_EQ(page["operator"]["address"], false);
    EXPECT_EQ(page["has_social"], false);
}

}  // namespace
}  // namespace whatsflow::landing
