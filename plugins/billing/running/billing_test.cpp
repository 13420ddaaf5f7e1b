// The plugin on a real database: what is saved is what was decided, and money moves once.
#include "billing_fixture.hpp"

#include "document_check.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;
using testing::Billing;

TEST_F(Billing, SubscribesOnAPageAndIsActiveWhenTheNoticeSaysSo) {
    const auto answer = subscribe_and_pay();
    EXPECT_EQ(answer["subscription"]["status"], "incomplete");
    EXPECT_EQ(answer["invoice"]["total"], 2900);
    EXPECT_EQ(answer["checkout"]["provider"], "bank");
    const auto invoice = said(call(sdk::Method::get, "/v1/invoices/" + answer["invoice"]["id"].get<std::string>()));
    EXPECT_EQ(invoice["status"], "paid");
    EXPECT_EQ(invoice["amount_paid"], 2900);
    EXPECT_EQ(invoice["payments"][0]["status"], "succeeded");
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
    EXPECT_EQ(count("billing_methods"), 1);
}

TEST_F(Billing, GrantsNothingBeforeItIsPaid) {
    EXPECT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", "starter"}, {"provider", "bank"}, {"trial", false}})
                  .status(),
              201);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/entitlements"))["features"], nlohmann::json::object());
    ASSERT_EQ(notify({{"id", "e"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}), 200);
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/entitlements"))["features"]["assistant"], true);
}

TEST_F(Billing, TakesNoMoneyOfAnotherCurrencyForThatOfTheInvoice) {
    const auto made = said(call(sdk::Method::post, "/v1/subscription",
                                {{"plan", "starter"}, {"provider", "bank"}, {"trial", false}}));
    ASSERT_EQ(notify({{"id", "e"},
                      {"type", "paid"},
                      {"reference", bank_.pages.back()},
                      {"amount", 2900},
                      {"currency", "LKR"}}),
              200);
    bank_.charged.clear();  // asked again, the bank knows of no dollars
    jobs();
    const auto invoice = said(call(sdk::Method::get, "/v1/invoices/" + made["invoice"]["id"].get<std::string>()));
    EXPECT_EQ(invoice["status"], "open");
    EXPECT_EQ(invoice["amount_paid"], 0);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/entitlements"))["features"], nlohmann::json::object());
}

TEST_F(Billing, AnswersARepeatedKeyWithTheSameWordsAndAnotherBodyWithA422) {
    const auto first = subscribe_and_pay();
    const auto again = call(sdk::Method::post, "/v1/subscription",
                            {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}}, "k1");
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(said(again), first);
    EXPECT_EQ(
        call(sdk::Method::post, "/v1/subscription", {{"plan", "professional"}, {"interval", "month"}}, "k1").status(),
        422);
    EXPECT_EQ(count("billing_invoices"), 1);
}

TEST_F(Billing, RenewsOnceWhateverTheNumberOfRunsAndKeepsTheBooksBalanced) {
    subscribe_and_pay();
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    jobs();
    jobs();
    EXPECT_EQ(count("billing_invoices"), 2);
    EXPECT_EQ(bank_.charged.size(), 2U);  // on the page, and by us
    EXPECT_EQ(count("(SELECT batch_id FROM billing_postings GROUP BY batch_id HAVING SUM(amount) <> 0) x"), 0);
    const auto list = said(call(sdk::Method::get, "/v1/invoices"))["data"];
    EXPECT_EQ(list[0]["number"], "INV-000002");
    EXPECT_EQ(list[0]["status"], "paid");
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL"), 0);
}

TEST_F(Billing, AsksAgainByTheSameKeyWhenTheAnswerWasLost) {
    subscribe_and_pay();
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    bank_.lost = bank_.taken_although_lost = true;
    jobs();
    EXPECT_EQ(count("billing_payments WHERE status = 'unknown'"), 1);
    bank_.lost = false;
    host_.time().advance(6min);
    jobs();
    EXPECT_EQ(count("billing_payments WHERE status = 'unknown'"), 0);
    EXPECT_EQ(bank_.charged.size(), 2U);  // on the page, and by us
    EXPECT_EQ(bank_.calls, 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["status"], "paid");
}

TEST_F(Billing, FindsAChargeThatNobodyAskedForAfterACrashAndAsksForIt) {
    subscribe_and_pay();
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    // The crash: the transition is committed, and the process is gone before it asks the bank.
    Transitions transitions(host_, {});
    const TenantId tenant{tenant_};
    const auto step =
        transitions.run(sdk::testing::a_context(), tenant, {}, {},
                        [](Account& account, const Surroundings& around) { return run_due(account, around); });
    ASSERT_TRUE(step) << step.error().message;
    ASSERT_EQ(step->changes.charges.size(), 1U);
    EXPECT_EQ(bank_.calls, 0);
    for (int i = 0; i < 4; ++i) {
        host_.time().advance(20min);
        jobs();
    }
    EXPECT_EQ(bank_.charged.size(), 2U);  // on the page, and by us
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["status"], "paid");
}

