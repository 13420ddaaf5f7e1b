#include "mail/mail_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::mail {
namespace {

using namespace std::chrono_literals;
using PostmanTest = testing::MailTest;
using Planned = testing::PlannedTransport;

TEST_F(PostmanTest, AMailIsSentOnce) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    auto postman = make_postman();

    postman.deliver_due();
    postman.deliver_due();

    EXPECT_EQ(transport.attempts.size(), 1U);
    EXPECT_EQ(only_mail()["state"], "sent");
    EXPECT_FALSE(only_mail()["sent_at"].is_null());
}

TEST_F(PostmanTest, ARefusalForNowIsTriedAgainLaterAndSlower) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    transport.plan = {Planned::not_now, Planned::not_now};
    auto postman = make_postman();

    postman.deliver_due();
    postman.deliver_due();
    EXPECT_EQ(transport.attempts.size(), 1U) << "too early";
    clock.advance(61s);
    postman.deliver_due();
    clock.advance(61s);
    postman.deliver_due();
    EXPECT_EQ(transport.attempts.size(), 2U) << "the second wait is longer";
    EXPECT_EQ(only_mail()["error"], "450 busy");
    clock.advance(120s);
    postman.deliver_due();

    EXPECT_EQ(only_mail()["state"], "sent");
    EXPECT_EQ(only_mail()["attempts"], 3);
    EXPECT_EQ(only_mail()["error"], "");
}

TEST_F(PostmanTest, ARefusalForGoodFails) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    transport.plan = {Planned::refuse};
    auto postman = make_postman();

    postman.deliver_due();
    clock.advance(24h);
    postman.deliver_due();

    EXPECT_EQ(transport.attempts.size(), 1U);
    EXPECT_EQ(only_mail()["state"], "failed");
    EXPECT_EQ(only_mail()["error"], "550 nobody here");
}

TEST_F(PostmanTest, AServerThatIsDownCostsNoAttempt) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    transport.plan = {Planned::is_down, Planned::is_down};
    auto postman = make_postman();

    postman.deliver_due();
    postman.deliver_due();
    EXPECT_EQ(only_mail()["attempts"], 0);
    EXPECT_EQ(only_mail()["state"], "queued");
    postman.deliver_due();

    EXPECT_EQ(only_mail()["state"], "sent");
}

TEST_F(PostmanTest, AMailThatNobodyTookForDaysFails) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    transport.plan = {Planned::is_down};
    auto postman = make_postman();
    clock.advance(73h);

    postman.deliver_due();

    EXPECT_EQ(only_mail()["state"], "failed");
}

TEST_F(PostmanTest, AMissingVerdictWaitsLongAndKeepsTheMessageId) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    transport.plan = {Planned::no_verdict};
    auto postman = make_postman();

    postman.deliver_due();
    clock.advance(10min);
    postman.deliver_due();
    EXPECT_EQ(transport.attempts.size(), 1U);
    clock.advance(6min);
    postman.deliver_due();

    ASSERT_EQ(transport.attempts.size(), 2U);
    EXPECT_EQ(transport.attempts[0].id, transport.attempts[1].id);
    EXPECT_EQ(transport.attempts[0].created_at, transport.attempts[1].created_at);
}

TEST_F(PostmanTest, OnlyThoseWhoWaitAreTriedAgain) {
    auto message = receipt();
    message.cc = {{"kamala@example.com", ""}, {"gone@example.com", ""}};
    ASSERT_TRUE(mailer->send({}, message));
    transport.plan = {[](StoredMail& mail) {
        mail.recipients[0].fate = Recipient::Fate::sent;
        mail.recipients[2].fate = Recipient::Fate::refused;
        return Attempt{Attempt::Outcome::answered, "kamala@example.com: 450 busy"};
    }};
    auto postman = make_postman();

    postman.deliver_due();
    EXPECT_EQ(only_mail()["state"], "queued");
    clock.advance(61s);
    postman.deliver_due();

    ASSERT_EQ(transport.attempts.size(), 2U);
    EXPECT_EQ(transport.attempts[1].recipients[0].fate, Recipient::Fate::sent);
    EXPECT_EQ(transport.attempts[1].recipients[1].fate, Recipient::Fate::waiting);
    EXPECT_EQ(only_mail()["state"], "sent");
}

TEST_F(PostmanTest, WhatIsLentIsNotLentAgainUntilTheLeaseRunsOut) {
    ASSERT_TRUE(mailer->send({}, receipt()));

    const auto ours = spool.lend({}, 5);
    const auto theirs = spool.lend({}, 5);
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(ours->size(), 1U);
    EXPECT_TRUE(theirs->empty());
    clock.advance(kLease + 1s);
    const auto later = spool.lend({}, 5);

    ASSERT_EQ(later->size(), 1U);
    const auto settled = spool.settle({}, ours->front(), {Settlement::State::failed, "late"});
    EXPECT_FALSE(*settled) << "the lease that ran out settles nothing";
    EXPECT_EQ(only_mail()["state"], "queued");
}

TEST_F(PostmanTest, StaffSendAFailedMailAgain) {
    ASSERT_TRUE(mailer->send({}, receipt()));
    transport.plan = {Planned::refuse};
    auto postman = make_postman();
    postman.deliver_due();
    const std::string id = only_mail()["id"];
    clock.advance(1s);

    const auto again = board->send_again({}, id);
    postman.deliver_due();

    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(only_mail()["state"], "sent");
    EXPECT_NE(transport.attempts[0].created_at, transport.attempts[1].created_at) << "a new Message-ID";
}

TEST_F(PostmanTest, OldMailsAreForgottenButNoneThatWaits) {
    ASSERT_TRUE(mailer->send({}, receipt("sent")));
    make_postman().deliver_due();
    ASSERT_TRUE(mailer->send({}, receipt("waits")));
    clock.advance(24h);

    const auto gone = spool.forget({}, clock.now(), 100);

    EXPECT_EQ(*gone, 1);
    EXPECT_EQ(only_mail()["state"], "queued");
}

}  // namespace
}  // namespace whatsflow::mail
