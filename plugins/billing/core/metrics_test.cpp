// MRR, gifts, referrals and numbers: what no story shows.
#include "engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace whatsflow::billing {
namespace {

TEST(Metrics, NormaliseToAMonthExactly) {
    Account account;
    Subscription subscription;
    subscription.state = SubscriptionState::active;
    subscription.items.push_back(
        {ItemId{"i"}, ItemKind::base, "starter", {IntervalUnit::year, 1}, 1, 29580, 1, false, {}, false});
    account.subscriptions.push_back(subscription);
    EXPECT_EQ(mrr_of(account, {}).rounded(), 2465);
    account.subscriptions[0].items[0].interval = {IntervalUnit::week, 1};
    EXPECT_EQ(mrr_of(account, {}), Fraction(29580 * 52, 12));
    account.subscriptions[0].state = SubscriptionState::trialing;
    EXPECT_TRUE(mrr_of(account, {}).zero());
}

TEST(Metrics, NameTheMovement) {
    const auto kind = [](int before, int after, bool paid) {
        return movement_between({before, 1}, {after, 1}, paid, {})->kind;
    };
    EXPECT_EQ(kind(0, 2900, false), MrrMovementKind::new_business);
    EXPECT_EQ(kind(0, 9900, true), MrrMovementKind::reactivation);
    EXPECT_EQ(kind(2900, 9900, true), MrrMovementKind::expansion);
    EXPECT_EQ(kind(9900, 2900, true), MrrMovementKind::contraction);
    EXPECT_EQ(kind(2900, 0, true), MrrMovementKind::churn);
    EXPECT_FALSE(movement_between({1, 2}, {2, 4}, true, {}));
}

TEST(Gifts, AreRedeemedOnceInTheirCurrencyAndTime) {
    const auto today = LocalDate::of(2026, 3, 10);
    GiftCode gift{"hash", 5000, "USD", GiftState::sold, LocalDate::of(2026, 3, 11)};
    EXPECT_TRUE(check_gift(gift, "USD", today));
    EXPECT_FALSE(check_gift(gift, "LKR", today));
    EXPECT_FALSE(check_gift(gift, "USD", today.plus_days(1)));
    gift.state = GiftState::redeemed;
    EXPECT_FALSE(check_gift(gift, "USD", today));
}

TEST(Numbers, FollowTheirPattern) {
    EXPECT_EQ(number_from({"WF/{year}-{month}/{seq:5}", 42}, LocalDate::of(2026, 3, 10)), "WF/2026-03/00042");
    EXPECT_EQ(number_from({"{seq}", 1234567}, {}), "1234567");
    EXPECT_TRUE(check_number_pattern("INV-{seq:6}"));
    for (const char* wrong : {"INV", "{seq", "{serial}", "{seq:0}", "{year}"})
        EXPECT_FALSE(check_number_pattern(wrong)) << wrong;
}

TEST(Taxes, ComeFromTheTableOfRates) {
    Catalogue catalogue;
    catalogue.tax_rates.push_back(
        {"LK", "VAT", *read_decimal("15"), false, LocalDate::of(2020, 1, 1), LocalDate::of(2024, 1, 1), true});
    catalogue.tax_rates.push_back(
        {"LK", "VAT", *read_decimal("18"), false, LocalDate::of(2024, 1, 1), std::nullopt, true});
    const TaxProfile consumer{"LK", "", false, std::nullopt};
    const TaxProfile business{"LK", "123456789-7000", true, std::nullopt};
    EXPECT_EQ(tax_for(catalogue, consumer, LocalDate::of(2023, 6, 1)).percent, *read_decimal("15"));
    EXPECT_EQ(tax_for(catalogue, consumer, LocalDate::of(2026, 6, 1)).reason, "VAT 18 % (LK)");
    EXPECT_TRUE(tax_for(catalogue, business, LocalDate::of(2026, 6, 1)).percent.zero());
    EXPECT_EQ(tax_for(catalogue, {"SE", "", false, std::nullopt}, {}).reason, "none");
    const TaxProfile without_id{"LK", "", true, std::nullopt};
    EXPECT_EQ(tax_for(catalogue, without_id, LocalDate::of(2026, 6, 1)).percent, *read_decimal("18"));
    const TaxProfile numbered_consumer{"LK", "123456789-7000", false, std::nullopt};
    EXPECT_FALSE(tax_for(catalogue, numbered_consumer, LocalDate::of(2026, 6, 1)).reverse_charge)
        << "a number alone makes no business";
    catalogue.tax_rates.push_back(
        {"LK", "VAT", *read_decimal("20"), false, LocalDate::of(2026, 1, 1), std::nullopt, true});
    EXPECT_EQ(tax_for(catalogue, consumer, LocalDate::of(2026, 6, 1)).percent, *read_decimal("20")) << "the newest";
    std::ranges::rotate(catalogue.tax_rates, catalogue.tax_rates.end() - 1);
    EXPECT_EQ(tax_for(catalogue, consumer, LocalDate::of(2026, 6, 1)).percent, *read_decimal("20"))
        << "wherever it stands";
    catalogue.tax_rates.erase(catalogue.tax_rates.begin());
    catalogue.tax_rates.pop_back();
    EXPECT_EQ(tax_for(catalogue, consumer, LocalDate::of(2023, 12, 31)).percent, *read_decimal("15"));
    EXPECT_EQ(tax_for(catalogue, consumer, LocalDate::of(2024, 1, 1)).reason, "none") << "not on its end day any more";
}

TEST(Taxes, ABusinessWhoseNumberWasLookedUpOwesThemItself) {
    struct Numbered final : IdSource {
        std::string make() override { return std::to_string(++count); }
        int count = 0;
    } ids;
    Catalogue catalogue;
    catalogue.tax_rates.push_back(
        {"SE", "VAT", *read_decimal("25"), false, LocalDate::of(2020, 1, 1), std::nullopt, true});
    Profile profile;
    profile.tenant = TenantId{"t"};
    profile.currency = "EUR";
    profile.tax.country = "SE";
    auto account = *open_account(profile);
    const auto set = [&](SetTaxDetails details) {
        return apply(account, {std::move(details), {}, {}, std::nullopt, false},
                     {catalogue, start_of_day(LocalDate::of(2026, 3, 10), "UTC"), ids});
    };
    const auto terms = [&] { return tax_for(catalogue, account.profile.tax, LocalDate::of(2026, 3, 10)); };
    EXPECT_EQ(terms().percent, *read_decimal("25"));
    ASSERT_TRUE(set({"SE", "", "SE556677889901", true}));
    EXPECT_TRUE(terms().percent.zero());
    EXPECT_TRUE(terms().reverse_charge);
    EXPECT_EQ(set({"SE", "", "SE556677889901", true}).error().code, "billing.no_change");
    for (const SetTaxDetails& wrong : {SetTaxDetails{"se", "", "", false}, SetTaxDetails{"SWE", "", "", false},
                                       SetTaxDetails{"SE", "Skane", "", false}, SetTaxDetails{"SE", "", "se55", false},
                                       SetTaxDetails{"SE", "", std::string(41, '1'), false}})
        EXPECT_EQ(set(wrong).error().code, "billing.bad_tax_details");
    ASSERT_TRUE(set({"SE", "", "", true}));
    EXPECT_FALSE(terms().reverse_charge);
    EXPECT_FALSE(account.profile.tax.tax_id_checked);
}

}  // namespace
}  // namespace whatsflow::billing
