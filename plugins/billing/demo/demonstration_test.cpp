#include "core/explain.hpp"
#include "running/billing_fixture.hpp"

#include <whatsflow/sdk/demo_data.hpp>

namespace whatsflow::billing::testing {
namespace {

class DemonstrationTest : public Billing {
protected:
    void SetUp() override {
        Billing::SetUp();
        for (int i = 1; i <= 8; ++i) {
            sdk::TenantProfile tenant;
            tenant.id = TenantId{"0190a5b0-0000-7000-8000-00000000000" + std::to_string(i)};
            directory_.all.push_back(tenant);
        }
        directory_.members_of_all.push_back(
            {.id = {}, .email = "owner@shop.example", .name = {}, .role = "owner", .locale = {}});
    }
    std::string load() {
        const auto done = sdk::find_service<sdk::DemoData>(host_).call(&sdk::DemoData::load, sdk::testing::a_context());
        return done ? *done : done.error().code + ": " + done.error().message;
    }
};

TEST_F(DemonstrationTest, LivesSevenLivesOnceAndEveryDocumentOfThemIsRight) {
    EXPECT_EQ(load(), "7 subscriptions with the invoices and payments of their past.");
    EXPECT_EQ(count("billing_subscriptions"), 7);
    const auto invoices = count("billing_invoices");
    EXPECT_GT(invoices, 20);
    EXPECT_EQ(count("billing_invoices WHERE state = 'open'"), 1) << "of the one who does not pay";
    EXPECT_EQ(count("billing_subscriptions WHERE state = 'canceled'"), 1);
    for (const auto& tenant : directory_.all) {
        auto& desk = plugin_.teller_for_tests();
        const auto documents = desk.invoices(sdk::testing::a_context(), tenant.id, {}, 100);
        ASSERT_TRUE(documents);
        for (const auto& row : documents->rows) {
            const auto account = desk.with_invoice(sdk::testing::a_context(), tenant.id, row.id);
            ASSERT_TRUE(account && *account);
            EXPECT_TRUE(verify(**account).empty()) << row.number;
        }
    }
    load();
    EXPECT_EQ(count("billing_invoices"), invoices);
}

TEST_F(DemonstrationTest, LeavesRealTenantsAlone) {
    directory_.members_of_all.front().email = "owner@shop.com";
    EXPECT_EQ(load(), "No demonstration tenant is without a subscription.");
    EXPECT_EQ(count("billing_subscriptions"), 0);
}

}  // namespace
}  // namespace whatsflow::billing::testing
