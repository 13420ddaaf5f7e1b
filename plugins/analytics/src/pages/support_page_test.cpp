#include "happenings_fixture.hpp"

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

TEST_F(HappeningsTest, NotesAndMessagesAreCountedAndWhatTheySayIsNot) {
    noted("tenant", "t1", "2026-11-10T08:10:00Z");
    noted("tenant", "t1", "2026-11-11T08:20:00Z");
    noted("tenant", "t2", "2026-11-12T09:00:00Z");
    noted("user", "u1", "2026-11-12T09:00:00Z");
    happened({"landing.contact_message_received", 1}, {{"topic", "sales"}, {"message", "secret words"}}, "",
             "2026-11-12T10:00:00Z");
    happened({"billing.subscription_canceled", 1}, {{"tenant", "t1"}, {"reason", "price"}}, "t1",
             "2026-11-13T08:00:00Z");
    happened({"billing.subscription_canceled", 1}, {{"tenant", "t2"}, {"reason", "price"}}, "t2",
             "2026-11-09T08:00:00Z");
    settle();
    const auto shown = model(std::string("/analytics/support") + kSpan);
    EXPECT_EQ(figure(shown, "messages"), "1");
    EXPECT_EQ(figure(shown, "notes"), "4");
    EXPECT_EQ(figure(shown, "noted_tenants"), "2");
    EXPECT_EQ(figure(shown, "left_after"), "50.0 %") << "t2 left before it was noted";
    EXPECT_EQ(rows(shown, 0), (json{{"sales", "1", "100.0 %"}}));
    EXPECT_EQ(rows(shown, 1)[0][0], "t1");
    EXPECT_EQ(rows(shown, 1)[0][1], "2");
    EXPECT_EQ(rows(shown, 1)[0][2], "2026-11-10");
    EXPECT_EQ(rows(shown, 2), (json{{"08:00", "0", "2"}, {"09:00", "0", "2"}, {"10:00", "1", "0"}}));
    EXPECT_EQ(shown.dump().find("secret words"), std::string::npos);
}

