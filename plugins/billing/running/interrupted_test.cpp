// What happens between two statements: another worker, another tab, a fault. Nothing is done twice,
// and nothing by half.
#include "billing_fixture.hpp"
#include "interrupted_database.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class Interrupted : public testing::Billing {
protected:
    Interrupted() : interrupted_(std::make_shared<testing::InterruptedDatabase>(database_)) {
        database_ = interrupted_;
    }

    /// All there is of one worker, beside the plugin's own.
    struct Worker {
        explicit Worker(sdk::Host& host)
            : transitions(host, {}),
              calls(transitions),
              teller(transitions, calls),
              inbox(teller, transitions, calls) {}
        int read() {
            const auto finished = inbox.work(sdk::testing::a_context(), 10);
            return finished ? *finished : -1;
        }
        Transitions transitions;
        ProviderCalls calls;
        Teller teller;
        Inbox inbox;
    };

    void order_and_pay() {
        ASSERT_EQ(call(sdk::Method::post, "/v1/subscription",
                       {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}})
                      .status(),
                  201);
        ASSERT_EQ(notify({{"id", "paid"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}), 200);
    }
    std::int64_t unbalanced() {
        return count("(SELECT batch_id FROM billing_postings GROUP BY batch_id HAVING SUM(amount) <> 0) x");
    }
    std::string version() {
        const auto row = database_->query_one(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                              "SELECT version FROM billing_accounts");
        return row && *row ? std::to_string((*row)->integer("version")) : "none";
    }
    std::string gift() {
        const auto codes =
            plugin_.books_for_tests().sell_gifts(sdk::testing::a_context(), 1000, "USD", 1, std::nullopt, {});
        EXPECT_TRUE(codes);
        return codes->front();
    }
    auto redeem(const std::string& tenant, const std::string& code) {
        return plugin_.teller_for_tests().redeem_gift(sdk::testing::a_context(), TenantId{tenant}, code, {});
    }

    const std::string other_ = "0190a5b0-0000-7000-8000-000000000002";
    std::shared_ptr<testing::InterruptedDatabase> interrupted_;
};

TEST_F(Interrupted, OfTwoWorkersWhoSawTheSameNoticeOneReadsIt) {
    order_and_pay();
    Worker first(host_), second(host_);
    interrupted_->once_after("SELECT * FROM billing_notices", [&] { EXPECT_EQ(second.read(), 1); });

    EXPECT_EQ(first.read(), 0);

    EXPECT_EQ(bank_.notices_read, 1);
    EXPECT_EQ(count("billing_notices WHERE status = 'done' AND attempts = 1"), 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
}

TEST_F(Interrupted, ANoticeWhoseReaderDiedBeforeTickingItOffIsReadAgainAndCountsOnce) {
    order_and_pay();
    Worker first(host_), second(host_);
    interrupted_->throw_before("UPDATE billing_notices SET status");
    EXPECT_THROW(first.read(), testing::Interruption);
    EXPECT_EQ(count("billing_notices WHERE status = 'received' AND attempts = 1"), 1);

    EXPECT_EQ(second.read(), 0) << "its reader may still be at it";
    EXPECT_EQ(bank_.notices_read, 1);
    host_.time().advance(61s);
    EXPECT_EQ(second.read(), 1);

    EXPECT_EQ(bank_.notices_read, 2);
    EXPECT_EQ(count("billing_notices WHERE status = 'done' AND attempts = 2"), 1);
    EXPECT_EQ(count("billing_payments WHERE status = 'succeeded'"), 1);
    EXPECT_EQ(count("billing_credit_entries"), 0) << "a success that counts twice would be credit";
    EXPECT_EQ(unbalanced(), 0);
}

TEST_F(Interrupted, AFaultAtAnyStepOfANoticeLeavesNothingBehindAndKeepsItAndTheOnesBehindIt) {
    order_and_pay();
    const auto before = version();
    Worker worker(host_);
    int faults = 0;
    for (int n = 1;; ++n) {
        ASSERT_EQ(notify({{"id", "behind-" + std::to_string(n)}, {"type", "other"}}), 200);
        interrupted_->throw_before_change(n);
        ASSERT_GE(worker.read(), 1) << "the notice behind it is read all the same";
        ASSERT_EQ(count("billing_notices WHERE event_id LIKE 'behind-%' AND status = 'ignored'"), n);
        if (count("billing_notices WHERE event_id = 'paid' AND status = 'done'") == 1) break;
        ++faults;
        EXPECT_EQ(count("billing_notices WHERE event_id = 'paid' AND status = 'waiting' AND problem LIKE '%fault%'"),
                  1);
        const auto stored = version();
        if (stored == before) {
            EXPECT_EQ(count("billing_payments WHERE status = 'succeeded'"), 0) << n;
            EXPECT_EQ(count("billing_invoices WHERE state = 'paid'"), 0) << n;
            EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "incomplete") << n;
        }
        EXPECT_EQ(unbalanced(), 0);
        ASSERT_TRUE(database_->execute(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                       "UPDATE billing_notices SET next_try_at = 0, attempts = 0 WHERE status = "
                                       "'waiting'"));
    }
    interrupted_->leave_alone();
    EXPECT_GE(faults, 4) << "the method, the account, the documents, the books";
    EXPECT_EQ(count("billing_payments WHERE status = 'succeeded'"), 1);
    EXPECT_EQ(count("billing_methods"), 1);
    EXPECT_EQ(count("billing_credit_entries"), 0);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
}

