#include "json_ld.hpp"

#include <gtest/gtest.h>

namespace whatsflow::landing {
namespace {

using nlohmann::json;

json content_of(const std::string& element) {
    const auto start = element.find('>') + 1;
    return json::parse(element.substr(start, element.rfind('<') - start));
}

TEST(JsonLd, NoTextCanEndTheScriptElement) {
    const json value{{"name", "</script><script>alert(1)</script>"}, {"note", "<!-- & ]]>"}};

    const auto element = script_element(value);

    EXPECT_EQ(element.find("</script>"), element.size() - 9);
    EXPECT_EQ(element.find("<!--"), std::string::npos);
    EXPECT_EQ(element.find('&'), std::string::npos);
    EXPECT_EQ(content_of(element), value);
}

TEST(JsonLd, BrokenUtf8DoesNotThrow) {
    EXPECT_NO_THROW(script_element(json{{"name", "\xff\xfe"}}));
}

TEST(JsonLd, OffersHaveExactPricesAndLeaveOutWhatHasNone) {
    Pricing pricing;
    pricing.currency = "USD";
    pricing.yearly_discount_percent = 15;
    Plan starter;
    starter.name = "Starter";
    starter.monthly_price = 2900;
    starter.year_price = 29580;
    Plan enterprise;
    enterprise.name = "Enterprise";
    pricing.plans = {starter, enterprise};

    const auto offers = product(pricing, "…", "https://example.org")["offers"];

    ASSERT_EQ(offers.size(), 2U);
    EXPECT_EQ(offers[0]["price"], "29.00");
    EXPECT_EQ(offers[1]["price"], "295.80");
    EXPECT_EQ(offers[1]["priceCurrency"], "USD");
}

TEST(JsonLd, QuestionsCarryTheirAnswers) {
    const auto page = faq_page({{"Why?", "Because."}});

    EXPECT_EQ(page["@type"], "FAQPage");
    EXPECT_EQ(page["mainEntity"][0]["name"], "Why?");
    EXPECT_EQ(page["mainEntity"][0]["acceptedAnswer"]["text"], "Because.");
}

TEST(JsonLd, TheOrganisationSaysOnlyWhatIsKnown) {
    const auto bare = organization({"Acme", "", "", "", {}}, "https://example.org");
    EXPECT_FALSE(bare.contains("contactPoint"));
    EXPECT_FALSE(bare.contains("sameAs"));

    const auto full =
        organization({"Acme", "", "a@b.c", "", {{"Mastodon", "https://m.example/@a"}}}, "https://example.org");
    EXPECT_EQ(full["contactPoint"]["email"], "a@b.c");
    EXPECT_EQ(full["sameAs"][0], "https://m.example/@a");
}

}  // namespace
}  // namespace whatsflow::landing
