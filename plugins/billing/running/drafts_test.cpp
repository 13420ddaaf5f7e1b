// Invoices that wait as drafts, in the database: kept, found, made final once, whoever dies meanwhile.
#include "billing_fixture.hpp"
#include "interrupted_database.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class WaitingDrafts : public testing::Billing {
protected:
    WaitingDrafts() : interrupted_(std::make_shared<testing::InterruptedDatabase>(database_)) {
        database_ = interrupted_;
    }
    nlohmann::json settings_of_test() override { return {{"invoice_grace_days", 3}}; }
    void be_on(int month, int day) {
        host_.time().set(start_of_day(LocalDate::of(2026, month, day), "UTC") + 1h);
        jobs();
    }
    Account account() { return *plugin_.teller_for_tests().account(sdk::testing::a_context(), TenantId{tenant_}); }
    sdk::Result<Outcome> act(const Command& command) {
        return plugin_.teller_for_tests().act(sdk::testing::a_context(), TenantId{tenant_},
                                              {command, {}, {}, std::nullopt, false}, {});
    }
    std::vector<DraftRow> listed(const DraftFilter& filter = {}) {
        auto slice = plugin_.books_for_tests().drafts(sdk::testing::a_context(), filter, {}, 10);
        EXPECT_TRUE(slice) << slice.error().message;
        return slice ? slice->rows : std::vector<DraftRow>{};
    }

    std::shared_ptr<testing::InterruptedDatabase> interrupted_;
};

TEST_F(WaitingDrafts, AreKeptAndListedAndBecomeFinalByThemselves) {
    subscribe_and_pay();
    be_on(4, 10);
    EXPECT_EQ(count("billing_invoices"), 1);
    EXPECT_EQ(bank_.calls, 0);
    const auto rows = listed();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].tenant.text(), tenant_);
    EXPECT_EQ(rows[0].day.text(), "2026-04-10");
    EXPECT_EQ(rows[0].finalise_on.text(), "2026-04-13");
    EXPECT_TRUE(listed({std::vector<TenantId>{}}).empty());
    EXPECT_EQ(listed({std::vector{TenantId{tenant_}}}).size(), 1U);
    const auto one = plugin_.books_for_tests().draft(sdk::testing::a_context(), rows[0].id);
    ASSERT_TRUE(one && *one);
    EXPECT_EQ((*one)->subscription, rows[0].subscription);
    ASSERT_EQ(account().waiting_drafts.size(), 1U);

    be_on(4, 12);
    EXPECT_EQ(count("billing_invoices"), 1);
    be_on(4, 13);
    EXPECT_EQ(count("billing_invoices"), 2);
    EXPECT_EQ(count("billing_waiting_drafts"), 0);
    EXPECT_EQ(bank_.calls, 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["status"], "paid");
    EXPECT_TRUE(listed().empty());
}

TEST_F(WaitingDrafts, AreShownToProgramsThatAskForThem) {
    subscribe_and_pay();
    EXPECT_TRUE(said(call(sdk::Method::get, "/v1/invoices?status=draft"))["data"].empty());
    be_on(4, 10);
    ASSERT_TRUE(act(AdjustDraft{account().waiting_drafts.at(0).id, 700, "by hand"}));
    const auto drafts = said(call(sdk::Method::get, "/v1/invoices?status=draft"));
    ASSERT_EQ(drafts["data"].size(), 1U);
    const auto& draft = drafts["data"][0];
    EXPECT_EQ(draft["id"], account().waiting_drafts.at(0).id.text());
    EXPECT_EQ(draft["status"], "draft");
    EXPECT_EQ(draft["period_from"], "2026-04-10");
    EXPECT_EQ(draft["final_on"], "2026-04-13");
    EXPECT_EQ(draft["total"], 2900 + 700);
    EXPECT_FALSE(draft.contains("number"));
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"].size(), 1U) << "those who do not ask see documents";
    EXPECT_EQ(count("billing_invoices"), 1) << "a look makes nothing final";
    EXPECT_EQ(call(sdk::Method::get, "/v1/invoices?status=paid").status(), 422);
    be_on(4, 13);
    EXPECT_TRUE(said(call(sdk::Method::get, "/v1/invoices?status=draft"))["data"].empty());
}

