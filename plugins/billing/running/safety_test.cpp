// What happens once although it is asked twice, dies half-way, or meets itself.
#include "api/answers.hpp"
#include "billing_fixture.hpp"

#include <thread>

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;

class Safety : public testing::Billing {
protected:
    nlohmann::json order() {
        return {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}};
    }
    std::string kept_answer() {
        const auto row = database_->query_one(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                              "SELECT answer FROM billing_seen_keys WHERE kind = 'command'");
        return row && *row ? (*row)->maybe_text("answer").value_or("null") : "none";
    }
    void execute(const std::string& sql, const sdk::DbValues& values = {}) {
        const auto done = database_->execute(sdk::across_tenants(sdk::testing::a_context(), "test"), sql, values);
        ASSERT_TRUE(done) << done.error().message;
    }
    Books& books() { return plugin_.books_for_tests(); }
    Teller& teller() { return plugin_.teller_for_tests(); }
};

TEST_F(Safety, AnswersAKeyAgainWhenTheProcessThatBeganItIsGone) {
    std::string begun;
    bank_.on_page = [&] { begun = kept_answer(); };
    const auto first = said(call(sdk::Method::post, "/v1/subscription", order(), "k1"));
    ASSERT_NE(begun.find("begun_at"), std::string::npos) << begun;
    execute("UPDATE billing_seen_keys SET answer = ? WHERE kind = 'command'", {begun});
    const auto while_it_may_live = call(sdk::Method::post, "/v1/subscription", order(), "k1");
    EXPECT_EQ(while_it_may_live.status(), 409);
    EXPECT_EQ(while_it_may_live.headers().find("Retry-After"), "10");
    host_.time().advance(61s);
    const auto again = call(sdk::Method::post, "/v1/subscription", order(), "k1");
    EXPECT_EQ(again.status(), 201);
    EXPECT_EQ(said(again)["invoice"]["id"], first["invoice"]["id"]);
    EXPECT_EQ(said(again)["checkout"]["url"], first["checkout"]["url"]);
    EXPECT_EQ(said(again)["subscription"]["id"], first["subscription"]["id"]);
    EXPECT_EQ(said(call(sdk::Method::post, "/v1/subscription", order(), "k1")), said(again));
    EXPECT_EQ(count("billing_invoices"), 1);
    EXPECT_EQ(count("billing_payments"), 1);
}