TEST_F(Interrupted, AFaultAtAnyStepOfACommandLeavesNothingBehindAndItsKeyFree) {
    order_and_pay();
    jobs();
    const auto before = version();
    Request request;
    request.command = GrantCredit{500, "goodwill", CreditSource::goodwill, std::nullopt, 0};
    request.key = "once";
    const auto act = [&] {
        return plugin_.teller_for_tests().act(sdk::testing::a_context(), TenantId{tenant_}, request, {});
    };
    int faults = 0;
    for (int n = 1;; ++n) {
        interrupted_->throw_before_change(n);
        try {
            const auto done = act();
            ASSERT_TRUE(done) << done.error().message;
            break;
        } catch (const testing::Interruption&) {
            ++faults;
        }
        EXPECT_EQ(version(), before) << n;
        EXPECT_EQ(count("billing_grants"), 0) << n;
        EXPECT_EQ(count("billing_seen_keys WHERE seen_key = 'once'"), 0) << n;
        EXPECT_EQ(count("billing_postings WHERE account = 'goodwill_expense'"), 0) << n;
    }
    interrupted_->leave_alone();
    EXPECT_GE(faults, 4);
    EXPECT_EQ(count("billing_grants"), 1);
    EXPECT_TRUE(act()->changes.repeated);
    EXPECT_EQ(count("billing_grants"), 1);
    EXPECT_EQ(unbalanced(), 0);
}

TEST_F(Interrupted, AGiftThatSomebodyElseTookAMomentAgoGrantsNothing) {
    const auto code = gift();
    interrupted_->once_after("FROM billing_gift_codes", [&] { EXPECT_TRUE(redeem(other_, code)); });

    const auto late = redeem(tenant_, code);

    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "billing.unknown_gift");
    EXPECT_EQ(count("billing_grants"), 1);
    EXPECT_EQ(count("billing_grants WHERE tenant_id = '" + tenant_ + "'"), 0);
    EXPECT_EQ(count("billing_seen_keys WHERE tenant_id = '" + tenant_ + "'"), 0);
    EXPECT_EQ(count("billing_gift_codes WHERE state = 'redeemed' AND redeemed_by = '" + other_ + "'"), 1);
}

TEST_F(Interrupted, AGiftInTwoTabsOfOneTenantGrantsOnce) {
    const auto code = gift();
    interrupted_->once_after("FROM billing_gift_codes", [&] { EXPECT_TRUE(redeem(tenant_, code)); });

    (void)redeem(tenant_, code);

    EXPECT_EQ(count("billing_grants"), 1);
    EXPECT_EQ(plugin_.teller_for_tests().account(sdk::testing::a_context(), TenantId{tenant_})->credit_balance(), 1000);
}

TEST_F(Interrupted, ASpentOrExpiredGiftIsRefusedByName) {
    const auto code = gift();
    ASSERT_TRUE(redeem(tenant_, code));
    for (const auto& who : {tenant_, other_}) {
        const auto again = redeem(who, code);
        ASSERT_FALSE(again) << who;
        EXPECT_EQ(again.error().code, "billing.gift_refused");
    }
    const auto dated =
        plugin_.books_for_tests().sell_gifts(sdk::testing::a_context(), 1000, "USD", 1, LocalDate::of(2026, 3, 12), {});
    host_.time().set(start_of_day(LocalDate::of(2026, 3, 12), "UTC"));
    const auto expired = redeem(tenant_, dated->front());
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().code, "billing.gift_refused");
    EXPECT_EQ(count("billing_grants"), 1);
}

}  // namespace
}  // namespace whatsflow::billing