TEST_F(WaitingDrafts, KeepTheirAdjustmentsAndComeOutAsTheyWereShown) {
    subscribe_and_pay();
    be_on(4, 10);
    const DraftId id{account().waiting_drafts.at(0).id};
    ASSERT_TRUE(act(AdjustDraft{id, 700, "by hand"}));
    ASSERT_TRUE(act(AdjustDraft{id, -100, "and less"}));
    ASSERT_EQ(account().waiting_drafts.at(0).adjustments.size(), 2U);
    const auto shown = plugin_.teller_for_tests().preview(sdk::testing::a_context(), TenantId{tenant_},
                                                          {FinaliseDraft{id}, {}, {}, std::nullopt, false});
    ASSERT_TRUE(shown);
    ASSERT_EQ(shown->invoices.size(), 1U);
    EXPECT_EQ(shown->invoices[0].total, 2900 + 700 - 100);

    const auto done = act(FinaliseDraft{id});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(done->invoices.size(), 1U);
    EXPECT_EQ(done->account.find_invoice(done->invoices[0])->total, shown->invoices[0].total);
    EXPECT_EQ(count("billing_waiting_drafts"), 0);
}

TEST_F(WaitingDrafts, AFaultAtAnyStepOfMakingOneFinalLeavesItWaitingAndTheNextRunMakesItOnce) {
    subscribe_and_pay();
    be_on(4, 10);
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 13), "UTC") + 1h);
    Transitions transitions(host_, {});
    int faults = 0;
    for (int n = 1;; ++n) {
        interrupted_->throw_before_change(n);
        bool died = false;
        try {
            const auto step =
                transitions.run(sdk::testing::a_context(), TenantId{tenant_}, {}, {},
                                [](Account& each, const Surroundings& around) { return run_due(each, around); });
            died = !step;
        } catch (const testing::Interruption&) {
            died = true;
        }
        interrupted_->leave_alone();
        if (!died) break;
        ++faults;
        ASSERT_EQ(count("billing_invoices"), 1) << n;
        ASSERT_EQ(count("billing_waiting_drafts"), 1) << n;
        ASSERT_EQ(count("billing_number_series WHERE name = 'invoice' AND next_number = 2"), 1) << "no number is lost";
    }
    EXPECT_GE(faults, 4);
    EXPECT_EQ(count("billing_invoices"), 2);
    EXPECT_EQ(count("billing_waiting_drafts"), 0);
    EXPECT_EQ(count("billing_number_series WHERE name = 'invoice' AND next_number = 3"), 1);
    // The process died before it asked the bank: the scheduler does.
    for (int i = 0; i < 4; ++i) {
        host_.time().advance(20min);
        jobs();
    }
    EXPECT_EQ(bank_.charged.size(), 2U);
}

TEST_F(WaitingDrafts, UsageOfTheLastPeriodThatAProgramReportsLateLandsOnThem) {
    subscribe_and_pay();
    be_on(4, 11);
    const auto before = plugin_.teller_for_tests().catalogue(sdk::testing::a_context());
    ASSERT_TRUE(before);
    const auto sent =
        call(sdk::Method::post, "/v1/usage",
             {{"events",
               {{{"id", "late-1"}, {"meter", "messages"}, {"quantity", 7}, {"timestamp", "2026-04-09T10:00:00Z"}}}}});
    ASSERT_LT(sent.status(), 300) << said(sent).dump();
    std::int64_t used = 0;
    for (const auto& counter : account().counters)
        if (counter.period.to == LocalDate::of(2026, 4, 10)) used += counter.used;
    EXPECT_EQ(used, 7);
    EXPECT_EQ(account().waiting_drafts.size(), 1U);
}

}  // namespace
}  // namespace whatsflow::billing
