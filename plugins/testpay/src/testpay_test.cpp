#include "notice.hpp"
#include "provider.hpp"

#include <test_database.hpp>

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::testpay {
namespace {

using namespace std::chrono_literals;
using sdk::PaymentEventType;
using sdk::PaymentOutcomeClass;
using Types = std::vector<std::string>;

class TestpayTest : public ::testing::Test {
protected:
    TestpayTest() {
        host_.use_database(*database_);
        EXPECT_TRUE(messenger_.start());
        host_.network().answer_always([](const auto&, const auto&) {
            return sdk::Result<sdk::IncomingResponse>(sdk::IncomingResponse{200, {}, ""});
        });
    }

    static sdk::CheckoutRequest a_checkout(bool keeps = false) {
        sdk::CheckoutRequest request;
        request.reference = "INV-1-1-X";
        request.idempotency_key = "INV-1-1";
        request.amount = {2500, "USD"};
        request.return_url = "https://app.test/billing?done";
        request.cancel_url = "https://app.test/billing?canceled";
        request.notify_url = "https://api.test/webhooks/testpay";
        request.save_method = keeps;
        return request;
    }

    static sdk::ChargeRequest a_charge(Behaviour behaviour, const std::string& key = "charge-1") {
        sdk::ChargeRequest request;
        request.reference = "INV-2-1-X";
        request.idempotency_key = key;
        request.amount = {2500, "USD"};
        request.method = make_method(behaviour, "tpc_1", sdk::from_micros(sdk::testing::FakeClock::kStart));
        return request;
    }

    Checkout opened(bool keeps = false) {
        const auto page = provider_.create_checkout(context_, a_checkout(keeps));
        EXPECT_TRUE(page) << page.error().message;
        return **till_.find_checkout(context_, page->session);
    }

    NextStep choose(const Checkout& checkout, Choice choice, Behaviour later = Behaviour::works) {
        const auto fresh = **till_.find_checkout(context_, checkout.id);
        const auto next = outcomes_.choose(context_, fresh, choice, later);
        EXPECT_TRUE(next) << next.error().message;
        return *next;
    }

    /// Every notice that left so far, proven and read.
    std::vector<sdk::PaymentEvent> told() {
        std::vector<sdk::PaymentEvent> events;
        for (const auto& sent : host_.network().requests()) {
            sdk::PaymentNotice notice;
            notice.body = sent.body;
            notice.headers = sent.headers;
            notice.received_at = host_.clock().now();
            const auto read = provider_.read_notice(notice);
            EXPECT_TRUE(read) << read.error().message;
            if (read) events.insert(events.end(), read->begin(), read->end());
        }
        return events;
    }

    Types types_told() {
        Types types;
        for (const auto& event : told()) types.emplace_back(sdk::to_text(event.type));
        return types;
    }

    sdk::PaymentStatus status() { return provider_.lookup(context_, {"INV-1-1-X", ""})->status; }

    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"testpay"});
    sdk::testing::FakeHost host_{"testpay"};
    Till till_{*database_, host_.clock()};
    Messenger messenger_{host_, till_, sdk::Secret{"a secret of the test"}};
    Outcomes outcomes_{host_, till_, messenger_, 10s};
    Provider provider_{till_, outcomes_, messenger_};
    sdk::CallContext context_ = sdk::testing::a_context();
};

TEST_F(TestpayTest, TheSameKeyOpensTheSamePage) {
    const auto first = provider_.create_checkout(context_, a_checkout());
    const auto second = provider_.create_checkout(context_, a_checkout());

    EXPECT_EQ(first->url, second->url);
    EXPECT_EQ(first->url, "https://app.test/testpay/" + first->session);
}

TEST_F(TestpayTest, SuccessPaysOnceHoweverOftenItIsPressed) {
    const auto checkout = opened(true);

    EXPECT_EQ(choose(checkout, Choice::success).url, "https://app.test/billing?done");
    EXPECT_EQ(choose(checkout, Choice::success).kind, NextStep::Kind::already_done);
    EXPECT_EQ(outcomes_.choose(context_, checkout, Choice::success, Behaviour::works)->kind,
              NextStep::Kind::already_done);
    EXPECT_EQ(types_told(), (Types{"checkout.completed", "payment.succeeded", "payment_method.saved"}));
    EXPECT_EQ(status(), sdk::PaymentStatus::succeeded);
    EXPECT_EQ(told().at(1).amount, (sdk::Money{2500, "USD"}));
}