TEST_F(Billing, LoadsExactlyWhatItSaved) {
    subscribe_and_pay();
    Transitions transitions(host_, {});
    const TenantId tenant{tenant_};
    for (int day = 0; day < 70; day += 7) {
        host_.time().advance(24h * 7);
        Request usage;
        usage.command = ReportUsage{"messages", 10 + day, "u" + std::to_string(day), std::nullopt};
        const auto step = transitions.run(
            sdk::testing::a_context(), tenant, wanted_by(usage), {},
            [&](Account& account, const Surroundings& around) { return apply(account, usage, around); });
        ASSERT_TRUE(step) << step.error().message;
        const auto loaded = transitions.look(sdk::testing::a_context(), tenant, wanted_by(usage));
        ASSERT_TRUE(loaded);
        auto expected = step->account;
        // Written and not needed again: entries of the balance.
        expected.credit_entries.clear();
        for (const auto& change : difference(expected, loaded->account))
            ADD_FAILURE() << static_cast<int>(change.kind) << " " << change.id;
        jobs();
    }
}

TEST_F(Billing, CountsDeliveriesOfOneNoticeAndRefusesForgedOnes) {
    EXPECT_EQ(notify({{"id", "evt_x"}, {"type", "other"}}), 200);
    EXPECT_EQ(notify({{"id", "evt_x"}, {"type", "other"}}), 200);
    EXPECT_EQ(notify({{"id", "evt_y"}, {"type", "other"}}, "wrong"), 400);
    jobs();
    const auto listed = host_.run_command("webhooks list");
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->result.size(), 1U);
    EXPECT_EQ(listed->result[0]["deliveries"], 2);
    EXPECT_EQ(listed->result[0]["event_id"], "evt_x");
    EXPECT_EQ(listed->result[0]["status"], "ignored");
}

TEST_F(Billing, RefusesWhatIsNotAcceptableFieldByField) {
    const auto answer = call(sdk::Method::post, "/v1/subscription",
                             {{"plan", 7}, {"interval", "fortnight"}, {"provider", "nobody"}, {"colour", "red"}});
    EXPECT_EQ(answer.status(), 422);
    EXPECT_EQ(call(sdk::Method::get, "/v1/invoices/0190a5b0-0000-7000-8000-00000000ffff").status(), 404);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"events", nlohmann::json::array()}}).status(), 422);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "a"}, {"meter", "messages"}}).status(), 404);
}

TEST_F(Billing, ShowsStaffWhatItKeepsAndBalancesTheBooks) {
    subscribe_and_pay();
    Transitions transitions(host_, {});
    ProviderCalls calls(transitions);
    Teller teller(transitions, calls);
    Inbox inbox(teller, transitions, calls);
    Books books(transitions, inbox);
    const auto context = sdk::testing::a_context();
    const auto subscriptions = books.subscriptions(context, {"active", "starter", {}, {}}, {}, 10);
    ASSERT_TRUE(subscriptions) << subscriptions.error().message;
    ASSERT_EQ(subscriptions->rows.size(), 1U);
    EXPECT_TRUE(books.subscription(context, subscriptions->rows[0].id)->has_value());
    const auto payments = books.payments(context, {"succeeded", "charge", "bank", {}}, {}, 10);
    ASSERT_TRUE(payments) << payments.error().message;
    ASSERT_EQ(payments->rows.size(), 1U);
    EXPECT_EQ(payments->rows[0].amount, 2900);
    EXPECT_TRUE(books.failed_payments(context, {}, 10)->rows.empty());
    const auto balance = books.trial_balance(context);
    ASSERT_TRUE(balance);
    EXPECT_TRUE(balance->balanced);
    EXPECT_EQ(balance->balances.at({"USD", LedgerAccount::clearing}), 2900);
    const auto revenue = books.revenue(context, LocalDate::of(2026, 3, 1), LocalDate::of(2026, 4, 1));
    ASSERT_TRUE(revenue) << revenue.error().message;
    ASSERT_EQ(revenue->size(), 1U);
    EXPECT_EQ(revenue->front().new_business, 2900);
    EXPECT_EQ(revenue->front().collected, 2900);
    EXPECT_EQ(books.postings(context, {}, {}, 2)->rows.size(), 2U);
    EXPECT_EQ(books.movements(context, LocalDate::of(2026, 3, 1), LocalDate::of(2026, 4, 1), {}, 9)->rows.size(), 1U);
    const auto codes = books.sell_gifts(context, 1000, "USD", 2, std::nullopt, {});
    ASSERT_TRUE(codes) << codes.error().message;
    const auto redeemed = teller.redeem_gift(context, TenantId{tenant_}, codes->front(), {});
    ASSERT_TRUE(redeemed) << redeemed.error().message;
    EXPECT_EQ(redeemed->account.credit_balance(), 1000);
    EXPECT_FALSE(teller.redeem_gift(context, TenantId{tenant_}, codes->front(), {}));
    Coupon coupon;
    coupon.code = "SAVE";
    coupon.percent = *read_decimal("20");
    EXPECT_EQ(books.publish(context, coupon, {})->version, 1);
    EXPECT_EQ(books.publish(context, coupon, {})->version, 2);
    EXPECT_EQ(books.catalogue_history(context, "coupon", "SAVE")->size(), 2U);
}

