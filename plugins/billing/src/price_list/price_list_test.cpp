// What strangers see of the catalogue, and what not.
#include "price_list.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

const LocalDate kListDay = LocalDate::of(2026, 3, 10);

Catalogue a_shop() {
    Plan starter;
    starter.code = "starter";
    starter.name = "Starter";
    starter.trial_days = 7;
    starter.limits = {{"messages", 5000}, {"seats", std::nullopt}};
    starter.features = {{"assistant", true}, {"broadcasts", false}};
    const auto soon = kListDay.plus_days(1);
    starter.prices = {{"USD", {}, {{1, 2900, LocalDate{}, {}}, {2, 3900, soon, {}}}},
                      {"LKR", {IntervalUnit::year, 1}, {{1, 900, LocalDate{}, {}}}},
                      {"EUR", {}, {{1, 2700, soon, {}}}}};
    auto old = starter;
    old.code = "old";
    old.retired = true;
    Plan enterprise;
    enterprise.code = "enterprise";
    Meter messages;
    messages.code = "messages";
    messages.name = "Messages";
    Catalogue shop;
    shop.plans = {old, starter, enterprise};
    shop.meters = {messages};
    return shop;
}

TEST(PriceList, HasWhatNewSubscribersPayToday) {
    const auto list = listed_prices(a_shop(), kListDay);

    ASSERT_EQ(list.plans.size(), 2U);
    EXPECT_EQ(list.plans[0].code, "starter");
    ASSERT_EQ(list.plans[0].prices.size(), 2U);
    EXPECT_EQ(list.plans[0].prices[0].amount, (sdk::Money{2900, "USD"}));
    EXPECT_EQ(list.plans[0].prices[1].interval, "year");
    EXPECT_EQ(listed_prices(a_shop(), kListDay.plus_days(1)).plans[0].prices[0].amount.minor, 3900);
}

TEST(PriceList, NamesOnlyCurrenciesInWhichSomethingIsSoldYet) {
    EXPECT_EQ(listed_prices(a_shop(), kListDay).currencies, (std::vector<std::string>{"USD", "LKR"}));
    EXPECT_EQ(listed_prices(a_shop(), kListDay.plus_days(1)).currencies.size(), 3U);
}

TEST(PriceList, SaysWhatIsIncludedByNameAndWhatIsUnlimited) {
    const auto plan = listed_prices(a_shop(), kListDay).plans[0];

    EXPECT_EQ(plan.limits[0].name, "Messages");
    EXPECT_EQ(plan.limits[0].most, 5000);
    EXPECT_EQ(plan.limits[1].most, std::nullopt);
    EXPECT_EQ(plan.features, std::vector<std::string>{"assistant"});
}

TEST(PriceList, APlanByAgreementHasNoPrice) {
    EXPECT_TRUE(listed_prices(a_shop(), kListDay).plans[1].prices.empty());
}

}  // namespace
}  // namespace whatsflow::billing
