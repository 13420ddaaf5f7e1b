// Staff's pages over a desk that plays one real account, and a back office with rows in memory.
#include "staff_pages.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::billing::staff {
namespace {

constexpr const char* kTenant = "0190a5aa-0000-7000-8000-000000000001";
constexpr const char* kPayment = "0190a5aa-0000-7000-8000-0000000000aa";

class CountedIds final : public IdSource {
public:
    std::string make() override {
        auto n = std::to_string(++made_);
        return "0190a5aa-0000-7000-9000-" + std::string(12 - n.size(), '0') + n;
    }

private:
    int made_ = 0;
};

template <class T>
sdk::Result<T> not_played() {
    return sdk::fail("test.not_played", "This test does not play it.");
}

class OneAccountDesk final : public Desk {
public:
    OneAccountDesk() {
        Plan starter;
        starter.code = "starter";
        starter.name = "Starter";
        starter.prices = {{"USD", {}, {{1, 2900, LocalDate{}, {}}}}};
        starter.trial_days = 14;
        auto pro = starter;
        pro.code = "pro";
        pro.prices[0].versions[0].amount = 9900;
        shop.plans = {starter, pro};
        Profile profile;
        profile.tenant = TenantId{kTenant};
        profile.currency = "USD";
        kept = *open_account(profile);
        Subscribe subscribe;
        subscribe.plan = "starter";
        EXPECT_TRUE(apply(kept, {subscribe, {}, {}, {}}, {shop, at, ids}));
    }

    sdk::Result<std::shared_ptr<const Catalogue>> catalogue(const sdk::CallContext&) override {
        return std::make_shared<const Catalogue>(shop);
    }
    sdk::Result<sdk::Instant> now(const sdk::CallContext&, const TenantId&) override { return at; }
    sdk::Result<Account> account(const sdk::CallContext&, const TenantId&) override { return kept; }
    sdk::Result<Preview> preview(const sdk::CallContext&, const TenantId&, const Request& request) override {
        return billing::preview(kept, request, {shop, at, ids});
    }
    sdk::Result<Outcome> act(const sdk::CallContext&, const TenantId&, const Request& request, const By& by,
                             const PayWith&) override {
        auto changes = apply(kept, request, {shop, at, ids});
        if (!changes) return changes.error();
        reasons.push_back(by.reason);
        return Outcome{kept, *changes, {}, {}};
    }
    sdk::Result<Outcome> act_all(const sdk::CallContext&, const TenantId&, const std::vector<Request>&, const By&,
                                 const PayWith&) override {
        return not_played<Outcome>();
    }
    sdk::Result<Checkout> pay_on_page(const sdk::CallContext&, const TenantId&, const InvoiceId&, const PayWith&,
                                      const By&) override {
        return not_played<Checkout>();
    }
    sdk::Result<Slice<InvoiceRow>> invoices(const sdk::CallContext&, const TenantId&, const std::string&,
                                            int) override {
        return Slice<InvoiceRow>{};
    }
    sdk::Result<std::optional<Account>> with_invoice(const sdk::CallContext&, const TenantId&,
                                                     const InvoiceId& id) override {
        return kept.find_invoice(id) ? std::optional(kept) : std::nullopt;
    }
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext&, const TenantId&, const std::string&,
                                            int) override {
        return Slice<PaymentRow>{};
    }
    sdk::Result<Slice<CreditEntry>> credit_entries(const sdk::CallContext&, const TenantId&, const std::string&,
                                                   int) override {
        return Slice<CreditEntry>{};
    }
    sdk::Result<std::vector<ProviderRow>> providers(const sdk::CallContext&) override {
        return std::vector<ProviderRow>{};
    }
    sdk::Result<std::vector<MethodRow>> methods(const sdk::CallContext&, const TenantId&) override {
        return std::vector<MethodRow>{};
    }
    sdk::Result<Checkout> add_method(const sdk::CallContext&, const TenantId&, const PayWith&, const By&) override {
        return not_played<Checkout>();
    }
    sdk::Result<void> set_default_method(const sdk::CallContext&, const TenantId&, const std::string&,
                                         const By&) override {
        return sdk::ok();
    }
    sdk::Result<void> remove_method(const sdk::CallContext&, const TenantId&, const std::string&, const By&) override {
        return sdk::ok();
    }
    sdk::Result<Outcome> redeem_gift(const sdk::CallContext&, const TenantId&, const std::string&, const By&) override {
        return not_played<Outcome>();
    }
    sdk::Result<std::string> referral_code(const sdk::CallContext&, const TenantId&) override { return std::string{}; }

    Catalogue shop;
    Account kept;
    CountedIds ids;
    sdk::Instant at = sdk::from_micros(1'773'000'000'000'000);
    std::vector<std::string> reasons;
};

class RowsInMemory final : public BackOffice {
public:
    explicit RowsInMemory(const OneAccountDesk& desk) : desk_(desk) {}