TEST_F(Billing, MovesATestClockOnlyWhereNoDocumentIsOfTheRealOne) {
    const TenantId tenant{tenant_};
    Transitions transitions(host_, {});
    ProviderCalls calls(transitions);
    Runner runner(transitions, calls);
    const auto context = sdk::testing::a_context();
    const auto start = start_of_day(LocalDate::of(2026, 1, 31), "UTC");
    ASSERT_TRUE(runner.advance(context, tenant, start));
    subscribe_and_pay();
    const auto ran = runner.advance(context, tenant, start_of_day(LocalDate::of(2026, 4, 1), "UTC"));
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(count("billing_invoices"), 3);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["date"], "2026-03-31");
    EXPECT_EQ(runner.advance(context, tenant, start).error().code, "billing.clock_back");
    tenant_ = "0190a5b0-0000-7000-8000-000000000002";
    ASSERT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", "starter"}, {"trial", false}}).status(), 201);
    EXPECT_EQ(runner.advance(context, TenantId{tenant_}, start).error().code, "billing.not_a_test");
}

TEST_F(Billing, ParksOneAccountThatCannotBeReadAndServesTheOthers) {
    subscribe_and_pay();
    const auto broken = tenant_;
    tenant_ = "0190a5b0-0000-7000-8000-000000000002";
    EXPECT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", "free"}, {"trial", false}}).status(), 201);
    ASSERT_TRUE(database_->execute(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                   "UPDATE billing_subscriptions SET body = '{' WHERE tenant_id = ?", {broken}));
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    jobs();
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL"), 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["period_end"], "2026-05-10");
}

TEST_F(Billing, KnowsWhatALimitAndATaxWouldHaveMeantLastMonth) {
    subscribe_and_pay();
    ASSERT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "a"}, {"meter", "messages"}, {"quantity", 60}}).status(),
              202);
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    jobs();
    FinanceSums sums(host_);
    const auto context = sdk::testing::a_context();
    const auto today = LocalDate::of(2026, 4, 10);
    const auto used = sums.used(context, "messages", today.plus_days(-30), today, 100);
    ASSERT_TRUE(used) << used.error().message;
    ASSERT_EQ(used->size(), 1U);
    EXPECT_EQ(used->front().used, 60);
    EXPECT_EQ(used->front().limit, 5000);
    EXPECT_EQ(used->front().currency, "USD");
    EXPECT_TRUE(sums.used(context, "devices", today.plus_days(-30), today, 100)->empty());
    const auto taxed = sums.taxed(context, "US", LocalDate::of(2026, 3, 1), today.plus_days(1));
    ASSERT_TRUE(taxed) << taxed.error().message;
    ASSERT_EQ(taxed->size(), 1U);
    EXPECT_EQ(taxed->front().invoices, 2);
    EXPECT_EQ(taxed->front().amount, 5800);
    EXPECT_TRUE(sums.taxed(context, "LK", LocalDate::of(2026, 3, 1), today.plus_days(1))->empty());
}

