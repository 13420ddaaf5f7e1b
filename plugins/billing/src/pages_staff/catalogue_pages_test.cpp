// Publishing: shown before it is done, and with a second person where much is at stake.
#include "catalogue_kit.hpp"
#include "overage_form.hpp"
#include "staff_fakes.hpp"

namespace whatsflow::billing::staff {
namespace {

constexpr const char* kPriceForm = "/billing-config/plans/starter/price";

std::string price_body(const std::string& amount, const std::string& more = {}) {
    return "currency=USD&interval=month&amount=" + amount + "&from=2030-01-01&reason=costs" + more;
}

/// What the confirmation sends: every hidden field of the first form.
std::string confirmed(const nlohmann::json& model) {
    std::string body;
    for (const auto& field : model["forms"][0]["hidden"])
        body += (body.empty() ? "" : "&") + field["name"].get<std::string>() + "=" +
                sdk::encode_url(field["value"].get<std::string>());
    return body;
}

TEST_F(StaffPages, APriceIsShownFirstAndPublishedWhenConfirmed) {
    const auto shown = send(sdk::Method::post, kPriceForm, finance_, price_body("39.00"));

    ASSERT_EQ(shown.status(), 200);
    EXPECT_TRUE(rows_.published.empty());
    EXPECT_NE(model(shown)["facts"].dump().find("12"), std::string::npos);  // who is on it
    EXPECT_EQ(send(sdk::Method::post, kPriceForm, finance_, confirmed(model(shown))).status(), 303);
    ASSERT_EQ(rows_.published.size(), 1U);
    const auto& versions = std::get<Plan>(rows_.published[0]).prices.at(0).versions;
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions[0].amount, 2900);
    EXPECT_EQ(versions[1].amount, 3900);
    EXPECT_EQ(versions[1].existing_from, std::nullopt);
}

TEST_F(StaffPages, APriceCannotReachExistingSubscribersBeforeNewOnesNorThePast) {
    EXPECT_EQ(send(sdk::Method::post, kPriceForm, finance_, price_body("39", "&existing_from=2029-12-31")).status(),
              422);
    EXPECT_EQ(
        send(sdk::Method::post, kPriceForm, finance_, "currency=USD&interval=month&amount=39&from=2001-01-01&reason=x")
            .status(),
        422);
    EXPECT_EQ(send(sdk::Method::post, kPriceForm, finance_, price_body("1e9")).status(), 422);
    EXPECT_EQ(send(sdk::Method::post, kPriceForm, support_, price_body("39")).status(), 403);
}

TEST_F(StaffPages, ALargePriceWaitsForSomebodyElse) {
    const auto answer = send(sdk::Method::post, kPriceForm, finance_, price_body("900.00", "&confirmed=yes"), "anna");

    EXPECT_EQ(answer.status(), 303);
    EXPECT_TRUE(rows_.published.empty());
    ASSERT_EQ(approvals_.asked.size(), 1U);
    const auto path = std::string("/approvals/") + kPayment;
    EXPECT_EQ(send(sdk::Method::post, path + "/agree", finance_, "reason=mine", "anna").status(), 422);
    EXPECT_TRUE(rows_.published.empty());
    EXPECT_EQ(send(sdk::Method::post, path + "/agree", {kSubscriptionsRead, kSubscriptionsManage}, "reason=x", "ben")
                  .status(),
              403);
    EXPECT_EQ(send(sdk::Method::post, path + "/agree", finance_, "reason=right", "ben").status(), 303);
    ASSERT_EQ(rows_.published.size(), 1U);
    EXPECT_EQ(std::get<Plan>(rows_.published[0]).prices.at(0).versions.back().amount, 90000);
    EXPECT_EQ(approvals_.asked[0].state, ApprovalState::done);
}

TEST_F(StaffPages, AnAddOnIsChangedAfterALook) {
    AddOn device;
    device.code = "device";
    device.name = "Extra device";
    device.adds_to_limits = {{"devices", 1}};
    desk_.shop.add_ons = {device};
    Meter devices;
    devices.code = devices.name = "devices";
    desk_.shop.meters = {devices};
    const std::string path = "/billing-config/add-ons/device";
    EXPECT_EQ(send(sdk::Method::post, path, finance_, "name=Device&adds-devices=x&reason=r").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, path, support_, "name=Device&adds-devices=5&reason=r").status(), 403);
    const auto shown = send(sdk::Method::post, path, finance_, "name=Device&adds-devices=5&reason=r");
    ASSERT_EQ(shown.status(), 200);
    EXPECT_EQ(send(sdk::Method::post, path, finance_, confirmed(model(shown))).status(), 303);
    ASSERT_EQ(rows_.published.size(), 1U);
    EXPECT_EQ(*std::get<AddOn>(rows_.published[0]).adds_to_limits.at("devices"), 5);
}

