// Staff's pages: lists, what may be done to a subscription and a payment, and by whom.
#include "staff_fakes.hpp"

namespace whatsflow::billing::staff {
namespace {

TEST_F(StaffPages, AFilterTakesOnlyValuesThatItOffers) {
    EXPECT_EQ(send(sdk::Method::get, "/subscriptions?state=active&plan=pro", finance_).status(), 200);
    EXPECT_EQ(rows_.seen.state, "active");
    EXPECT_EQ(rows_.seen.plan, "pro");
    send(sdk::Method::get, "/subscriptions?state=%27%20OR%201&plan=x", finance_);
    EXPECT_EQ(rows_.seen.state, "");
    EXPECT_EQ(rows_.seen.plan, "");
}

TEST_F(StaffPages, AnExportedCellIsNoFormula) {
    const auto answer = send(sdk::Method::get, "/subscriptions.csv", finance_);
    const auto lines = std::get<sdk::BodyStream>(answer.body()).next();
    ASSERT_TRUE(lines);
    EXPECT_NE(lines->find("\"'=HYPERLINK"), std::string::npos) << *lines;
}

TEST_F(StaffPages, WhatIsNoIdIsNotThere) {
    EXPECT_EQ(send(sdk::Method::get, "/subscriptions/x%27--", finance_).status(), 404);
    EXPECT_EQ(send(sdk::Method::get, std::string("/subscriptions/") + kPayment, finance_).status(), 404);
    EXPECT_EQ(send(sdk::Method::get, std::string("/payments/") + kPayment, finance_).status(), 404);
}

TEST_F(StaffPages, APreviewChangesNothingAndTheConfirmationDoesWhatItSaid) {
    const auto before = desk_.kept;
    const auto shown = send(sdk::Method::post, path() + "/preview/extend_trial", support_, "days=7&reason=asked");
    ASSERT_EQ(shown.status(), 200);
    EXPECT_EQ(desk_.kept, before);

    std::string body = "x=1";
    for (const auto& field : model(shown)["forms"][0]["hidden"])
        body += "&" + field["name"].get<std::string>() + "=" + sdk::encode_url(field["value"].get<std::string>());
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/extend_trial", support_, body).status(), 303);
    EXPECT_EQ(desk_.kept.subscriptions[0].trial_end->days, before.subscriptions[0].trial_end->days + 7);
    EXPECT_EQ(desk_.reasons, std::vector<std::string>{"asked"});
    // The same form again: its key was seen, nothing more happens.
    send(sdk::Method::post, path() + "/apply/extend_trial", support_, body);
    EXPECT_EQ(desk_.kept.subscriptions[0].trial_end->days, before.subscriptions[0].trial_end->days + 7);
}

TEST_F(StaffPages, TaxDetailsAreFinancesAndAreChecked) {
    const std::string details = "country=SE&region=&tax_id=SE556677889901&business=on&reason=looked%20up";
    EXPECT_EQ(send(sdk::Method::post, path() + "/preview/tax_details", support_, details).status(), 403);
    EXPECT_EQ(send(sdk::Method::post, path() + "/preview/tax_details", finance_, details).status(), 200);
    EXPECT_TRUE(desk_.kept.profile.tax.tax_id.empty());
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/tax_details", finance_, details).status(), 303);
    const auto& tax = desk_.kept.profile.tax;
    EXPECT_EQ(tax.country + " " + tax.tax_id, "SE SE556677889901");
    EXPECT_TRUE(tax.business && tax.tax_id_checked);
    for (const char* wrong : {"country=Sweden&reason=a", "country=SE&tax_id=%3Cb%3E&reason=a",
                              "country=SE&region=Skane&reason=a", "country=&reason=a"})
        EXPECT_NE(send(sdk::Method::post, path() + "/apply/tax_details", finance_, wrong).status(), 303) << wrong;
    EXPECT_EQ(tax.country, "SE");
}

TEST_F(StaffPages, SupportDoesNotChangePricesAndNobodyActsWithoutAReason) {
    const std::string price = "amount=1.00&when=now&reason=friend";
    EXPECT_EQ(send(sdk::Method::post, path() + "/preview/custom_price", support_, price).status(), 403);
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/custom_price", support_, price).status(), 403);
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/cancel", support_, "when=now&reason=x").status(), 403);
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/extend_trial", finance_, "days=7&reason=%20").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/extend_trial", finance_, "days=7x&reason=a").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, path() + "/apply/erase", finance_, "reason=a").status(), 422);
    EXPECT_TRUE(desk_.reasons.empty());
}