TEST_F(Billing, ListsTrialsByHowTheyStand) {
    const auto tried = [&](int number, const char* plan) {
        tenant_ = "0190a5b0-0000-7000-8000-00000000000" + std::to_string(number);
        EXPECT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", plan}, {"provider", "bank"}}).status(), 201);
    };
    tried(1, "starter");
    host_.time().advance(24h * 5);
    tried(2, "starter");
    tried(3, "professional");
    Books& books = plugin_.books_for_tests();
    const auto context = sdk::testing::a_context();
    const auto standing = [&](std::optional<TrialStanding> wanted, std::optional<std::vector<TenantId>> tenants = {}) {
        const auto today = local_date(host_.clock().now(), "UTC");
        const auto slice = books.trials(context, {wanted, {}, std::move(tenants), today}, {}, 10);
        EXPECT_TRUE(slice) << slice.error().message;
        std::string text;
        for (const auto& row : slice->rows)
            text += std::string(1, row.subscription.tenant.text().back()) + std::string(to_text(row.standing)) + " ";
        return text;
    };
    EXPECT_EQ(standing({}), "3ending 2ending 1ending ");
    EXPECT_EQ(standing(TrialStanding::running), "");
    EXPECT_EQ(standing({}, std::vector{TenantId{tenant_}}), "3ending ");
    // The first trial ends unpaid, the second is paid.
    host_.time().advance(24h * 8);
    jobs();
    const auto invoices = said(call(sdk::Method::get, "/v1/invoices"))["data"];
    ASSERT_EQ(invoices.size(), 1U);
    ASSERT_TRUE(plugin_.teller_for_tests().act(
        context, TenantId{tenant_},
        {MarkPaid{InvoiceId{invoices[0]["id"].get<std::string>()}, "cash"}, {}, {}, {}, false}, {}));
    EXPECT_EQ(standing(TrialStanding::converted), "3converted ");
    EXPECT_EQ(standing(TrialStanding::expired), "2expired 1expired ");
}

TEST_F(Billing, TakesABatchOfUsageOnceForItsKeyAndRefusesAnotherBody) {
    subscribe_and_pay();
    const auto used = [&] {
        return said(call(sdk::Method::get, "/v1/entitlements"))["limits"]["messages"]["used"].get<int>();
    };
    const auto body = nlohmann::json::parse(
        R"({"events":[{"id":"a","meter":"messages","quantity":3},{"id":"b","meter":"messages","quantity":4}]})");
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", body, "batch-1").status(), 202);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", body, "batch-1").status(), 202);
    EXPECT_EQ(used(), 7);
    const auto other = nlohmann::json::parse(R"({"events":[{"id":"c","meter":"messages","quantity":5}]})");
    const auto refused = call(sdk::Method::post, "/v1/usage", other, "batch-1");
    EXPECT_EQ(refused.status(), 422);
    EXPECT_EQ(said(refused)["code"], "billing.key_reused");
    EXPECT_EQ(used(), 7);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", other, std::string(201, 'k')).status(), 422);
}

TEST_F(Billing, TakesUsageOnceAndStopsAtTheLimitOfTheTrial) {
    EXPECT_EQ(call(sdk::Method::post, "/v1/subscription", {{"plan", "starter"}}).status(), 201);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "a"}, {"meter", "messages"}, {"quantity", 60}}).status(),
              202);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "a"}, {"meter", "messages"}, {"quantity", 60}}).status(),
              202);
    const auto limits = said(call(sdk::Method::get, "/v1/entitlements"))["limits"];
    EXPECT_EQ(limits["messages"]["used"], 60);
    EXPECT_EQ(limits["messages"]["limit"], 100);
    EXPECT_EQ(call(sdk::Method::post, "/v1/usage", {{"id", "b"}, {"meter", "messages"}, {"quantity", 41}}).status(),
              402);
}

TEST_F(Billing, DocumentsFollowFromWhatTheySayUntilSomebodyWritesIntoThem) {
    subscribe_and_pay();
    const auto context = sdk::testing::a_context();
    auto check = check_documents(host_, plugin_.teller_for_tests(), context, std::nullopt);
    ASSERT_TRUE(check) << check.error().message;
    EXPECT_EQ(check->accounts, 1);
    EXPECT_EQ(check->invoices, 1);
    EXPECT_TRUE(check->findings.empty());

    const auto all = sdk::across_tenants(context, "test");
    ASSERT_TRUE(database_->execute(all, "UPDATE billing_invoice_lines SET amount = amount + 1"));
    check = check_documents(host_, plugin_.teller_for_tests(), context, TenantId{tenant_});
    ASSERT_TRUE(check);
    EXPECT_EQ(check->findings.size(), 1u) << "what reports add up";
    ASSERT_TRUE(database_->execute(all,
                                   "UPDATE billing_invoice_lines SET amount = amount - 1, body = "
                                   "REPLACE(body, '2900', '2901')"));
    check = check_documents(host_, plugin_.teller_for_tests(), context, TenantId{tenant_});
    ASSERT_TRUE(check);
    EXPECT_GT(check->findings.size(), 1u) << "the document itself";
}

}  // namespace
}  // namespace whatsflow::billing
