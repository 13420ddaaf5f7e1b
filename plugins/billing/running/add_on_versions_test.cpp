// Add-ons keep their versions: neither a new price nor another limit touches what a running period was sold with.
#include "billing_fixture.hpp"

#include "document_check.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class AddOnsSold : public testing::Billing {
protected:
    void SetUp() override {
        testing::Billing::SetUp();
        subscribe_and_pay();
        ASSERT_TRUE(act(AddAddOn{"device", 2}));
        ASSERT_EQ(account().invoices.back().total, 1800);
    }
    sdk::Result<Outcome> act(const Command& command) {
        return plugin_.teller_for_tests().act(context_, TenantId{tenant_}, {command, {}, {}, {}, false}, {});
    }
    Account account() { return *plugin_.teller_for_tests().account(context_, TenantId{tenant_}); }
    AddOn sold() { return *(*plugin_.teller_for_tests().catalogue(context_))->find_add_on("device"); }
    void publish(const AddOn& add_on) {
        ASSERT_TRUE(plugin_.books_for_tests().publish(context_, add_on, {}));
        plugin_.forget_what_is_known();
    }
    void publish_price(Amount amount, std::optional<LocalDate> existing_from) {
        auto next = sold();
        for (auto& price : next.prices)
            price.versions.push_back({price.versions.back().version + 1, amount, start_, existing_from});
        publish(next);
    }
    void reach(LocalDate day) {
        host_.time().set(start_of_day(day, "UTC") + 1h);
        jobs();
    }
    /// Of the newest invoice: what it says of the add-on.
    Amount billed() {
        const auto newest = account().invoices.back();
        for (const auto& line : newest.lines)
            if (line.code == "device" && line.type == LineType::recurring) return line.amount;
        return -1;
    }
    std::int64_t devices() { return *limit_of(catalogue(), *account().live_subscription(), "devices"); }
    const Catalogue& catalogue() {
        catalogue_ = *plugin_.teller_for_tests().catalogue(context_);
        return *catalogue_;
    }

    const sdk::CallContext context_ = sdk::testing::a_context();
    const LocalDate start_ = LocalDate::of(2026, 3, 10);
    std::shared_ptr<const Catalogue> catalogue_;
};

TEST_F(AddOnsSold, ANewPriceNeverTouchesARunningPeriod) {
    const auto documents = account().invoices;
    publish_price(2000, std::nullopt);
    reach(LocalDate::of(2026, 3, 25));
    EXPECT_EQ(account().invoices, documents) << "no line, no credit, no other sum";
    // What is changed within the period is credited at the price that was paid: 18.00 × 16/31 of the days.
    ASSERT_TRUE(act(RemoveAddOn{"device", 1, When::now}));
    const auto lines = account().invoices.back().lines;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].amount, -929);
    EXPECT_EQ(lines[1].amount, 465) << "and one of them goes on at the price it was bought at";
    const auto check = check_documents(host_, plugin_.teller_for_tests(), context_, std::nullopt);
    ASSERT_TRUE(check) << check.error().message;
    EXPECT_TRUE(check->findings.empty()) << "every document follows from what it says";

    reach(LocalDate::of(2026, 4, 10));
    EXPECT_EQ(billed(), 900) << "nor the periods to come, unless the price says so";
}

TEST_F(AddOnsSold, APriceForHoldersBeginsWithTheirNextPeriodAndNotBefore) {
    publish_price(2000, LocalDate::of(2026, 4, 1));
    reach(LocalDate::of(2026, 4, 9));
    EXPECT_EQ(account().invoices.size(), 2U);
    reach(LocalDate::of(2026, 4, 10));
    EXPECT_EQ(billed(), 4000);
}

TEST_F(AddOnsSold, WhatOneAddsStaysAsItWasBoughtUnlessItIsSaidForHoldersToo) {
    const auto before = devices();
    auto next = sold();
    next.adds_to_limits["devices"] = 5;
    publish(next);
    EXPECT_EQ(devices(), before);
    next.for_holders = true;
    publish(next);
    EXPECT_EQ(devices(), before + 8);
}

}  // namespace
}  // namespace whatsflow::billing
