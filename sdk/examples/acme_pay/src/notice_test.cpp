#include "notice.hpp"

#include "signature.hpp"

#include <whatsflow/sdk/testing/fake_clock.hpp>

#include <gtest/gtest.h>

namespace acme {
namespace {

constexpr const char* kPaid = R"({"id":"ev_1","type":"payment.paid","live":false,"created":1773129590,)"
                              R"("object":{"payment":"p_1","reference":"INV-1","amount":2500,"currency":"USD"}})";

NoticeRules rules() {
    NoticeRules rules;
    rules.secret = sdk::Secret{"whs_test"};
    return rules;
}

sdk::PaymentNotice signed_notice(const std::string& body, const std::string& timestamp = "1773129600") {
    sdk::PaymentNotice notice;
    notice.body = body;
    notice.received_at = sdk::from_micros(sdk::testing::FakeClock::kStart);
    notice.headers.add("Acme-Signature", "t=" + timestamp + ",v1=" + sign("whs_test", timestamp, body));
    return notice;
}

TEST(Signature, IsAnHmacOverTimeDotBody) {
    // Computed by another implementation: HMAC-SHA256("key", "1773129600.{}").
    EXPECT_EQ(sign("key", "1773129600", "{}"), "d1f01a5fa6c50b7ff049271cbb5f24f0586776114d2515e5a7f548332da57e9e");
    EXPECT_NE(sign("key", "1773129600", "{}"), sign("key", "1773129601", "{}"));
    EXPECT_TRUE(same_text("abc", "abc"));
    EXPECT_FALSE(same_text("abc", "abd"));
    EXPECT_FALSE(same_text("abc", "ab"));
}

TEST(Notice, AGenuineOneIsReadAsAPayment) {
    const auto events = read(rules(), signed_notice(kPaid));

    ASSERT_TRUE(events) << events.error().message;
    ASSERT_EQ(events->size(), 1u);
    EXPECT_EQ(events->front().type, sdk::PaymentEventType::payment_succeeded);
    EXPECT_EQ(events->front().reference, "INV-1");
    EXPECT_EQ(events->front().amount, (sdk::Money{2500, "USD"}));
}

TEST(Notice, AForgedSignatureIsRefused) {
    auto notice = signed_notice(kPaid);
    notice.body.back() = ' ';

    EXPECT_EQ(verify(rules(), notice).error().code, "payment.notice_refused");
}

TEST(Notice, AStaleOneIsRefused) {
    EXPECT_FALSE(verify(rules(), signed_notice(kPaid, "1773129299")));
    EXPECT_TRUE(verify(rules(), signed_notice(kPaid, "1773129300")));
    EXPECT_FALSE(verify(rules(), signed_notice(kPaid, "1773129901")));
}

TEST(Notice, WithoutASecretNothingIsAccepted) {
    EXPECT_FALSE(verify(NoticeRules{}, signed_notice(kPaid)));
}

TEST(Notice, TwoSignaturesAreRefused) {
    auto notice = signed_notice(kPaid);
    notice.headers.add("acme-signature", "t=1,v1=00");

    EXPECT_FALSE(verify(rules(), notice));
}

TEST(Notice, ANoticeOfTheOtherModeIsRefused) {
    auto live = rules();
    live.live = true;

    EXPECT_FALSE(verify(live, signed_notice(kPaid)));
}

TEST(Notice, AnUnknownTypeMeansNothing) {
    const auto events = read(rules(), signed_notice(R"({"id":"ev_2","type":"moon.full","live":false})"));

    ASSERT_TRUE(events);
    EXPECT_TRUE(events->empty());
}

}  // namespace
}  // namespace acme
