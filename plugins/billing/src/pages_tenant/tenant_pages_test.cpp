// Every page of a tenant, over the real engine in memory.
#include "tenant_pages.hpp"

#include "fake_desk.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

using nlohmann::json;
using sdk::Method;

Plan plan_of(const char* code, Amount month, Amount year) {
    Plan plan;
    plan.code = code;
    plan.name = std::string(code) + " plan";
    const auto from = LocalDate::of(2020, 1, 1);
    plan.prices = {{"USD", {IntervalUnit::month, 1}, {{1, month, from, std::nullopt}}},
                   {"USD", {IntervalUnit::year, 1}, {{1, year, from, std::nullopt}}}};
    plan.limits = {{"messages", 1000}};
    return plan;
}

/// Keeps what it was to print.
class KeptDocuments final : public sdk::Documents {
public:
    sdk::Result<std::string> pdf(const sdk::CallContext&, const sdk::Document& document) override {
        last = document;
        return std::string("%PDF-");
    }
    sdk::Document last;
};

class TenantPagesTest : public ::testing::Test {
protected:
    void SetUp() override {
        desk_.time = start_of_day(LocalDate::of(2026, 3, 10), "Asia/Colombo") + std::chrono::hours(8);
        desk_.sold->plans = {plan_of("starter", 2900, 29580), plan_of("pro", 7900, 80580)};
        Meter messages;
        messages.code = "messages";
        messages.name = "Messages";
        desk_.sold->meters = {messages};
        Coupon coupon;
        coupon.code = "TEN";
        coupon.percent = *read_decimal("10");
        desk_.sold->coupons = {coupon};
        desk_.known_providers = {{"stripe", {"Stripe", false, {}, {}, {}}}};
        host_.install_service(sdk::Documents::kId, documents_);
        ASSERT_TRUE(register_tenant_pages(
            host_, desk_, {"Bay Software (Pvt) Ltd", "1 Galle Road\nColombo 3", "Registered as PV 12345", "VAT-77"}));
    }

    static sdk::Identity owner(const std::string& tenant = "tenant-1") {
        auto identity = sdk::testing::a_user(tenant, {kManageBilling, kReadUsage});
        identity.name = "Amina Farouk";
        return identity;
    }
    sdk::Response get(const std::string& path, const sdk::Identity& who = owner()) {
        return host_.call(Method::get, path, options(who));
    }
    sdk::Response post(const std::string& path, const std::string& body, const sdk::Identity& who = owner()) {
        auto call = options(who);
        call.headers.add("Content-Type", "application/x-www-form-urlencoded");
        call.body = body;
        return host_.call(Method::post, path, call);
    }
    static json model(const sdk::Response& response) { return std::get<sdk::View>(response.body()).model; }
    static std::string place(const sdk::Response& response) {
        return std::string(response.headers().find("Location").value_or(""));
    }
    std::string guards(const char* key, const std::string& tenant = "tenant-1") {
        return "key=" + std::string(key) + "&version=" + std::to_string(account(tenant).profile.version);
    }
    Account& account(const std::string& tenant = "tenant-1") { return desk_.of(TenantId{tenant}); }
    void subscribe(const char* plan = "starter") {
        const auto done = post("/billing/change", "plan=" + std::string(plan) + "&interval=month&" + guards("first"));
        ASSERT_EQ(place(done), "/billing?done=begun");
    }
    sdk::Result<sdk::View> banner() {
        for (const auto& piece : host_.contributions(sdk::PageBanner::kSlot, sdk::Site::app)) {
            sdk::Request request;
            request.identity = owner();
            return piece.render(request);
        }
        return sdk::fail("none", "none");
    }

    FakeDesk desk_;
    KeptDocuments documents_;
    sdk::testing::FakeHost host_{"billing"};

private:
    static sdk::testing::CallOptions options(const sdk::Identity& who) {
        sdk::testing::CallOptions call;
        call.identity = who;
        call.tenant = who.tenant;
        call.site = sdk::Site::app;
        return call;
    }
};

TEST_F(TenantPagesTest, EveryPageNeedsThePermission) {
    for (const auto& route : host_.routes()) {
        EXPECT_EQ(route.permission.text(), kManageBilling) << route.pattern;
        EXPECT_FALSE(route.summary.empty()) << route.pattern;
    }
    EXPECT_EQ(get("/billing", sdk::testing::a_user("tenant-1", {kReadUsage})).status(), 403);
}

