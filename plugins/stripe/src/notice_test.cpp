#include "notice_samples.hpp"

#include <gtest/gtest.h>

namespace whatsflow::stripe {
namespace {

using testing::event_about;
using testing::kNow;
using testing::notice_with;
using testing::rules;
using testing::signed_notice;

// Computed by Stripe's own client for JavaScript, 23.1.0.
constexpr const char* kPayloadA =
    R"({"id":"evt_1Test","object":"event","type":"invoice.paid","created":1700000000,"data":{"object":{"id":"in_1","object":"invoice"}}})";
constexpr const char* kDigestA = "938293601fd7687be9c28cdbf579d599621488a1523ad3039cf6eb5625447364";

std::string refusal(const sdk::PaymentNotice& notice, const NoticeRules& by = rules()) {
    const auto verified = verify(by, notice);
    const auto events = read(by, notice);
    EXPECT_EQ(static_cast<bool>(verified), static_cast<bool>(events));
    if (verified) return {};
    EXPECT_EQ(verified.error().code, "payment.notice_refused");
    return verified.error().message;
}

TEST(StripeSignature, IsWhatStripesOwnClientComputes) {
    EXPECT_EQ(sign(testing::kSecret, "1700000000", kPayloadA), kDigestA);
    EXPECT_EQ(sign(testing::kSecret, "1700000001", kPayloadA),
              "51e6de97f0bf78d197e45553fb45265660ddaf65d481257d9fb0930a9ef487ca");
    EXPECT_EQ(sign(testing::kSecret, "1700000000", std::string(kPayloadA) + "\n"),
              "a6fcbb8113fc941592612fde4a30305ec44cc293605c50dc66d0696dd4c9f702");
    EXPECT_EQ(sign("whsec_rotated_secret_2", "1700000000", kPayloadA),
              "0a5f8e1e057047f4209c843cc27ba91a008f732fd002970fe433e9bd9cfafa1b");
    EXPECT_EQ(sign(testing::kSecret, "1700000000", "{}"),
              "b9f7021877e84443a7b186ab95e31362ec855a49b80199a444d489093ab28f9b");
    EXPECT_EQ(
        sign(testing::kSecret, "1700000000",
             R"({"id":"evt_2","object":"event","type":"customer.updated","data":{"object":{"name":"Nuwan පෙරේරා"}}})"),
        "618b18c665abbe4b25de2667862ed539c54e11d9981a27c0f8fbe5d8780886da");
}

TEST(StripeNotice, AnyOfSeveralDigestsMayMatch) {
    const std::string good = kDigestA;
    EXPECT_EQ(refusal(notice_with("t=1700000000,v1=deadbeef,v1=" + good + ",v0=xx", kPayloadA, 1'700'000'000)), "");
    EXPECT_NE(refusal(notice_with("t=1700000000,v0=" + good, kPayloadA, 1'700'000'000)), "");
    EXPECT_NE(refusal(notice_with("v1=" + good, kPayloadA, 1'700'000'000)), "");
    EXPECT_NE(refusal(notice_with("t=x,v1=" + good, kPayloadA, 1'700'000'000)), "");
    EXPECT_NE(refusal(notice_with("", kPayloadA, 1'700'000'000)), "");
}

TEST(StripeNotice, AnyOfOurSecretsMayHaveMadeIt) {
    auto both = rules();
    both.secrets.emplace_back("whsec_rotated_secret_2");
    const auto body = event_about("invoice.paid", {{"id", "in_1"}});

    EXPECT_EQ(refusal(signed_notice(body, kNow, "whsec_rotated_secret_2"), both), "");
    EXPECT_EQ(refusal(signed_notice(body), both), "");
    EXPECT_NE(refusal(signed_notice(body, kNow, "whsec_another"), both), "");
}

TEST(StripeNotice, AnEmptySecretProvesNothing) {
    auto empty = rules();
    empty.secrets = {sdk::Secret{""}};
    const auto body = event_about("invoice.paid", {{"id", "in_1"}});

    EXPECT_NE(refusal(signed_notice(body, kNow, ""), empty), "");
    empty.secrets.emplace_back(testing::kSecret);  // one of several may be empty in the settings
    EXPECT_NE(refusal(signed_notice(body, kNow, ""), empty), "");
    EXPECT_EQ(refusal(signed_notice(body), empty), "");
    empty.secrets.clear();
    EXPECT_NE(refusal(signed_notice(body, kNow, ""), empty), "");
}

TEST(StripeNotice, ThreeHundredSecondsEitherWayAreFreshAndNoMore) {
    const auto body = event_about("invoice.paid", {{"id", "in_1"}});

    EXPECT_EQ(refusal(signed_notice(body, kNow - 300)), "");
    EXPECT_EQ(refusal(signed_notice(body, kNow + 300)), "");
    EXPECT_NE(refusal(signed_notice(body, kNow - 301)), "");
    EXPECT_NE(refusal(signed_notice(body, kNow + 301)), "");
    EXPECT_NE(refusal(signed_notice(body, 0)), "");
}

TEST(StripeNotice, WhatIsSignedTwiceOrUnclearlyIsRefused) {
    const auto body = event_about("invoice.paid", {{"id", "in_1"}});
    const auto time = std::to_string(kNow);
    const auto digest = sign(testing::kSecret, time, body);

    EXPECT_NE(refusal(notice_with("t=" + time + ",t=" + time + ",v1=" + digest, body)), "");
    EXPECT_NE(refusal(notice_with("t=99999999999999999999999,v1=" + digest, body)), "");
    auto two = signed_notice(body);
    two.headers.add("stripe-signature", std::string(*two.headers.find("Stripe-Signature")));
    EXPECT_NE(refusal(two), "");
    std::string many = "t=" + time;
    for (int i = 0; i < 20; ++i) many += ",v1=" + digest;
    EXPECT_NE(refusal(notice_with(many, body)), "");
}

TEST(StripeNotice, OnlyAnEventIsAccepted) {
    for (const char* body :
         {"", "{}", "[]", "null", "7", "\"text\"", R"({"id":"evt_1"})", R"({"id":7,"type":"invoice.paid"})",
          R"({"id":"","type":"invoice.paid"})", R"({"id":"evt 1","type":"invoice.paid"})",
          R"({"id":"evt_1","type":"invoice.paid")", R"({"id":"evt_1","type":["invoice.paid"]})",
          R"({"id":"evt_1","id":"evt_2","type":"invoice.paid"})",
          R"({"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.no_meter_found"})"})
        EXPECT_NE(refusal(signed_notice(body)), "") << body;
    EXPECT_NE(refusal(signed_notice(R"({"id":")" + std::string(300, 'e') + R"(","type":"invoice.paid"})")), "");
    EXPECT_NE(refusal(signed_notice(std::string(5 * 1024 * 1024, '['))), "");
    EXPECT_NE(refusal(signed_notice(R"({"id":"evt_1","type":"invoice.paid","data":)" + std::string(500, '[') +
                                    std::string(500, ']') + "}")),
              "");
}

TEST(StripeNotice, WhatMeansNothingToUsIsAcceptedAndForgotten) {
    for (const auto& body :
         {event_about("product.created", {{"id", "prod_1"}}), event_about("invoice.paid", nullptr),
          event_about("invoice.paid", "text"), event_about("checkout.session.whatever", {{"id", "cs_1"}}),
          std::string(R"({"id":"evt_1","type":"invoice.paid"})")}) {
        const auto events = read(rules(), signed_notice(body));
        ASSERT_TRUE(events) << body;
        EXPECT_TRUE(events->empty()) << body;
    }
}

TEST(StripeNotice, WhatHappenedInTheOtherModeHasNoEffect) {
    const auto body = event_about("payment_intent.succeeded", {{"id", "pi_1"}}, {{"livemode", true}});

    EXPECT_EQ(refusal(signed_notice(body)), "");
    EXPECT_TRUE(read(rules(), signed_notice(body))->empty());
    auto live = rules();
    live.live = true;
    EXPECT_EQ(read(live, signed_notice(body))->size(), 1u);
}

TEST(StripeNotice, CarriesStripesOwnIdentity) {
    const auto verified = verify(rules(), signed_notice(event_about("invoice.paid", {{"id", "in_1"}})));

    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->event_id, "evt_1");
    EXPECT_EQ(verified->type, "invoice.paid");
    EXPECT_EQ(verified->trust, sdk::NoticeTrust::fully_signed);
}

}  // namespace
}  // namespace whatsflow::stripe