TEST_F(StaffPages, EachRoleHasWhatItNeedsAndNoMore) {
    std::map<std::string, std::vector<std::string>> roles;
    for (const auto& each : host_.contributions(sdk::PermissionDefinition::kSlot, sdk::Site::admin)) {
        const auto permission = sdk::PermissionDefinition::from(each);
        for (const auto& role : permission.roles) roles[role].push_back(permission.name);
    }
    EXPECT_EQ(roles["super_admin"].size(), 8u);
    EXPECT_EQ(std::set<std::string>(roles["support_admin"].begin(), roles["support_admin"].end()),
              (std::set<std::string>{kSubscriptionsRead, kSubscriptionsBasic, kCatalogueRead}));
    for (const auto& name : roles["read_only"]) EXPECT_TRUE(name.ends_with(".read")) << name;
}

TEST_F(StaffPages, MoneyIsReadInTheDigitsOfItsCurrency) {
    EXPECT_EQ(read_money("29.5", "USD"), 2950);
    EXPECT_EQ(read_money("29", "JPY"), 29);
    EXPECT_FALSE(read_money("29.5", "JPY"));
    EXPECT_FALSE(read_money("-1", "USD"));
    EXPECT_EQ(read_money("-1", "USD", true), -100);
    EXPECT_FALSE(read_money("999999999999999", "USD"));
    EXPECT_FALSE(read_money("1e3", "USD"));
}

TEST_F(StaffPages, ANoticeIsReplayedByItsIdAndWithAReason) {
    const auto path = std::string("/billing-config/notices/") + kPayment + "/replay";
    EXPECT_EQ(send(sdk::Method::post, path, finance_, "reason=").status(), 422);
    EXPECT_TRUE(rows_.replayed.empty());
    EXPECT_EQ(send(sdk::Method::post, path, finance_, "reason=fixed").status(), 303);
    EXPECT_EQ(rows_.replayed, std::vector<std::string>{kPayment});
}

TEST_F(StaffPages, TrialsAreFilteredAndThoseThatAreTickedGetMoreDays) {
    const auto list = send(sdk::Method::get, "/trials?trial=ending&plan=starter", support_);
    ASSERT_EQ(list.status(), 200);
    EXPECT_EQ(rows_.trials_wanted.standing, TrialStanding::ending);
    EXPECT_EQ(rows_.trials_wanted.plan, "starter");
    EXPECT_NE(model(list)["table"]["bulk"], false);
    EXPECT_EQ(send(sdk::Method::get, "/trials", {kCatalogueRead}).status(), 403);
    const auto before = *desk_.kept.subscriptions.front().trial_end;
    const auto id = desk_.kept.subscriptions.front().id.text();
    EXPECT_EQ(send(sdk::Method::post, "/trials/extend", {kSubscriptionsRead}, "bulk_action=7&id=" + id).status(), 403);
    EXPECT_EQ(send(sdk::Method::post, "/trials/extend", support_, "bulk_action=700&id=" + id).status(), 422);
    EXPECT_EQ(send(sdk::Method::post, "/trials/extend", support_, "bulk_action=7").status(), 422);
    EXPECT_EQ(send(sdk::Method::post, "/trials/extend", support_, "bulk_action=7&id=" + id).status(), 303);
    EXPECT_EQ(*desk_.kept.subscriptions.front().trial_end, before.plus_days(7));
}

}  // namespace
}  // namespace whatsflow::billing::staff