TEST_F(HappeningsTest, ASegmentMeansTenantsByTheirSignUp) {
    signed_up("t1", "LK", "2026-09-01T00:00:00Z");  // long before
    signed_up("t2", "LK", "2026-11-10T00:00:00Z");
    signed_up("t3", "IN", "2026-11-10T00:00:00Z");
    paid("t1", 1'000, "2026-11-11T00:00:00Z");
    paid("t2", 2'000, "2026-11-12T00:00:00Z");
    paid("t3", 4'000, "2026-11-13T00:00:00Z");
    settle();
    const auto lanka = segment("country", "LK");
    EXPECT_EQ(rows(model(std::string("/analytics/revenue") + kSpan), 0)[0][2], "70.00");
    EXPECT_EQ(rows(model(std::string("/analytics/revenue") + kSpan + lanka), 0)[0][2], "30.00");
    EXPECT_EQ(model(std::string("/analytics/growth") + kSpan)["figures"][0]["value"], "2");
    const auto grown = model(std::string("/analytics/growth") + kSpan + lanka);
    EXPECT_EQ(grown["figures"][0]["value"], "1");
    EXPECT_EQ(grown["figures"][2]["value"], "100.0 %") << "t2 signed up and paid";
    EXPECT_FALSE(grown["notes"].empty());
}

TEST_F(HappeningsTest, GrowthAndRevenueAreToldBesideTheTimeBefore) {
    const auto of = [&](sdk::EventType type, const char* tenant, const char* at, json more = json::object()) {
        more["tenant"] = tenant;
        happened(type, std::move(more), tenant, at);
    };
    signed_up("t0", "LK", "2026-10-20T00:00:00Z");
    paid("t0", 1'000, "2026-10-21T00:00:00Z");
    for (const char* tenant : {"t1", "t2", "t3", "t4"}) signed_up(tenant, "LK", "2026-11-10T00:00:00Z");
    for (const char* tenant : {"t1", "t2", "t3"}) of({"accounts.user_verified", 1}, tenant, "2026-11-10T01:00:00Z");
    of({"billing.trial_ended", 1}, "t1", "2026-11-20T00:00:00Z");
    of({"billing.trial_ended", 1}, "t2", "2026-11-20T00:00:00Z");
    paid("t1", 3'000, "2026-11-20T00:00:00Z");
    of({"billing.payment_refunded", 1}, "t1", "2026-11-21T00:00:00Z", {{"amount", 500}, {"currency", "USD"}});
    of({"billing.payment_failed", 1}, "t2", "2026-11-21T00:00:00Z", {{"amount", 500}, {"currency", "USD"}});
    of({"billing.subscription_canceled", 1}, "t2", "2026-11-22T00:00:00Z", {{"reason", "price"}});
    settle();
    const auto grown = model(std::string("/analytics/growth") + kSpan);
    EXPECT_EQ(figure(grown, "signed_up"), "4");
    EXPECT_EQ(grown["figures"][0]["change"], "+300.0 %");
    EXPECT_EQ(grown["figures"][1]["value"], "75.0 %") << "three verified their address";
    EXPECT_EQ(grown["figures"][2]["value"], "25.0 %") << "one paid";
    EXPECT_EQ(grown["figures"][3]["value"], "50.0 %") << "of two trials one paid";
    const auto lost = model(std::string("/analytics/churn") + kSpan);
    const auto said =
        std::ranges::find(lost["tables"], json("reasons"), [](const json& each) { return each["caption"]; });
    ASSERT_NE(said, lost["tables"].end());
    EXPECT_EQ((*said)["rows"][0]["cells"][0]["text"], "price") << "why they left";
    const auto earned = model(std::string("/analytics/revenue") + kSpan);
    EXPECT_EQ(earned["figures"][0]["value"], "30.00 USD");
    EXPECT_EQ(earned["figures"][0]["change"], "+200.0 %");
    EXPECT_EQ(rows(earned, 0), (json{{"USD", "1", "30.00", "5.00", "1", "1"}}));
}

TEST_F(HappeningsTest, ATrialIsPaidForByAPaymentSinceItsEndOnly) {
    const auto ended = [&](const char* tenant, const char* at) {
        happened({"billing.trial_ended", 1}, {{"tenant", tenant}}, tenant, at);
    };
    const auto paid_of = [&](const std::string& days) {
        return figure(model("/analytics/growth?" + days), "trial_conversion");
    };
    ended("before", "2026-11-10T10:00:00Z"), paid("before", 1'000, "2026-11-10T09:59:59Z");
    ended("at once", "2026-11-10T10:00:00Z"), paid("at once", 1'000, "2026-11-10T10:00:00Z");
    ended("never", "2026-11-10T10:00:00Z"), paid("no trial", 1'000, "2026-11-10T11:00:00Z");
    ended("later", "2026-11-10T10:00:00Z"), paid("later", 1'000, "2026-11-10T09:00:00Z"),
        paid("later", 1'000, "2026-11-20T10:00:00Z");
    ended("another day", "2026-11-11T00:00:00Z"), paid("another day", 1'000, "2026-11-11T00:00:00Z");
    settle();
    EXPECT_EQ(paid_of("from=2026-11-01&to=2026-11-26"), "60.0 %");
    EXPECT_EQ(paid_of("from=2026-11-10&to=2026-11-10"), "50.0 %") << "who pays behind the days has paid for it too";
    EXPECT_EQ(paid_of("from=2026-11-11&to=2026-11-11"), "100.0 %");
    EXPECT_EQ(paid_of("from=2026-11-12&to=2026-11-26"), "–") << "no trial ended";
}

TEST_F(HappeningsTest, ASegmentThatSignUpsDoNotTellSaysSo) {
    signed_up("t1", "LK", "2026-11-10T00:00:00Z");
    settle();
    const auto shown = model(std::string("/analytics/growth") + kSpan + segment("browser", "Firefox"));
    EXPECT_EQ(shown["figures"][0]["value"], "0");
    ASSERT_FALSE(shown["notes"].empty());
    EXPECT_TRUE(shown["notes"][0]["is_warning"].get<bool>());
    const auto of_none = model(std::string("/analytics/growth") + kSpan + segment("device", ""));
    EXPECT_EQ(of_none["figures"][0]["value"], "0") << "no sign-up has a device, and that is no answer";
}

TEST_F(HappeningsTest, AProgramOfThePlatformAsksForItsOwnSitesByName) {
    signed_up("t1", "LK", "2026-11-10T00:00:00Z");
    settle();
    EXPECT_EQ(total("event=signed_up"), 0) << "they are not among the tokens'";
    EXPECT_EQ(total("event=signed_up&site=server"), 1);
    EXPECT_EQ(total("event=signed_up&site=landing"), 0);
    EXPECT_EQ(query("site=server", "tenant")["code"], "not_found") << "nobody else's token does";
    EXPECT_EQ(query("site=nowhere")["code"], "not_found");
}

}  // namespace
}  // namespace whatsflow::analytics