TEST_F(TestpayTest, ADeclineLeavesThePageOpen) {
    const auto checkout = opened();

    EXPECT_EQ(choose(checkout, Choice::decline).kind, NextStep::Kind::stay);
    EXPECT_EQ(status(), sdk::PaymentStatus::not_found);
    choose(checkout, Choice::success);
    EXPECT_EQ(types_told(), (Types{"payment.failed", "checkout.completed", "payment.succeeded"}));
}

TEST_F(TestpayTest, TheBankIsAskedOnASecondPage) {
    const auto checkout = opened();

    EXPECT_EQ(choose(checkout, Choice::approve).kind, NextStep::Kind::already_done);
    EXPECT_EQ(choose(checkout, Choice::challenge).kind, NextStep::Kind::stay);
    EXPECT_EQ(choose(checkout, Choice::success).kind, NextStep::Kind::already_done);
    choose(checkout, Choice::refuse);
    EXPECT_EQ(types_told(), (Types{"payment.failed"}));
    choose(checkout, Choice::challenge);
    EXPECT_EQ(choose(checkout, Choice::approve).kind, NextStep::Kind::leave);
    EXPECT_EQ(status(), sdk::PaymentStatus::succeeded);
}

TEST_F(TestpayTest, ASlowPaymentIsPendingFirst) {
    choose(opened(), Choice::slow);

    EXPECT_EQ(types_told(), (Types{"checkout.pending"}));
    EXPECT_EQ(status(), sdk::PaymentStatus::pending);
    host_.advance(10s);
    EXPECT_TRUE(host_.facilities().jobs.run_all().empty());
    EXPECT_EQ(types_told(), (Types{"checkout.pending", "checkout.completed", "payment.succeeded"}));
    EXPECT_EQ(status(), sdk::PaymentStatus::succeeded);
}

TEST_F(TestpayTest, AnUnknownPaymentIsFoundOnlyByLooking) {
    choose(opened(), Choice::unknown);

    EXPECT_TRUE(told().empty());
    EXPECT_EQ(status(), sdk::PaymentStatus::succeeded);
}

TEST_F(TestpayTest, DuplicatesHaveOneIdentityAndDisorderManyTimes) {
    choose(opened(), Choice::duplicate);
    const auto events = told();
    ASSERT_EQ(events.size(), 4u);
    EXPECT_EQ(events[0].event_id, events[1].event_id);
    EXPECT_EQ(events[2].event_id, events[3].event_id);
    EXPECT_NE(events[0].event_id, events[2].event_id);
}

TEST_F(TestpayTest, OutOfOrderBringsTheFirstLast) {
    choose(opened(), Choice::out_of_order);

    const auto events = told();
    EXPECT_EQ(types_told(), (Types{"payment.succeeded", "checkout.completed", "checkout.pending"}));
    EXPECT_LT(events[2].occurred_at, events[0].occurred_at);
}

TEST_F(TestpayTest, AChargebackFollowsThePayment) {
    choose(opened(), Choice::chargeback);
    EXPECT_EQ(host_.facilities().jobs.waiting().size(), 2u);
    EXPECT_TRUE(host_.facilities().jobs.run_all().empty());

    EXPECT_EQ(types_told(), (Types{"checkout.completed", "payment.succeeded", "dispute.opened", "dispute.closed"}));
    EXPECT_EQ(told().back().dispute, sdk::DisputeResult::lost);
    EXPECT_EQ(status(), sdk::PaymentStatus::disputed);
}

TEST_F(TestpayTest, ANoticeThatNobodyTakesIsTriedAgain) {
    host_.network().answer_always([](const auto&, const auto&) {
        return sdk::Result<sdk::IncomingResponse>(sdk::IncomingResponse{503, {}, ""});
    });
    choose(opened(), Choice::success);
    EXPECT_EQ(host_.facilities().jobs.waiting().size(), 2u);
    EXPECT_EQ(host_.facilities().jobs.run_all().size(), 2u);
    EXPECT_EQ(host_.facilities().jobs.waiting().size(), 2u);
}