TEST_F(StaffPages, ALimitIsTriedOnTheLastMonthBeforeItIsPublished) {
    Meter messages;
    messages.code = messages.name = "messages";
    desk_.shop.meters = {messages};
    const auto shown =
        send(sdk::Method::post, "/billing-config/meters/messages", finance_,
             "name=messages&aggregation=max&limit_kind=soft&grace_percent=0&warn_at=80,100&overage=none&reason=r");
    ASSERT_EQ(shown.status(), 200);
    std::map<std::string, std::string> said;
    for (const auto& each : model(shown)["facts"]) said[each["term"]] = each["value"];
    EXPECT_TRUE(said.contains("billing.staff.would_stop"));
    EXPECT_EQ(said["billing.staff.tried_on_periods"], "2");
    const auto tax = send(sdk::Method::post, "/billing-config/taxes", finance_,
                          "country=LK&name=VAT&percent=18&from=2030-01-01&reason=r");
    ASSERT_EQ(tax.status(), 200);
    EXPECT_NE(model(tax)["facts"].dump().find("would_tax"), std::string::npos);
}

TEST_F(StaffPages, HowEventsBecomeANumberIsPublishedWithTheMeter) {
    Meter contacts, devices;
    contacts.code = contacts.name = "contacts";
    devices.code = devices.name = "devices";
    devices.reset = MeterReset::never;
    desk_.shop.meters = {contacts, devices};
    const std::string rest = "&limit_kind=soft&grace_percent=0&warn_at=80&overage=none&reason=r";
    const auto edit = [&](const char* meter, const std::string& way) {
        return send(sdk::Method::post, std::string("/billing-config/meters/") + meter, finance_,
                    std::string("name=") + meter + "&aggregation=" + way + rest);
    };
    EXPECT_EQ(edit("contacts", "median").status(), 422);
    EXPECT_EQ(edit("devices", "max").status(), 422) << "it never starts again";
    EXPECT_EQ(edit("devices", "sum").status(), 200);
    const auto shown = edit("contacts", "unique_count");
    ASSERT_EQ(shown.status(), 200);
    EXPECT_NE(model(shown)["tables"].dump().find("aggregations.unique_count"), std::string::npos);
    EXPECT_EQ(send(sdk::Method::post, "/billing-config/meters/contacts", finance_, confirmed(model(shown))).status(),
              303);
    ASSERT_EQ(rows_.published.size(), 1U);
    EXPECT_EQ(std::get<Meter>(rows_.published[0]).aggregation, Aggregation::unique_count);
}

