#include "plans.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::landing {
namespace {

using nlohmann::json;

std::string key_itself(std::string_view key) {
    return std::string(key);
}

/// The defaults that the schema gives an operator who sets nothing.
Pricing default_pricing() {
    const auto schema = json::parse(std::ifstream(WF_SOURCE_DIR "/plugins/landing/config.schema.json"));
    json settings;
    for (const auto& [name, property] : schema.at("properties").items()) settings[name] = property.at("default");
    return read_pricing(settings);
}

TEST(Plans, AYearSavesFifteenPercentToTheCent) {
    EXPECT_EQ(yearly_price(2900, 15), 29580);
    EXPECT_EQ(yearly_price(9900, 15), 100980);
    EXPECT_EQ(monthly_share(29580), 2465);
    EXPECT_EQ(monthly_share(100980), 8415);
    EXPECT_EQ(yearly_price(0, 15), 0);
}

TEST(Plans, HalvesAreRoundedUp) {
    EXPECT_EQ(yearly_price(1, 15), 10);     // 10.2
    EXPECT_EQ(yearly_price(5, 15), 51);     // 51
    EXPECT_EQ(yearly_price(25, 17), 249);   // 249
    EXPECT_EQ(yearly_price(125, 37), 945);  // 945
    EXPECT_EQ(yearly_price(1, 12), 11);     // 10.56
    EXPECT_EQ(monthly_share(30), 3);        // 2.5
    EXPECT_EQ(monthly_share(29), 2);        // 2.42
}

TEST(Plans, PricesReadLikePeopleWriteThem) {
    EXPECT_EQ(price_text({2900, "USD"}), "$29");
    EXPECT_EQ(price_text({2465, "USD"}), "$24.65");
    EXPECT_EQ(price_text({100980, "USD"}), "$1,009.80");
    EXPECT_EQ(price_text({250000, "LKR"}), "LKR 2,500");
    EXPECT_EQ(price_text({1500, "JPY"}), "JPY 1,500");
    EXPECT_EQ(price_text({0, "USD"}), "$0");
}

TEST(Plans, TheDefaultsAreTheFourPlansOfThePriceList) {
    const auto pricing = default_pricing();

    ASSERT_EQ(pricing.plans.size(), 4U);
    EXPECT_EQ(pricing.plans[0].monthly_price, 0);
    EXPECT_EQ(pricing.plans[1].monthly_price, 2900);
    EXPECT_EQ(pricing.plans[2].monthly_price, 9900);
    EXPECT_EQ(pricing.plans[3].monthly_price, std::nullopt);
    EXPECT_EQ(pricing.plans[1].messages, 5000);
    EXPECT_EQ(pricing.plans[2].contacts, 10000);
    EXPECT_EQ(pricing.plans[3].devices, -1);
    EXPECT_EQ(pricing.yearly_discount_percent, 15);
    EXPECT_EQ(pricing.trial_days, 7);
    EXPECT_EQ(pricing.trial_messages, 100);
    EXPECT_EQ(pricing.trial_ai_replies, 10);
}

TEST(Plans, SignUpLinksCarryPlanIntervalAndCampaign) {
    const auto cards = plan_cards(default_pricing(), key_itself, "?utm_source=ad");

    EXPECT_EQ(cards[1]["price"]["month"]["path"], "/signup?plan=starter&interval=month&utm_source=ad");
    EXPECT_EQ(cards[1]["price"]["year"]["path"], "/signup?plan=starter&interval=year&utm_source=ad");
    EXPECT_EQ(cards[1]["price"]["year"]["amount"], "$24.65");
    EXPECT_EQ(cards[3]["price"], false);
    EXPECT_EQ(cards[3]["contact_path"], "/contact?topic=sales&plan=enterprise&utm_source=ad");
}

TEST(Plans, OnlyPaidPlansCanBeTried) {
    const auto cards = plan_cards(default_pricing(), key_itself, "");

    EXPECT_EQ(cards[0]["action"], "plans.start_free");
    EXPECT_EQ(cards[1]["action"], "plans.try");
    EXPECT_EQ(cards[3]["action"], "plans.contact_us");
}

TEST(Plans, TheComparisonHasACellForEachPlanInEachRow) {
    const auto groups = comparison(default_pricing(), key_itself);

    ASSERT_EQ(groups.size(), 3U);
    for (const auto& group : groups)
        for (const auto& row : group["rows"]) EXPECT_EQ(row["cells"].size(), 4U) << row["label"];
    EXPECT_EQ(groups[0]["rows"][1]["cells"][2]["text"], "10,000");
    EXPECT_EQ(groups[0]["rows"][0]["cells"][3]["text"], "plans.unlimited");
    EXPECT_EQ(groups[1]["rows"][2]["cells"][0]["no"], true);
}

sdk::ListedPrices a_live_list() {
    sdk::ListedPlan starter;
    starter.code = "starter";
    starter.name = "Start";
    starter.trial_days = 14;
    starter.prices = {{"month", {3000, "USD"}}, {"year", {32400, "USD"}}, {"month", {900000, "LKR"}}};
    starter.limits = {{"messages", "Messages", 7000}, {"contacts", "Contacts", std::nullopt}};
    starter.trial_limits = {{"messages", "Messages", 50}};
    starter.features = {"broadcasts"};
    sdk::ListedPlan extra;
    extra.code = "extra";
    extra.name = "Extra";
    extra.prices = {{"year", {120000, "USD"}}};
    sdk::ListedPrices list;
    list.currencies = {"USD", "LKR"};
    list.plans = {starter, extra};
    return list;
}

TEST(LivePrices, TakeThePlaceOfTheSettingsAndKeepTheirWords) {
    const auto pricing = with_live_prices(default_pricing(), a_live_list(), "");

    ASSERT_EQ(pricing.plans.size(), 2U);
    EXPECT_EQ(pricing.plans[0].name, "Start");
    EXPECT_EQ(pricing.plans[0].tagline, default_pricing().plans[1].tagline);
    EXPECT_EQ(pricing.plans[0].monthly_price, 3000);
    EXPECT_EQ(pricing.plans[0].messages, 7000);
    EXPECT_EQ(pricing.plans[0].contacts, -1);
    EXPECT_TRUE(pricing.plans[0].broadcasts);
    EXPECT_EQ(pricing.trial_days, 14);
    EXPECT_EQ(pricing.trial_messages, 50);
    EXPECT_EQ(pricing.yearly_discount_percent, 10);
    EXPECT_EQ(pricing.plans[1].tagline, "");
}

TEST(LivePrices, AreInTheCurrencyOfTheVisitorIfAnythingIsSoldInIt) {
    EXPECT_EQ(with_live_prices(default_pricing(), a_live_list(), "LKR").plans[0].monthly_price, 900000);
    EXPECT_EQ(with_live_prices(default_pricing(), a_live_list(), "LKR").plans[1].monthly_price, std::nullopt);
    EXPECT_EQ(with_live_prices(default_pricing(), a_live_list(), "<b>").currency, "USD");
    auto only_rupees = a_live_list();
    only_rupees.currencies = {"LKR"};
    EXPECT_EQ(with_live_prices(default_pricing(), only_rupees, "USD").currency, "LKR");
}

TEST(LivePrices, APlanIsOfferedOnlyByTheIntervalsItIsSoldAt) {
    const auto rupees = plan_cards(with_live_prices(default_pricing(), a_live_list(), "LKR"), key_itself, "");
    EXPECT_EQ(rupees[0]["price"]["year"]["path"], "/signup?plan=starter&interval=month");
    EXPECT_EQ(rupees[1]["price"], false);
    const auto dollars = plan_cards(with_live_prices(default_pricing(), a_live_list(), "USD"), key_itself, "");
    EXPECT_EQ(dollars[1]["price"]["month"]["path"], "/signup?plan=extra&interval=year");
    EXPECT_EQ(dollars[1]["price"]["month"]["note"], "plans.billed_once_a_year");
}

TEST(Numbers, AreGroupedByThousands) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(grouped(-1234), "-1,234");
}

}  // namespace
}  // namespace whatsflow::landing
