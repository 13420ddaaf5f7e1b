// Who is on which plan, as other plugins ask for it.
#include "running/sold_plans.hpp"
#include "running/personal_data.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

class PlansOfTenants : public ::testing::Test {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        transitions_.emplace(host_, Numbering{});
        plans_.emplace(*transitions_);
        ASSERT_TRUE(store::seed(*database_, {}, host_.clock().now()));
    }
    void subscribe(const std::string& tenant, const std::string& plan, const std::string& state, int n) {
        const auto done = database_->execute(
            sdk::on_behalf_of(context_, TenantId{tenant}),
            "INSERT INTO billing_subscriptions (id, tenant_id, state, plan, period_unit, quantity, overdue, "
            "started_on, "
            "period_from, period_to, body) VALUES (?, :tenant, ?, ?, 'month', 1, 'none', 0, 0, 30, '{}')",
            {"s" + std::to_string(n), state, plan});
        ASSERT_TRUE(done) << done.error().message;
    }

    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"billing"});
    sdk::testing::FakeHost host_{"billing", WF_SOURCE_DIR "/plugins/billing"};
    std::optional<Transitions> transitions_;
    std::optional<SoldPlans> plans_;
    sdk::CallContext context_ = sdk::testing::a_context();
};

TEST_F(PlansOfTenants, AreThoseOfTheCatalogue) {
    const auto plans = plans_->plans(context_);

    ASSERT_TRUE(plans) << plans.error().message;
    ASSERT_FALSE(plans->empty());
    EXPECT_FALSE(plans->front().name.empty());
}

TEST_F(PlansOfTenants, ArePagedAndLeaveOutWhoIsGoneOrHasNotPaidYet) {
    subscribe("t1", "growth", "active", 1);
    subscribe("t2", "growth", "canceled", 2);
    subscribe("t2", "growth", "trialing", 3);
    subscribe("t3", "growth", "incomplete", 4);
    subscribe("t4", "growth", "past_due", 5);
    subscribe("t5", "starter", "active", 6);

    const auto first = plans_->tenants_on(context_, "growth", "", 2);
    ASSERT_EQ(first->size(), 2U);
    EXPECT_EQ(first->at(0).tenant.text(), "t1");
    EXPECT_EQ(first->at(1).tenant.text(), "t2");
    const auto second = plans_->tenants_on(context_, "growth", first->back().cursor, 2);
    ASSERT_EQ(second->size(), 1U);
    EXPECT_EQ(second->at(0).tenant.text(), "t4");

    const auto asked = plans_->plans_of(context_, {TenantId{"t5"}, TenantId{"t3"}, TenantId{"t2"}});
    ASSERT_EQ(asked->size(), 2U);
    for (const auto& each : *asked) EXPECT_EQ(each.plan, each.tenant.text() == "t5" ? "starter" : "growth");
}

TEST_F(PlansOfTenants, ErasureTakesWaysToPayAndLeavesDocuments) {
    const auto scoped = sdk::on_behalf_of(context_, TenantId{"t1"});
    for (const auto* sql :
         {"INSERT INTO billing_methods (id, tenant_id, provider, digest, token, customer, kind, brand, last4, "
          "exp_month, "
          "exp_year, is_default, created_at) VALUES ('m1', :tenant, 'bank', 'd', 'sealed', 'c', 'card', 'visa', "
          "'4242', "
          "1, 2030, 1, 0)",
          "INSERT INTO billing_invoices (id, tenant_id, n, number, state, currency, issued_on, due_on, total, "
          "amount_paid, amount_due, watched_until, body) VALUES ('i1', :tenant, 1, 'INV-1', 'paid', 'USD', 20000, "
          "20000, 2900, 2900, 0, 0, '{}')"}) {
        const auto added = database_->execute(scoped, sql, {});
        ASSERT_TRUE(added) << added.error().message;
    }
    BillingPersonalData kept(*database_);

    const auto files = kept.export_tenant(context_, TenantId{"t1"});
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_NE(files->at(0).content.find("INV-1"), std::string::npos);
    EXPECT_NE(files->at(1).content.find("4242"), std::string::npos);
    EXPECT_EQ(files->at(1).content.find("sealed"), std::string::npos);
    EXPECT_EQ(*kept.erase_tenant(context_, TenantId{"t2"}), 0);
    EXPECT_EQ(*kept.erase_tenant(context_, TenantId{"t1"}), 1);
    EXPECT_EQ(database_->query(scoped, "SELECT id FROM billing_invoices WHERE tenant_id = :tenant", {})->size(), 1U);
}

}  // namespace
}  // namespace whatsflow::billing