TEST_F(StaffPages, AMoveOfSubscribersIsShownFirstThenFollowedAndTakenBack) {
    const std::string path = "/billing-config/plans/starter/move";
    const std::string body = "from_version=1&to_version=2&with_price=on&reason=rounder";
    EXPECT_EQ(send(sdk::Method::post, path, support_, body).status(), 403);
    const auto shown = send(sdk::Method::post, path, finance_, body);
    ASSERT_EQ(shown.status(), 200);
    EXPECT_TRUE(moves_.begun.empty());
    EXPECT_NE(model(shown)["tables"].dump().find("120.00"), std::string::npos) << "the difference";
    const auto begun = send(sdk::Method::post, path, finance_, confirmed(model(shown)));
    EXPECT_EQ(begun.status(), 303);
    ASSERT_EQ(moves_.begun.size(), 1U);
    EXPECT_TRUE(moves_.begun.front().wanted.with_price);
    EXPECT_EQ(moves_.begun.front().reason, "rounder");
    const auto page = std::string("/billing-config/moves/") + kPayment;
    const auto followed = send(sdk::Method::get, page, finance_);
    ASSERT_EQ(followed.status(), 200);
    EXPECT_EQ(followed.headers().find("Refresh"), "3");
    EXPECT_EQ(model(followed)["forms"].size(), 1U);
    EXPECT_EQ(send(sdk::Method::post, page + "/undo", finance_, "reason=wrong").status(), 303);
    EXPECT_EQ(model(send(sdk::Method::get, page, finance_))["forms"].size(), 0U);
    EXPECT_EQ(send(sdk::Method::get, "/billing-config/moves", support_).status(), 403);
    EXPECT_EQ(send(sdk::Method::get, "/billing-config/moves", finance_).status(), 200);
}

TEST_F(StaffPages, AMoveWithMuchAtStakeWaitsForSomebodyElse) {
    moves_.stake = 90000;
    const std::string body = "from_version=1&to_version=2&with_price=on&reason=rounder&confirmed=yes";
    EXPECT_EQ(send(sdk::Method::post, "/billing-config/plans/starter/move", finance_, body, "anna").status(), 303);
    EXPECT_TRUE(moves_.begun.empty());
    ASSERT_EQ(approvals_.asked.size(), 1U);
    EXPECT_EQ(approvals_.asked[0].amount, 90000);
    const auto path = std::string("/approvals/") + kPayment;
    EXPECT_EQ(send(sdk::Method::post, path + "/agree", finance_, "reason=right", "ben").status(), 303);
    ASSERT_EQ(moves_.begun.size(), 1U);
    EXPECT_EQ(moves_.begun[0].wanted.to, 2);
}

TEST_F(StaffPages, WhatWasAskedForIsNotDoneAfterItsThingHasChanged) {
    send(sdk::Method::post, kPriceForm, finance_, price_body("900.00", "&confirmed=yes"), "anna");
    desk_.shop.plans.front().name = "Renamed meanwhile";

    const auto path = std::string("/approvals/") + kPayment;
    EXPECT_EQ(send(sdk::Method::post, path + "/agree", finance_, "reason=right", "ben").status(), 409);
    EXPECT_TRUE(rows_.published.empty());
}

TEST_F(StaffPages, ALargeAgreedPriceWaitsToo) {
    const auto body = "amount=600.00&when=period_end&reason=contract&key=k1";
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/custom_price", finance_, body, "anna").status(), 303);
    EXPECT_TRUE(desk_.reasons.empty());
    ASSERT_EQ(approvals_.asked.size(), 1U);
    EXPECT_EQ(send(sdk::Method::post, std::string("/approvals/") + kPayment + "/agree", finance_, "reason=right", "ben")
                  .status(),
              303);
    EXPECT_EQ(desk_.reasons, std::vector<std::string>{"right"});
}

TEST_F(StaffPages, APolicyIsTriedOnWhatWasRefusedBeforeItIsPublished) {
    RefusedInvoice open;
    open.refused_on = local_date(host_.clock().now(), "UTC").plus_days(-10);
    sums_.refusals = {open};
    const auto shown = send(sdk::Method::post, "/billing-config/dunning", finance_,
                            "retry_days=1, 3&limited_after=20&suspended_after=&canceled_after=30&reason=kinder");

    ASSERT_EQ(shown.status(), 200);
    EXPECT_TRUE(rows_.published.empty());
    EXPECT_EQ(send(sdk::Method::post, "/billing-config/dunning", finance_, confirmed(model(shown))).status(), 303);
    ASSERT_EQ(rows_.published.size(), 1U);
    EXPECT_EQ(std::get<DunningPolicy>(rows_.published[0]).limited_after, 20);
    EXPECT_EQ(std::get<DunningPolicy>(rows_.published[0]).suspended_after, std::nullopt);
}