TEST_F(TenantPagesTest, AnInvoiceThatWaitsIsShownAsNotFinalWithoutANumber) {
    subscribe();
    EXPECT_TRUE(model(get("/billing/invoices"))["upcoming"].empty());
    struct Counted final : IdSource {
        std::string make() override { return "w" + std::to_string(++count); }
        int count = 0;
    } ids;
    desk_.time = start_of_day(account().subscriptions[0].period().to, "Asia/Colombo");
    ASSERT_TRUE(run_due(account(), {*desk_.sold, desk_.time, ids, nullptr, 3}));
    ASSERT_EQ(account().waiting_drafts.size(), 1U);
    const DraftId id{account().waiting_drafts[0].id};
    for (const Command& command :
         {Command{AdjustDraft{id, 700, "Import by us"}}, Command{AdjustDraft{id, -100, "Thanks"}}})
        ASSERT_TRUE(apply(account(), {command, {}, {}, std::nullopt, false}, {*desk_.sold, desk_.time, ids}));

    const auto page = model(get("/billing/invoices"));
    ASSERT_EQ(page["upcoming"].size(), 1U);
    const auto& upcoming = page["upcoming"][0];
    EXPECT_EQ(upcoming.dump().find("INV-"), std::string::npos);
    EXPECT_NE(upcoming["document"]["sums"].dump().find("35.00"), std::string::npos) << upcoming["document"]["sums"];
    ASSERT_EQ(upcoming["document"]["lines"].size(), 2U);
    EXPECT_EQ(upcoming["document"]["lines"][1]["label"], "Import by us");
    EXPECT_NE(upcoming["document"]["lines"][1]["why"].get<std::string>().find("why.reduction"), std::string::npos);
    EXPECT_EQ(page["table"]["rows"].size(), 1U) << "it is no invoice yet";
    EXPECT_NE(model(get("/billing"))["facts"].dump().find("overview.upcoming"), std::string::npos);
    EXPECT_TRUE(model(get("/billing/invoices?after=x"))["upcoming"].empty()) << "only on the first page";
}

TEST_F(TenantPagesTest, AnAddOnIsPricedFirstAddedAtOnceAndRemovedAtThePeriodsEnd) {
    AddOn device;
    device.code = "device";
    device.name = "Extra device";
    device.prices = {{"USD", {IntervalUnit::month, 1}, {{1, 900, LocalDate::of(2020, 1, 1), std::nullopt}}}};
    device.adds_to_limits = {{"messages", 100}};
    desk_.sold->add_ons = {device};
    EXPECT_EQ(model(get("/billing/add-ons"))["subscribed"], false);
    EXPECT_EQ(get("/billing/add-ons/change?add_on=device&quantity=2").status(), 404);
    subscribe();
    EXPECT_EQ(model(get("/billing/add-ons"))["cards"].size(), 1U);
    for (const auto* nonsense : {"add_on=other&quantity=1", "add_on=device&quantity=-1", "add_on=device&quantity=x"})
        EXPECT_EQ(get(std::string("/billing/add-ons/change?") + nonsense).status(), 404) << nonsense;

    const auto shown = model(get("/billing/add-ons/change?add_on=device&quantity=2"));
    EXPECT_EQ(shown["confirm"], "billing.app.change.confirm_pay");
    EXPECT_EQ(shown["documents"].size(), 1U);
    EXPECT_EQ(account().invoices.size(), 1U) << "a preview changes nothing";
    EXPECT_EQ(place(post("/billing/add-ons/change", "add_on=device&quantity=2&" + guards("a"))),
              "/billing?done=add_on");
    EXPECT_EQ(account().invoices.back().total, 1800);
    EXPECT_EQ(*limit_of(*desk_.sold, *account().live_subscription(), "messages"), 1200);

    const auto fewer = model(get("/billing/add-ons/change?add_on=device&quantity=0"));
    EXPECT_TRUE(fewer["documents"].empty()) << "nothing is given back, nothing is due";
    EXPECT_EQ(place(post("/billing/add-ons/change", "add_on=device&quantity=0&" + guards("b"))),
              "/billing?done=scheduled");
    EXPECT_EQ(*limit_of(*desk_.sold, *account().live_subscription(), "messages"), 1200) << "it is paid for";
    EXPECT_NE(model(get("/billing/add-ons"))["cards"][0]["ends"], false);
    // Thought better of it, then not.
    EXPECT_EQ(place(post("/billing/add-ons/change", "add_on=device&quantity=2&" + guards("c"))),
              "/billing?done=add_on");
    EXPECT_FALSE(account().live_subscription()->items.at(1).next_quantity);
    EXPECT_EQ(place(post("/billing/add-ons/change", "add_on=device&quantity=1&" + guards("d"))),
              "/billing?done=scheduled");
    desk_.time = start_of_day(LocalDate::of(2026, 4, 11), "Asia/Colombo");
    const auto next = model(get("/billing/add-ons/change?add_on=device&quantity=3"));
    EXPECT_NE(next["next"], false);
    EXPECT_EQ(get("/billing").status(), 200);
}