    SubscriptionRow row() const {
        const auto& live = desk_.kept.subscriptions.front();
        SubscriptionRow made;
        made.tenant = TenantId{kTenant};
        made.id = live.id;
        made.plan = "=HYPERLINK(\"x\")";
        made.interval = "month";
        made.currency = "USD";
        made.state = live.state;
        return made;
    }
    sdk::Result<Slice<SubscriptionRow>> subscriptions(const sdk::CallContext& context, const SubscriptionFilter& filter,
                                                      const std::string&, int) override {
        EXPECT_FALSE(context.crossing.empty());
        seen = filter;
        return Slice<SubscriptionRow>{{row()}, {}};
    }
    sdk::Result<std::optional<SubscriptionRow>> subscription(const sdk::CallContext&,
                                                             const SubscriptionId& id) override {
        return id == row().id ? std::optional(row()) : std::nullopt;
    }
    sdk::Result<Slice<PaymentRow>> payments(const sdk::CallContext&, const PaymentFilter&, const std::string&,
                                            int) override {
        return Slice<PaymentRow>{};
    }
    sdk::Result<std::optional<PaymentRow>> payment(const sdk::CallContext&, const PaymentId& id) override {
        return payments_kept.contains(id.text()) ? std::optional(payments_kept.at(id.text())) : std::nullopt;
    }
    sdk::Result<Slice<InvoiceRow>> failed_payments(const sdk::CallContext&, const std::string&, int) override {
        return Slice<InvoiceRow>{};
    }
    sdk::Result<std::vector<ParkedRow>> parked(const sdk::CallContext&) override { return std::vector<ParkedRow>{}; }
    sdk::Result<void> unpark(const sdk::CallContext&, const TenantId&, const By&) override { return sdk::ok(); }
    sdk::Result<CatalogueVersion> publish(const sdk::CallContext&, const CatalogueEntry&, const By&) override {
        return not_played<CatalogueVersion>();
    }
    sdk::Result<std::vector<CatalogueVersion>> catalogue_history(const sdk::CallContext&, const std::string&,
                                                                 const std::string&) override {
        return std::vector<CatalogueVersion>{};
    }
    sdk::Result<std::int64_t> coupon_redemptions(const sdk::CallContext&, const std::string&) override {
        return std::int64_t{0};
    }
    sdk::Result<std::vector<std::string>> sell_gifts(const sdk::CallContext&, Amount, const std::string&, int,
                                                     std::optional<LocalDate>, const By&) override {
        return std::vector<std::string>{};
    }
    sdk::Result<Slice<PostingRow>> postings(const sdk::CallContext&, const TenantId&, const std::string&,
                                            int) override {
        return Slice<PostingRow>{};
    }
    sdk::Result<TrialBalance> trial_balance(const sdk::CallContext&) override { return TrialBalance{}; }
    sdk::Result<std::vector<RevenueDay>> revenue(const sdk::CallContext&, LocalDate, LocalDate) override {
        return std::vector<RevenueDay>{};
    }
    sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext&, LocalDate, LocalDate, const std::string&,
                                              int) override {
        return Slice<MovementRow>{};
    }
    sdk::Result<Slice<NoticeRow>> notices(const sdk::CallContext&, const std::string&, const std::string&,
                                          int) override {
        return Slice<NoticeRow>{};
    }
    sdk::Result<void> replay_notice(const sdk::CallContext&, const std::string& id, const By&) override {
        replayed.push_back(id);
        return sdk::ok();
    }

    SubscriptionFilter seen;
    std::map<std::string, PaymentRow> payments_kept;
    std::vector<std::string> replayed;

private:
    const OneAccountDesk& desk_;
};

class StaffPages : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(register_staff_pages(office_)); }

    sdk::Response send(sdk::Method method, const std::string& target, std::set<std::string> permissions,
                       const std::string& body = {}) {
        sdk::testing::CallOptions options;
        options.site = sdk::Site::admin;
        options.identity = sdk::testing::a_staff_member(std::move(permissions));
        options.body = body;
        if (!body.empty()) options.headers.add("content-type", "application/x-www-form-urlencoded");
        return host_.call(method, target, options);
    }
    static const nlohmann::json& model(const sdk::Response& answer) { return std::get<sdk::View>(answer.body()).model; }
    std::string path() const { return "/subscriptions/" + desk_.kept.subscriptions.front().id.text(); }

    const std::set<std::string> support_{kSubscriptionsRead, kSubscriptionsBasic};
    const std::set<std::string> finance_{kSubscriptionsRead, kSubscriptionsBasic, kSubscriptionsManage,
                                         kPaymentsRead,      kPaymentsManage,     kReportsRead};
    sdk::testing::FakeHost host_{"billing"};
    OneAccountDesk desk_;
    RowsInMemory rows_{desk_};
    StaffOffice office_{host_, desk_, rows_};
};

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

}  // namespace
}  // namespace whatsflow::billing::staff