TEST_F(Safety, OpensThePageOfAnOrderWhoseProcessDiedBeforeItAskedTheProvider) {
    std::string begun;
    bank_.on_page = [&] { begun = kept_answer(); };
    const auto first = said(call(sdk::Method::post, "/v1/subscription", order(), "k1"));
    execute("UPDATE billing_seen_keys SET answer = ? WHERE kind = 'command'", {begun});
    const auto row = database_->query_one(sdk::across_tenants(sdk::testing::a_context(), "test"),
                                          "SELECT id, body FROM billing_payments");
    auto body = nlohmann::json::parse((*row)->text("body"));
    body["status"] = "unknown";
    execute("UPDATE billing_payments SET provider = '', on_page = 0, status = 'unknown', body = ?", {body.dump()});
    host_.time().advance(61s);
    const auto again = said(call(sdk::Method::post, "/v1/subscription", order(), "k1"));
    EXPECT_EQ(again["checkout"]["url"], first["checkout"]["url"]);
    EXPECT_EQ(count("billing_payments WHERE status = 'pending' AND provider = 'bank'"), 1);
    EXPECT_EQ(notify({{"id", "e"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}), 200);
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/subscription"))["status"], "active");
}

TEST(Timestamps, AreInstantsInWritingOrSeconds) {
    const auto at = start_of_day(LocalDate::of(2026, 3, 10), "UTC") + 8h;
    EXPECT_EQ(read_timestamp("2026-03-10T08:00:00Z"), at);
    EXPECT_EQ(read_timestamp("2026-03-10t08:00:00.5z"), at + 500ms);
    EXPECT_EQ(read_timestamp("2026-03-10T13:30:00.123456789+05:30"), at + 123456us);
    EXPECT_EQ(read_timestamp("2026-03-10T03:00:00-05:00"), at);
    EXPECT_EQ(read_timestamp(1773129600), at);
    for (const auto* wrong : {"", "2026-03-10", "2026-03-10T08:00:00", "2026-02-30T08:00:00Z", "2026-03-10T24:00:00Z",
                              "2026-03-10T08:00:00.Z", "2026-03-10T08:00:00Zz", "2026-03-10T08:00:00+0530",
                              "2026-03-10T08:00:00+05:3x", "soon"})
        EXPECT_FALSE(read_timestamp(wrong)) << wrong;
    for (const auto& wrong : {nlohmann::json(-1), nlohmann::json(1.5), nlohmann::json(99'999'999'999'999LL),
                              nlohmann::json(18'446'744'073'709'551'615ULL), nlohmann::json(nullptr)})
        EXPECT_FALSE(read_timestamp(wrong)) << wrong;
}

TEST_F(Safety, GivesTheLastUseOfACouponToOneOfTwo) {
    Coupon coupon;
    coupon.code = "LAST";
    coupon.percent = *read_decimal("20");
    coupon.max_redemptions = 1;
    ASSERT_TRUE(books().publish(sdk::testing::a_context(), coupon, {}));
    std::atomic<int> got{0}, refused{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            Request request;
            request.command = RedeemCoupon{"LAST"};
            const auto done =
                teller().act(sdk::testing::a_context(),
                             TenantId{"0190a5b0-0000-7000-8000-00000000000" + std::to_string(i)}, request, {});
            if (done)
                ++got;
            else if (done.error().code == "billing.coupon_refused")
                ++refused;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(got, 1);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(count("billing_redemptions"), 1);
    EXPECT_EQ(*books().coupon_redemptions(sdk::testing::a_context(), "LAST"), 1);
}

TEST_F(Safety, GrantsAGiftToOneOfManyAndTakesNoCodeWithoutGranting) {
    const auto codes = books().sell_gifts(sdk::testing::a_context(), 1000, "USD", 1, std::nullopt, {});
    ASSERT_TRUE(codes);
    std::atomic<int> got{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            if (teller().redeem_gift(sdk::testing::a_context(),
                                     TenantId{"0190a5b0-0000-7000-8000-00000000000" + std::to_string(i)},
                                     codes->front(), {}))
                ++got;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(got, 1);
    EXPECT_EQ(count("billing_grants"), 1);
    EXPECT_EQ(count("billing_gift_codes WHERE state = 'redeemed'"), 1);
}

TEST_F(Safety, AsksAboutARefundUntilTheBankHasDoneIt) {
    subscribe_and_pay();
    bank_.refunds_take_days = true;
    const auto invoice = said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["id"].get<std::string>();
    Request request;
    request.command = Refund{InvoiceId{invoice}, 1000, true};
    ASSERT_TRUE(teller().act(sdk::testing::a_context(), TenantId{tenant_}, request, {}));
    EXPECT_EQ(count("billing_payments WHERE kind = 'refund' AND status = 'pending'"), 1);
    host_.time().advance(2h);
    jobs();
    EXPECT_EQ(count("billing_payments WHERE kind = 'refund' AND status = 'pending'"), 1);
    bank_.refunds_take_days = false;
    host_.time().advance(25h);
    jobs();
    EXPECT_EQ(count("billing_payments WHERE kind = 'refund' AND status = 'succeeded'"), 1);
    EXPECT_EQ(bank_.refunded.size(), 1U);
}

TEST_F(Safety, SendsARefundThatNobodyGotToSendAndSendsItOnce) {
    subscribe_and_pay();
    const auto invoice = said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["id"].get<std::string>();
    // The crash: the transition is committed, and the process is gone before it asks the bank.
    Transitions transitions(host_, {});
    Request request;
    request.command = Refund{InvoiceId{invoice}, 1000, true};
    const auto step =
        transitions.run(sdk::testing::a_context(), TenantId{tenant_}, wanted_by(request), {},
                        [&](Account& account, const Surroundings& around) { return apply(account, request, around); });
    ASSERT_TRUE(step) << step.error().message;
    EXPECT_EQ(bank_.refund_calls, 0);
    bank_.refunds_unreachable = true;
    host_.time().advance(11min);
    jobs();
    EXPECT_EQ(bank_.refund_calls, 1);
    EXPECT_EQ(count("billing_payments WHERE kind = 'refund' AND status = 'pending'"), 1);
    bank_.refunds_unreachable = false;
    host_.time().advance(25h);
    jobs();
    host_.time().advance(25h);
    jobs();
    EXPECT_EQ(count("billing_payments WHERE kind = 'refund' AND status = 'succeeded'"), 1);
    EXPECT_EQ(bank_.refunded.size(), 1U);
    EXPECT_EQ(bank_.refund_calls, 2);
}

TEST_F(Safety, ChargesWhatNobodyGotToAskForAlsoWhereTheProviderKnowsNoKeys) {
    subscribe_and_pay();
    bank_.knows_keys = false;
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    Transitions transitions(host_, {});
    const auto step =
        transitions.run(sdk::testing::a_context(), TenantId{tenant_}, {}, {},
                        [](Account& account, const Surroundings& around) { return run_due(account, around); });
    ASSERT_TRUE(step) << step.error().message;
    ASSERT_EQ(step->changes.charges.size(), 1U);
    // The crash comes after the provider was written down and before it was asked.
    execute("UPDATE billing_payments SET provider = 'bank', method_id = (SELECT id FROM billing_methods) WHERE id = ?",
            {step->changes.charges[0].payment.text()});
    host_.time().advance(2h);
    jobs();
    EXPECT_EQ(bank_.calls, 1);
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["status"], "paid");
    EXPECT_EQ(count("billing_payments WHERE status = 'declined'"), 0);
}

TEST_F(Safety, ChargesAgainInTheSameWordsWhenNothingWasTaken) {
    subscribe_and_pay();
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h);
    bank_.lost = true;  // and nothing taken
    jobs();
    EXPECT_EQ(count("billing_payments WHERE status = 'unknown'"), 1);
    bank_.lost = false;
    host_.time().advance(6min);
    jobs();
    EXPECT_EQ(said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["status"], "paid");
    EXPECT_EQ(count("billing_payments"), 2) << "one on the page, one for the renewal";
    EXPECT_EQ(bank_.charged.size(), 2U);
}

TEST_F(Safety, ShowsWhatACardIsAlsoWhenItsNoticeDoesNotSay) {
    bank_.cards_unreachable = true;
    subscribe_and_pay();
    EXPECT_EQ(teller().methods(sdk::testing::a_context(), TenantId{tenant_})->at(0).last4, "");
    bank_.cards_unreachable = false;
    ASSERT_EQ(notify({{"id", "again"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}}), 200);
    jobs();
    const auto methods = teller().methods(sdk::testing::a_context(), TenantId{tenant_});
    ASSERT_EQ(methods->size(), 1U) << "the same card";
    EXPECT_EQ(methods->at(0).last4, "4242");
    EXPECT_EQ(methods->at(0).brand, "visa");
}

TEST_F(Safety, TakesLongNoticesWholeAndRefusesEndlessOnes) {
    subscribe_and_pay();
    nlohmann::json notice{{"id", "long"}, {"type", "paid"}, {"reference", bank_.pages.back()}, {"amount", 2900}};
    notice["padding"] = std::string(200'000, 'x');
    EXPECT_EQ(notify(notice), 200);
    EXPECT_EQ(notify(notice), 200);
    EXPECT_EQ(count("billing_notice_parts"), 3);
    jobs();
    EXPECT_EQ(count("billing_notices WHERE event_id = 'long' AND status IN ('done', 'ignored') AND deliveries = 2"), 1);
    notice["id"] = "endless";
    notice["padding"] = std::string(5'000'000, 'x');
    EXPECT_EQ(notify(notice), 413);
    EXPECT_EQ(count("billing_notices WHERE event_id = 'endless'"), 0);
}

class Series : public Safety {
protected:
    nlohmann::json settings_of_test() override {
        return {{"invoice_number", "{year}{month}-{seq:3}"},
                {"credit_note_number", "CN{year}{month}-{seq:3}"},
                {"numbers_restart", "month"}};
    }
    std::string number() {
        EXPECT_EQ(call(sdk::Method::post, "/v1/subscription", order()).status(), 201);
        return said(call(sdk::Method::get, "/v1/invoices"))["data"][0]["number"];
    }
};

TEST_F(Series, IsThatOfTheDocumentsOwnDateOnBothSidesOfMidnight) {
    host_.time().set(start_of_day(LocalDate::of(2026, 4, 1), "UTC") - 1s);
    EXPECT_EQ(number(), "202603-001");
    directory_.time_zone = "Pacific/Auckland";
    tenant_.back() = '2';
    EXPECT_EQ(number(), "202604-001");
    host_.time().advance(2s);
    directory_.time_zone = "America/New_York";
    tenant_.back() = '3';
    EXPECT_EQ(number(), "202603-002");
    directory_.time_zone = "UTC";
    tenant_.back() = '4';
    EXPECT_EQ(number(), "202604-002");
}

}  // namespace
}  // namespace whatsflow::billing