TEST_F(TenantPagesTest, UsageSaysWhichFeaturesThePlanHas) {
    desk_.sold->plans[0].features = {{"assistant", true}};
    subscribe();
    sdk::Request request;
    request.identity = owner();
    const auto sections = host_.contributions({"whatsflow.slot.usage_section", 1}, sdk::Site::app);
    ASSERT_EQ(sections.size(), 1U);
    const auto drawn = sections[0].render(request);
    ASSERT_TRUE(drawn);
    const auto& features = drawn->model["features"];
    ASSERT_EQ(features.size(), 1U);
    EXPECT_EQ(features[0]["status"], "good");
    EXPECT_EQ(features[0]["reason"], "It is part of your plan.");
    EXPECT_EQ(features[0]["upgrade"], false);
}

TEST_F(TenantPagesTest, EveryPageStandsWithNothingAndWithASubscription) {
    const char* pages[] = {"/billing",         "/billing/plans",    "/billing/change?plan=pro&interval=year",
                           "/billing/methods", "/billing/invoices", "/billing/history",
                           "/billing/add-ons"};
    for (const auto* page : pages) EXPECT_EQ(get(page).status(), 200) << page;
    EXPECT_EQ(place(get("/billing/cancel")), "/billing");
    subscribe();
    for (const auto* page : pages) EXPECT_EQ(get(page).status(), 200) << page;
    EXPECT_EQ(get("/billing/cancel").status(), 200);
}

TEST_F(TenantPagesTest, ThePlanFromThePriceListIsOfferedUntilTheFirstSubscription) {
    desk_.sold->plans[1].trial_days = 7;
    EXPECT_EQ(model(get("/billing"))["chosen"], false);
    desk_.chosen = ChosenPlan{"pro", {IntervalUnit::year, 1}};
    const auto offer = model(get("/billing"))["chosen"];
    EXPECT_EQ(offer["name"], "pro plan");
    EXPECT_EQ(offer["change_path"], "/billing/change?plan=pro&interval=year");
    EXPECT_EQ(offer["text"], "billing.app.chosen.trial");
    desk_.chosen = ChosenPlan{"starter", {IntervalUnit::month, 1}};
    EXPECT_EQ(model(get("/billing"))["chosen"]["text"], "billing.app.chosen.text") << "has no trial";
    for (const auto& unsold :
         {ChosenPlan{"<script>", {IntervalUnit::month, 1}}, ChosenPlan{"pro", {IntervalUnit::day, 3}}}) {
        desk_.chosen = unsold;
        EXPECT_EQ(model(get("/billing"))["chosen"], false) << unsold.plan;
    }
    desk_.chosen = ChosenPlan{"pro", {IntervalUnit::month, 1}};
    desk_.sold->plans[1].retired = true;
    EXPECT_EQ(model(get("/billing"))["chosen"], false) << "not sold any more";
    desk_.sold->plans[1].retired = false;
    EXPECT_EQ(place(post("/billing/change", "plan=pro&interval=month&" + guards("tried"))), "/billing?done=trial");
    EXPECT_EQ(model(get("/billing"))["chosen"], false) << "decided";
}

TEST_F(TenantPagesTest, ThePlanOneHasIsMarked) {
    subscribe();

    const auto cards = model(get("/billing/plans"))["cards"];

    ASSERT_EQ(cards.size(), 2U);
    EXPECT_EQ(cards[0]["is_current"], true);
    EXPECT_EQ(cards[0]["may_choose"], false);
    EXPECT_EQ(cards[1]["is_current"], false);
    EXPECT_EQ(cards[1]["price"], "$79.00");
    EXPECT_EQ(model(get("/billing/plans?interval=year"))["cards"][0]["is_current"], false);
}

