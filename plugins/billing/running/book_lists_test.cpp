// Lists over all tenants on a real database: what a filter finds, page by page.
#include "billing_fixture.hpp"

namespace whatsflow::billing {
namespace {

class BookLists : public testing::Billing {
protected:
    void SetUp() override {
        testing::Billing::SetUp();
        subscribe_and_pay();
        for (const char last : {'2', '3'}) {
            tenant_.back() = last;
            ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                           {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                          .status(),
                      201);
        }
    }
    Slice<InvoiceRow> find(const InvoiceFilter& filter, const std::string& after = {}, int limit = 50) {
        const auto found = plugin_.books_for_tests().invoices(sdk::testing::a_context(), filter, after, limit);
        EXPECT_TRUE(found) << found.error().message;
        return found ? *found : Slice<InvoiceRow>{};
    }
    static InvoiceFilter where(const std::string& state, const std::string& number = {},
                               std::vector<TenantId> tenants = {}) {
        return {state, {}, number, std::move(tenants), {}};
    }
    TenantId tenant(char last) const {
        auto id = tenant_;
        id.back() = last;
        return TenantId{id};
    }
};

TEST_F(BookLists, InvoicesAreFoundByStateNumberAndTenant) {
    const auto all = find({}).rows;
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].tenant, tenant('3')) << "newest first";
    EXPECT_EQ(find(where("paid")).rows.size(), 1U);
    EXPECT_EQ(find(where("open")).rows.size(), 2U);
    EXPECT_EQ(find(where({}, "INV-")).rows.size(), 3U);
    EXPECT_EQ(find(where({}, all[2].number)).rows.size(), 1U);
    EXPECT_TRUE(find(where({}, "%")).rows.empty());
    EXPECT_TRUE(find(where({}, "_")).rows.empty());
    EXPECT_EQ(find(where({}, "Lotus", {tenant('1'), tenant('2')})).rows.size(), 2U);
    EXPECT_EQ(find(where("open", "Lotus", {tenant('1'), tenant('2')})).rows.size(), 1U);
    EXPECT_EQ(find(where({}, all[2].number, {tenant('1')})).rows.size(), 1U) << "found twice, and there once";
    auto own = where({});
    own.tenant = tenant('2');
    EXPECT_EQ(find(own).rows.size(), 1U);
    own.currency = "LKR";
    EXPECT_TRUE(find(own).rows.empty());
}

TEST_F(BookLists, InvoicesGoOnWhereThePageEnded) {
    const auto first = find(where({}, "INV-"), {}, 2);
    ASSERT_EQ(first.rows.size(), 2U);
    const auto second = find(where({}, "INV-"), first.next, 2);
    ASSERT_EQ(second.rows.size(), 1U);
    EXPECT_EQ(second.next, "");
    EXPECT_EQ(second.rows[0].tenant, tenant('1'));
}

}  // namespace
}  // namespace whatsflow::billing
