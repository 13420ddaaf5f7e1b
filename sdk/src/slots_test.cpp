#include <whatsflow/sdk/slots.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

TEST(Slots, ANavigationEntryComesBackAsItWent) {
    const NavigationEntry entry{Site::admin, "money", "Coupons", "ticket-percent", "/coupons", "billing.coupons", 40};

    const auto back = NavigationEntry::from(entry.to_contribution());

    EXPECT_EQ(entry.to_contribution().slot, "whatsflow.slot.navigation/1");
    EXPECT_EQ(back.site, Site::admin);
    EXPECT_EQ(back.section, "money");
    EXPECT_EQ(back.label, "Coupons");
    EXPECT_EQ(back.icon, "ticket-percent");
    EXPECT_EQ(back.path, "/coupons");
    EXPECT_EQ(back.permission, "billing.coupons");
    EXPECT_EQ(back.order, 40);
}

TEST(Slots, APageScriptComesBackWithItsAttributes) {
    const PageScript script{Site::landing, "tracker", "/t.js", "marketing", {"https://t.test"}, {{"data-id", "1"}}, 7};

    const auto back = PageScript::from(script.to_contribution());

    EXPECT_EQ(back.source, "/t.js");
    EXPECT_EQ(back.category, "marketing");
    EXPECT_EQ(back.origins, std::vector<std::string>{"https://t.test"});
    ASSERT_EQ(back.attributes.size(), 1u);
    EXPECT_EQ(back.attributes[0].second, "1");
    EXPECT_EQ(back.order, 7);
}

TEST(Slots, ACardSaysHowWideItIsAndKeepsItsDrawing) {
    DashboardCard card;
    card.site = Site::app;
    card.key = "usage";
    card.width = DashboardCard::Width::half;
    card.permission = "app.view";
    card.render = [](const Request&) { return View{"card", {}}; };

    const auto contribution = card.to_contribution();

    EXPECT_EQ(contribution.data["width"], "half");
    EXPECT_EQ(contribution.render(Request{})->name, "card");
}

}  // namespace
}  // namespace whatsflow::sdk