TEST_F(TenantPagesTest, WhatThePreviewSaysIsWhatTheInvoiceSays) {
    subscribe();
    desk_.time += std::chrono::hours(24 * 10);
    const auto shown = model(get("/billing/change?plan=pro&interval=month"));
    ASSERT_EQ(shown["documents"].size(), 1U);

    EXPECT_EQ(place(post("/billing/change", "plan=pro&interval=month&" + guards("second"))), "/billing?done=changed");

    const auto& made = account().invoices.back();
    const auto page = model(get("/billing/invoices/" + made.id.text()));
    EXPECT_EQ(page["document"]["lines"], shown["documents"][0]["lines"]);
    EXPECT_EQ(TenantWords(host_, {}).money(made.amount_paid, "USD"), shown["due_now"]);
}

TEST_F(TenantPagesTest, SentTwiceIsChargedOnce) {
    const auto form = "plan=starter&interval=month&" + guards("same");
    EXPECT_EQ(place(post("/billing/change", form)), "/billing?done=begun");
    EXPECT_EQ(place(post("/billing/change", form)), "/billing?done=begun");

    EXPECT_EQ(account().invoices.size(), 1U);
    EXPECT_EQ(account().payments.size(), 1U);
}

TEST_F(TenantPagesTest, TheSlowerOfTwoTabsIsToldAndKeepsWhatItChose) {
    subscribe();
    const auto old = guards("tab-2");
    ASSERT_EQ(place(post("/billing/change", "plan=pro&interval=month&" + guards("tab-1"))), "/billing?done=changed");

    const auto late = post("/billing/change", "plan=starter&interval=year&" + old);

    EXPECT_EQ(late.status(), 409);
    EXPECT_EQ(model(late)["fields"][0], (json{{"name", "plan"}, {"value", "starter"}}));
    EXPECT_EQ(model(late)["fields"][1], (json{{"name", "interval"}, {"value", "year"}}));
    EXPECT_NE(model(late)["objection"], false);
}

TEST_F(TenantPagesTest, HostileFormsChangeNothing) {
    EXPECT_EQ(get("/billing/change?plan=%3Cscript%3E&interval=month").status(), 404);
    EXPECT_EQ(get("/billing/change?plan=pro&interval=" + std::string(5000, '9')).status(), 404);
    EXPECT_EQ(get("/billing/change").status(), 404);
    EXPECT_EQ(post("/billing/change", "plan=pro&interval=month").status(), 400);
    EXPECT_EQ(post("/billing/change", "plan=pro&interval=month&key=a&version=1x").status(), 400);
    EXPECT_EQ(post("/billing/change", "plan=pro&interval=month&key=a&version=-1").status(), 400);
    EXPECT_EQ(post("/billing/change", "plan=pro&interval=month&key=" + std::string(65, 'k') + "&version=0").status(),
              400);
    EXPECT_EQ(post("/billing/codes", "code=" + std::string(2000, 'A') + "&" + guards("c")).status(), 422);
    EXPECT_EQ(desk_.acts, 0);
}

TEST_F(TenantPagesTest, AnInvoiceOfAnotherTenantIsNotThere) {
    subscribe();
    const auto id = account().invoices.front().id.text();

    EXPECT_EQ(get("/billing/invoices/" + id).status(), 200);
    EXPECT_EQ(get("/billing/invoices/" + id, owner("tenant-2")).status(), 404);
    EXPECT_EQ(get("/billing/invoices/" + id + ".pdf", owner("tenant-2")).status(), 404);
    EXPECT_EQ(post("/billing/invoices/" + id + "/pay", guards("k", "tenant-2"), owner("tenant-2")).status(), 404);
}

TEST_F(TenantPagesTest, APrintedInvoiceSaysWhoSellsAndUnderWhichNumbers) {
    subscribe();
    const auto id = account().invoices.front().id.text();

    EXPECT_EQ(get("/billing/invoices/" + id + ".pdf").status(), 200);

    const auto& document = documents_.last;
    EXPECT_EQ(document.issuer, "Bay Software (Pvt) Ltd");
    const sdk::DocumentParties* parties = nullptr;
    for (const auto& block : document.blocks)
        if (const auto* found = std::get_if<sdk::DocumentParties>(&block)) parties = found;
    ASSERT_NE(parties, nullptr);
    const auto& seller = parties->columns.front().second;
    for (const char* part : {"Bay Software (Pvt) Ltd", "1 Galle Road\nColombo 3", "Registered as PV 12345", "VAT-77"})
        EXPECT_NE(seller.find(part), std::string::npos) << seller;
}