TEST_F(StaffPages, APolicyMayStopBillingToo) {
    const auto proposed = [&](const char* body) {
        return send(sdk::Method::post, "/billing-config/dunning", finance_, body);
    };
    EXPECT_EQ(proposed("retry_days=1&limited_after=7&blocks_billing=on&reason=x").status(), 422)
        << "nothing is suspended";
    const auto shown = proposed("retry_days=1&limited_after=7&suspended_after=14&blocks_billing=on&reason=x");
    ASSERT_EQ(shown.status(), 200);
    EXPECT_EQ(send(sdk::Method::post, "/billing-config/dunning", finance_, confirmed(model(shown))).status(), 303);
    ASSERT_EQ(rows_.published.size(), 1U);
    EXPECT_TRUE(std::get<DunningPolicy>(rows_.published[0]).blocks_billing);
}

TEST_F(StaffPages, StepsOfAPolicyComeInTheirOrder) {
    for (const auto* wrong :
         {"retry_days=3, 1&limited_after=7&reason=x", "retry_days=1&limited_after=9&suspended_after=9&reason=x",
          "retry_days=x&reason=x", "retry_days=1&canceled_after=-1&reason=x"})
        EXPECT_EQ(send(sdk::Method::post, "/billing-config/dunning", finance_, wrong).status(), 422) << wrong;
}

TEST_F(StaffPages, ACouponTakesEitherAPercentageOrAnAmount) {
    const std::string base = "code=SPRING&duration=once&once_per_tenant=on&reason=x&confirmed=yes";
    EXPECT_EQ(send(sdk::Method::post, "/coupons", finance_, base).status(), 422);
    EXPECT_EQ(send(sdk::Method::post, "/coupons", finance_, base + "&percent=10&amount=5&currency=USD").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, "/coupons", finance_, base + "&percent=120").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, "/coupons", finance_, base + "&percent=20&plans=nothing").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, "/coupons", finance_, base + "&percent=20&plans=starter").status(), 303);
    ASSERT_EQ(rows_.published.size(), 1U);
    EXPECT_EQ(std::get<Coupon>(rows_.published[0]).plans, std::vector<std::string>{"starter"});
}

TEST_F(StaffPages, EveryPageOfTheCatalogueOpensForThoseWhoMayReadIt) {
    for (const auto* page : {"/billing-config", "/billing-config/plans/starter", "/billing-config/add-ons",
                             "/billing-config/meters", "/billing-config/taxes", "/billing-config/dunning",
                             "/billing-config/providers", "/coupons", "/coupons/gifts"}) {
        const auto answer = send(sdk::Method::get, page, {kCatalogueRead});
        EXPECT_EQ(answer.status(), 200) << page;
        EXPECT_TRUE(model(answer)["forms"].empty()) << page;  // reading shows no form
        EXPECT_EQ(send(sdk::Method::get, page, {kReportsRead}).status(), 403) << page;
    }
}

TEST(Tiers, AreReadAsTheyAreWritten) {
    const auto tiers = read_tiers("100: 2, 1000:1.5 , 1");
    ASSERT_TRUE(tiers);
    ASSERT_EQ(tiers->size(), 3U);
    EXPECT_EQ((*tiers)[1].up_to, 1000);
    EXPECT_EQ((*tiers)[2].up_to, std::nullopt);
    EXPECT_EQ(tiers_text(*tiers), "100: 2, 1000: 1.5, 1");
    for (const auto* wrong : {"", "100: 2", "1, 2", "100: 2, 50: 1, 1", "x: 1, 1", "100: -1, 1", "1,"})
        EXPECT_FALSE(read_tiers(wrong)) << wrong;
}

}  // namespace
}  // namespace whatsflow::billing::staff
