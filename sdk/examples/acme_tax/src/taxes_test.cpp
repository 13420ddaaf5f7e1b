#include "taxes.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace acmetax {
namespace {

sdk::TaxRequest to(const std::string& region, std::int64_t amount) {
    sdk::TaxRequest request;
    request.currency = "CAD";
    request.day = "2026-03-10";
    request.buyer.country = "CA";
    request.buyer.region = region;
    request.lines = {{sdk::TaxableKind::plan, "starter", amount}};
    return request;
}

TEST(Taxes, AreRoundedEachByItself) {
    Taxes taxes(false);
    const auto quebec = taxes.taxes(sdk::testing::a_context(), to("QC", 2900));
    ASSERT_TRUE(quebec);
    const auto& parts = quebec->at(0).parts;
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].name + " " + parts[0].percent, "GST 5");
    EXPECT_EQ(parts[0].amount, 145);
    EXPECT_EQ(parts[1].name + " " + parts[1].percent, "QST 9.975");
    EXPECT_EQ(parts[1].amount, 289);
}

TEST(Taxes, AreWithinPricesThatIncludeThem) {
    Taxes taxes(false);
    auto request = to("ON", 11300);
    request.prices_include_tax = true;
    EXPECT_EQ(taxes.taxes(sdk::testing::a_context(), request)->at(0).parts.at(0).amount, 1300);
}

TEST(Taxes, OfAnUnknownProvinceAreRefusedUnlessTheFederalOneWillDo) {
    Taxes strict(false), lenient(true);
    EXPECT_EQ(strict.taxes(sdk::testing::a_context(), to("", 100)).error().code, "tax.refused");
    EXPECT_EQ(strict.taxes(sdk::testing::a_context(), to("XX", 100)).error().code, "tax.refused");
    EXPECT_EQ(lenient.taxes(sdk::testing::a_context(), to("", 100))->at(0).parts.size(), 1U);
    auto abroad = to("", 100);
    abroad.buyer.country = "LK";
    EXPECT_TRUE(strict.taxes(sdk::testing::a_context(), abroad)->at(0).parts.empty());
}

}  // namespace
}  // namespace acmetax