TEST_F(TenantPagesTest, AnInvoiceSaysEachTaxAndWhoOwesIt) {
    subscribe();
    auto& line = desk_.accounts.begin()->second.invoices.front().lines.front();
    const auto path = "/billing/invoices/" + account().invoices.front().id.text();
    const auto why = [&] { return model(get(path))["document"]["lines"][0]["why"].get<std::string>(); };
    line.tax = 434;
    line.tax_terms = {*read_decimal("14.975"), false, "said", false, 434};
    line.tax_terms.shares = {{"GST", *read_decimal("5"), 145}, {"QST", *read_decimal("9.975"), 289}};
    EXPECT_NE(why().find("why.share. billing.app.why.share."), std::string::npos) << why();
    line.tax_terms.shares.clear();
    EXPECT_EQ(why().find("why.share"), std::string::npos) << why();
    line.tax = 0;
    line.tax_terms = {{}, false, "reverse charge (SE556677889901)", true};
    EXPECT_NE(why().find("why.reverse_charge"), std::string::npos) << why();
}

TEST_F(TenantPagesTest, ARefusedPaymentLeavesAnInvoiceToPay) {
    desk_.charge_works = false;
    EXPECT_EQ(place(post("/billing/change", "plan=starter&interval=month&" + guards("a"))), "/billing?done=open");
    const auto shown = model(get("/billing"));
    ASSERT_EQ(shown["invoices"].size(), 1U);

    desk_.charge_works = true;
    desk_.kept_methods = {{"m1", "stripe", "card", "visa", "4242", 4, 2026, true}};
    const auto id = account().invoices.front().id.text();
    EXPECT_EQ(place(post("/billing/invoices/" + id + "/pay", guards("b"))), "/billing?done=paid");
    EXPECT_EQ(model(get("/billing"))["has_invoices"], false);
}

TEST_F(TenantPagesTest, WithoutAMethodOneIsLedToTheProvider) {
    desk_.page_to_pay_on = sdk::CheckoutPage{"https://pay.example/c?x=1", std::nullopt, {}, std::nullopt};

    const auto led = post("/billing/change", "plan=starter&interval=month&provider=stripe&" + guards("a"));

    EXPECT_EQ(model(led)["form_origins"], json::array({"https://pay.example"}));
    EXPECT_EQ(led.headers().find("Refresh"), "0; url=https://pay.example/c?x=1");
    desk_.page_to_pay_on->url = "javascript:alert(1)";
    EXPECT_EQ(post("/billing/methods", "provider=stripe").status(), 502);
}

TEST_F(TenantPagesTest, MethodsThatExpireSayso) {
    desk_.kept_methods = {{"m1", "stripe", "card", "visa", "4242", 3, 2026, true},
                          {"m2", "stripe", "card", "visa", "1111", 2, 2026, false},
                          {"m3", "stripe", "card", "visa", "2222", 12, 2030, false}};
    const auto rows = model(get("/billing/methods"))["methods"];
    EXPECT_EQ(rows[0]["is_expiring"], true);
    EXPECT_EQ(rows[1]["is_over"], true);
    EXPECT_EQ(rows[2]["is_expiring"], false);
    EXPECT_EQ(place(post("/billing/methods/m2/default", "")), "/billing/methods?done=default");
    EXPECT_EQ(post("/billing/methods/nobodys/remove", "").status(), 404);
}

TEST_F(TenantPagesTest, StaffActingAsSomebodyChangesNothingAndSeesNoMethods) {
    subscribe();
    auto staff = owner();
    staff.impersonator = "staff-1";
    const int before = desk_.acts;

    EXPECT_EQ(get("/billing", staff).status(), 200);
    EXPECT_EQ(model(get("/billing", staff))["may_change"], false);
    EXPECT_EQ(get("/billing/methods", staff).status(), 403);
    for (const auto& route : host_.routes())
        if (route.method == Method::post) {
            auto path = route.pattern;
            if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "x");
            EXPECT_EQ(post(path, "plan=pro&interval=month&reason=other&code=TEN&" + guards("s"), staff).status(), 403)
                << path;
        }
    EXPECT_EQ(desk_.acts, before);
}