TEST_F(TestpayTest, AKeptMethodBehavesAsItWasTold) {
    const auto outcome = [&](Behaviour behaviour) {
        return *provider_.charge(context_, a_charge(behaviour, std::string(to_text(behaviour))));
    };
    EXPECT_TRUE(outcome(Behaviour::works).is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(outcome(Behaviour::poor).decline, sdk::Decline::soft);
    EXPECT_EQ(outcome(Behaviour::stolen).decline, sdk::Decline::hard);
    EXPECT_EQ(outcome(Behaviour::expired).code, "expired_card");
    EXPECT_EQ(outcome(Behaviour::expired).decline, sdk::Decline::hard);
    EXPECT_TRUE(outcome(Behaviour::challenged).is(PaymentOutcomeClass::requires_action));
    EXPECT_TRUE(outcome(Behaviour::slow).is(PaymentOutcomeClass::pending));
    EXPECT_TRUE(outcome(Behaviour::silent).is(PaymentOutcomeClass::unknown));
    EXPECT_TRUE(outcome(Behaviour::disputed).is(PaymentOutcomeClass::succeeded));
    auto foreign = a_charge(Behaviour::works, "foreign");
    foreign.method.token = sdk::Secret{"tok_of_somebody_else"};
    EXPECT_EQ(provider_.charge(context_, foreign)->decline, sdk::Decline::hard);
    EXPECT_LT(make_method(Behaviour::expired, "", host_.clock().now()).exp_year, 2026);
}

TEST_F(TestpayTest, OneKeyChargesOnce) {
    const auto first = provider_.charge(context_, a_charge(Behaviour::works));
    const auto second = provider_.charge(context_, a_charge(Behaviour::works));
    const auto other = provider_.charge(context_, a_charge(Behaviour::works, "charge-2"));

    EXPECT_EQ(first->id, second->id);
    EXPECT_NE(first->id, other->id);
}

TEST_F(TestpayTest, AnApprovalIsPaidByTheCustomer) {
    const auto asked = provider_.charge(context_, a_charge(Behaviour::challenged));
    const auto approval = **till_.find_checkout(context_, asked->page->session);

    EXPECT_EQ(choose(approval, Choice::success).kind, NextStep::Kind::already_done);
    EXPECT_EQ(choose(approval, Choice::approve).kind, NextStep::Kind::leave);
    EXPECT_EQ(types_told(), (Types{"payment.succeeded"}));
    EXPECT_TRUE(provider_.charge(context_, a_charge(Behaviour::challenged))->is(PaymentOutcomeClass::succeeded));
}

TEST_F(TestpayTest, NoMoreGoesBackThanCame) {
    const auto payment = provider_.charge(context_, a_charge(Behaviour::works));
    const auto refund = [&](const char* key, std::int64_t minor) {
        return *provider_.refund(context_, {key, payment->id, {minor, "USD"}, ""});
    };

    EXPECT_TRUE(refund("r-1", 2000).is(PaymentOutcomeClass::pending));
    EXPECT_EQ(refund("r-1", 2000).id, refund("r-1", 2000).id);
    EXPECT_EQ(refund("r-2", 501).code, "too_much");
    EXPECT_EQ(provider_.lookup(context_, {"", payment->id})->status, sdk::PaymentStatus::partially_refunded);
    EXPECT_TRUE(refund("r-3", 500).is(PaymentOutcomeClass::pending));
    EXPECT_EQ(provider_.lookup(context_, {"", payment->id})->status, sdk::PaymentStatus::refunded);
    EXPECT_EQ(refund("r-4", -1).code, "amount");
    host_.facilities().jobs.run_all();
    EXPECT_EQ(types_told(), (Types{"refund.succeeded", "refund.succeeded"}));
}

TEST_F(TestpayTest, AClosedPageTakesNothing) {
    const auto checkout = opened();
    EXPECT_TRUE(provider_.expire_checkout(context_, checkout.id)->is(PaymentOutcomeClass::succeeded));
    EXPECT_TRUE(provider_.expire_checkout(context_, checkout.id)->is(PaymentOutcomeClass::succeeded));
    EXPECT_EQ(choose(checkout, Choice::success).kind, NextStep::Kind::already_done);
    EXPECT_EQ(provider_.expire_checkout(context_, "none")->code, "already_complete");
}

TEST_F(TestpayTest, AForgedOrStaleNoticeIsRefused) {
    choose(opened(), Choice::success);
    const auto sent = host_.network().requests().front();
    sdk::PaymentNotice notice{sent.body, sent.headers, "", "", host_.clock().now()};
    EXPECT_TRUE(provider_.verify_notice(notice));
    auto changed = notice;
    changed.body[10] ^= 1;
    EXPECT_FALSE(provider_.verify_notice(changed));
    changed = notice;
    changed.received_at += 301s;
    EXPECT_FALSE(provider_.verify_notice(changed));
    changed.received_at = notice.received_at - 301s;
    EXPECT_FALSE(provider_.verify_notice(changed));
    changed = notice;
    changed.headers.add("Testpay-Signature", "t=1,v1=0");
    EXPECT_FALSE(provider_.verify_notice(changed));
}

}  // namespace
}  // namespace whatsflow::testpay