TEST_F(TenantPagesTest, CancelAsksForAReasonAndCanBeTakenBack) {
    subscribe();
    const auto refused = post("/billing/cancel", "reason=&comment=too+slow&" + guards("c0"));
    EXPECT_EQ(refused.status(), 422);
    EXPECT_EQ(model(refused)["comment"], "too slow");
    EXPECT_EQ(model(refused)["can_pause"], true);

    EXPECT_EQ(place(post("/billing/cancel", "reason=other&comment=bye&" + guards("c1"))), "/billing?done=canceled");
    EXPECT_EQ(desk_.last_reason, "other: bye");
    EXPECT_EQ(model(get("/billing"))["is_canceling"], true);
    EXPECT_EQ(place(post("/billing/keep", guards("c2"))), "/billing?done=kept");
    EXPECT_EQ(post("/billing/keep", guards("c3")).status(), 422);
    EXPECT_EQ(place(post("/billing/pause", guards("c4"))), "/billing?done=paused");
    EXPECT_EQ(model(get("/billing"))["is_paused"], true) << "a planned pause can be taken back";
    EXPECT_EQ(place(post("/billing/resume", guards("c5"))), "/billing?done=resumed");
    EXPECT_EQ(post("/billing/resume", guards("c6")).status(), 422);
}

TEST_F(TenantPagesTest, ACodeIsACouponOrAGiftOrAnObjectionAtItsField) {
    subscribe();
    EXPECT_EQ(place(post("/billing/codes", "code=+TEN+&" + guards("k1"))), "/billing?done=coupon");
    EXPECT_EQ(place(post("/billing/codes", "code=GIFT&" + guards("k2"))), "/billing?done=gift");
    const auto unknown = post("/billing/codes", "code=NOPE&" + guards("k3"));
    EXPECT_EQ(unknown.status(), 422);
    EXPECT_EQ(model(unknown)["code_field"]["value"], "NOPE");
    EXPECT_EQ(model(unknown)["code_field"]["invalid"], true);
}

TEST_F(TenantPagesTest, TheListGoesOnByCursor) {
    subscribe();
    EXPECT_EQ(model(get("/billing/invoices"))["table"]["older_path"], "/billing/invoices?after=older%20%26%20more");
    EXPECT_EQ(get("/billing/invoices?after=" + std::string(3000, 'x')).status(), 200);
}

TEST_F(TenantPagesTest, MetersWarnAndPromptThoseWhoMayUpgrade) {
    subscribe();
    const TenantId tenant{"tenant-1"};
    ASSERT_TRUE(
        desk_.act({}, tenant, {ReportUsage{"messages", 850, "e1", std::nullopt}, {}, {}, std::nullopt, false}, {}));
    const auto meters = model(get("/billing"))["meters"];
    ASSERT_EQ(meters.size(), 1U);
    EXPECT_EQ(meters[0]["percent"], 85);
    EXPECT_EQ(meters[0]["tone"], "warn");
    EXPECT_EQ(meters[0]["upgrade"], true);
}

TEST_F(TenantPagesTest, TheBannerSaysTheGravestThingAndNothingWhenAllIsWell) {
    subscribe();
    EXPECT_TRUE(banner()->name.empty());
    account().live_subscription()->state = SubscriptionState::past_due;
    EXPECT_EQ(banner()->model["is_warning"], true);
    account().live_subscription()->overdue = OverdueLevel::limited;
    EXPECT_EQ(banner()->model["is_error"], true);
    account().live_subscription()->state = SubscriptionState::trialing;
    account().live_subscription()->overdue = OverdueLevel::none;
    account().live_subscription()->trial_end = LocalDate::of(2026, 3, 11);
    EXPECT_EQ(banner()->model["link_path"], "/billing/methods");
}

TEST_F(TenantPagesTest, AmountsAndDatesReadAsPeopleWriteThem) {
    sdk::Request tamil;
    tamil.locale = "ta";
    EXPECT_EQ(TenantWords(host_, {}).money(-123456789, "USD"), "−$1,234,567.89");
    EXPECT_EQ(TenantWords(host_, {}).money(99, "LKR"), "LKR\u00a00.99");
    EXPECT_EQ(TenantWords(host_, tamil).number(1234567), "12,34,567");
    EXPECT_EQ(TenantWords(host_, {}).number(-123), "-123");
}

}  // namespace
}  // namespace whatsflow::billing
