// Taxes that another plugin works out: asked outside of transactions, kept on the line, waited for.
#include "billing_fixture.hpp"
#include "document_check.hpp"

namespace whatsflow::billing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// A tenth, and a handling fee of 7 on plans; says what it was asked.
class AcmeTaxes final : public sdk::TaxProvider {
public:
    sdk::Result<std::vector<sdk::LineTaxes>> taxes(const sdk::CallContext& context,
                                                   const sdk::TaxRequest& request) override {
        ++calls;
        patience = context.remaining();
        if (while_asked) while_asked();
        if (throws) throw std::runtime_error("broken");
        if (error) return *error;
        asked.push_back(request);
        if (says) return says(request);
        std::vector<sdk::LineTaxes> all;
        for (const auto& line : request.lines) {
            sdk::LineTaxes taxes;
            taxes.parts.push_back({"Tithe", "10", (line.amount + 5) / 10});
            if (line.kind == sdk::TaxableKind::plan) taxes.parts.push_back({"Fee", "", 7});
            all.push_back(std::move(taxes));
        }
        return all;
    }
    int calls = 0;
    std::chrono::milliseconds patience{0};
    bool throws = false;
    std::optional<sdk::Error> error;
    std::vector<sdk::TaxRequest> asked;
    std::function<void()> while_asked;
    std::function<std::vector<sdk::LineTaxes>(const sdk::TaxRequest&)> says;
};

class TaxService : public testing::Billing {
protected:
    json settings_of_test() override {
        return {{"tax_provider", "acme"}, {"seller_country", "CA"}, {"seller_region", "QC"}, {"seller_tax_id", "T-1"}};
    }
    void SetUp() override {
        host_.install_service(sdk::TaxProvider::kId, acme_, {{"provider", "acme"}});
        Billing::SetUp();
    }
    sdk::Response subscribe(const std::string& key = {}) {
        return call(sdk::Method::post, "/v1/subscription",
                    {{"plan", "starter"}, {"interval", "month"}, {"provider", "bank"}, {"trial", false}}, key);
    }
    void subscribe_and_pay_with_tax() {
        ASSERT_EQ(subscribe().status(), 201);
        ASSERT_EQ(notify({{"id", "evt_" + tenant_},
                          {"type", "paid"},
                          {"reference", bank_.pages.back()},
                          {"amount", 2900 + 297}}),
                  200);
        jobs();
    }
    void be_due() { host_.time().set(start_of_day(LocalDate::of(2026, 4, 10), "UTC") + 1h); }

    AcmeTaxes acme_;
};

TEST_F(TaxService, SaysWhatAnInvoiceCarriesAndIsAskedWithEverythingItDependsOn) {
    const auto made = subscribe();
    ASSERT_EQ(made.status(), 201) << said(made).dump();
    EXPECT_EQ(said(made)["invoice"]["total"], 2900 + 290 + 7);
    ASSERT_EQ(acme_.asked.size(), 1U);
    const auto& request = acme_.asked[0];
    EXPECT_EQ(request.currency, "USD");
    EXPECT_EQ(request.day, "2026-03-10");
    EXPECT_FALSE(request.prices_include_tax);
    EXPECT_EQ(request.seller.country + request.seller.region + request.seller.tax_id, "CAQCT-1");
    EXPECT_EQ(request.buyer.country, "US");
    ASSERT_EQ(request.lines.size(), 1U);
    EXPECT_EQ(request.lines[0].code, "starter");
    EXPECT_EQ(request.lines[0].kind, sdk::TaxableKind::plan);
    EXPECT_EQ(request.lines[0].amount, 2900);
    EXPECT_LE(acme_.patience, TaxDesk::kPatience);
    EXPECT_GT(acme_.patience, 0ms);
    const auto invoice = said(call(sdk::Method::get, "/v1/invoices/" + said(made)["invoice"]["id"].get<std::string>()));
    EXPECT_EQ(invoice["tax"], 297);
    EXPECT_EQ(invoice["lines"][0]["tax"], 297);
}

TEST_F(TaxService, IsToldWhetherStaffHaveLookedTheNumberUp) {
    auto& desk = plugin_.teller_for_tests();
    ASSERT_EQ(subscribe().status(), 201);
    EXPECT_FALSE(acme_.asked.back().buyer.tax_id_checked);
    const Request details{SetTaxDetails{"SE", "", "SE556677889901", true}, {}, {}, std::nullopt, false};
    tenant_ = "0190a5b0-0000-7000-8000-000000000002";
    ASSERT_TRUE(desk.act(sdk::testing::a_context(), TenantId{tenant_}, details, {}));
    ASSERT_EQ(subscribe().status(), 201);
    const auto& buyer = acme_.asked.back().buyer;
    EXPECT_EQ(buyer.country + " " + buyer.tax_id, "SE SE556677889901");
    EXPECT_TRUE(buyer.business);
    EXPECT_TRUE(buyer.tax_id_checked);
}

TEST_F(TaxService, ThatRefusesOneCustomerIsAskedOfTheNextAtOnce) {
    acme_.error = sdk::fail("tax.refused", "Who is this?");
    EXPECT_EQ(said(subscribe())["code"], "billing.tax_refused");
    acme_.error.reset();
    tenant_ = "0190a5b0-0000-7000-8000-000000000002";
    EXPECT_EQ(subscribe().status(), 201) << "a refusal is an answer: nobody else waits for it";
}

TEST_F(TaxService, IsAskedOutsideOfEveryTransaction) {
    int written = 0;
    acme_.while_asked = [&] {
        // Were the account's row locked, or SQLite's one writer busy, this would have to wait for itself.
        const auto done = database_->execute(
            sdk::across_tenants(sdk::testing::a_context(), "test"),
            "UPDATE billing_accounts SET parked_reason = 'asked' WHERE parked_reason = '' OR parked_reason = 'asked'");
        written += done ? 1 : 0;
    };
    subscribe_and_pay_with_tax();
    be_due();
    jobs();
    EXPECT_EQ(count("billing_invoices WHERE total = 3197"), 2);
    EXPECT_EQ(acme_.calls, written);
    EXPECT_EQ(count("billing_accounts WHERE parked_reason = 'asked'"), 1);
}

TEST_F(TaxService, IsWaitedForAndNoInvoiceHasAnotherTaxMeanwhile) {
    subscribe_and_pay_with_tax();
    acme_.error = sdk::fail("tax.unreachable", "down");
    be_due();
    jobs();
    EXPECT_EQ(count("billing_invoices"), 1);
    EXPECT_EQ(count("billing_accounts WHERE parked_at IS NOT NULL"), 0);
    EXPECT_EQ(bank_.calls, 0);
    // Back after some hours: the invoice is of its own day, once, with the next number.
    acme_.error.reset();
    host_.time().advance(5h);
    jobs();
    EXPECT_EQ(count("billing_invoices WHERE number = 'INV-000002' AND total = 3197"), 1);
    EXPECT_EQ(bank_.charged.size(), 2U);
    const auto period = said(call(sdk::Method::get, "/v1/subscription"))["period_end"];
    EXPECT_EQ(period, "2026-05-10");
}

TEST_F(TaxService, ThatDoesNotAnswerHoldsNobodyUpAndNothingIsChangedForWhoIsWaiting) {
    for (const bool throws : {false, true}) {
        acme_.throws = throws;
        acme_.error = sdk::fail("tax.unreachable", "down");
        acme_.calls = 0;
        host_.time().advance(TaxDesk::kPause + 1s);
        const auto refused = subscribe();
        EXPECT_EQ(refused.status(), 503);
        EXPECT_EQ(said(refused)["code"], "billing.tax_unavailable");
        EXPECT_EQ(subscribe().status(), 503);
        EXPECT_EQ(acme_.calls, 1) << "asked again at once";
    }
    EXPECT_EQ(count("billing_invoices"), 0);
    EXPECT_EQ(count("billing_subscriptions"), 0);
}

TEST_F(TaxService, ThatRefusesACustomerStopsThatAccountWithItsReason) {
    subscribe_and_pay_with_tax();
    acme_.error = sdk::fail("tax.refused", "The region XX is unknown.");
    be_due();
    jobs();
    EXPECT_EQ(count("billing_invoices"), 1);
    EXPECT_EQ(count("billing_accounts WHERE parked_reason LIKE 'billing.tax_refused%region XX%'"), 1);
    acme_.error.reset();
    ASSERT_TRUE(plugin_.books_for_tests().unpark(sdk::testing::a_context(), TenantId{tenant_}, {}));
    jobs();
    EXPECT_EQ(count("billing_invoices WHERE total = 3197"), 2);
}

TEST_F(TaxService, GivesTheInvoiceItsPreviewSaidAndCreditsWhatWasCharged) {
    subscribe_and_pay_with_tax();
    host_.time().set(start_of_day(LocalDate::of(2026, 3, 20), "UTC"));
    ChangePlan wish;
    wish.plan = "professional";
    wish.interval = {IntervalUnit::month, 1};
    const Request change{wish, {}, {}, std::nullopt, false};
    auto& desk = plugin_.teller_for_tests();
    const auto shown = desk.preview(sdk::testing::a_context(), TenantId{tenant_}, change);
    ASSERT_TRUE(shown) << shown.error().message;
    ASSERT_TRUE(shown->next_renewal);
    EXPECT_GT(shown->next_renewal->tax, 0);
    const auto done = desk.act(sdk::testing::a_context(), TenantId{tenant_}, change, {});
    ASSERT_TRUE(done) << done.error().message;
    const auto* invoice = done->account.find_invoice(done->invoices.at(0));
    ASSERT_NE(invoice, nullptr);
    EXPECT_EQ(invoice->total, shown->invoices.at(0).total);
    ASSERT_EQ(invoice->lines.size(), 2U);
    EXPECT_EQ(invoice->lines[0].amount, -1965);  // 21 of 31 days of 29.00
    EXPECT_EQ(invoice->lines[0].tax, -201);      // and of 2.97
    EXPECT_EQ(invoice->lines[1].tax_terms.shares.size(), 2U);
    EXPECT_EQ(invoice->lines[1].tax_terms.reason, "Tithe 10 %, Fee");
    EXPECT_TRUE(verify(done->account).empty());
}

TEST_F(TaxService, IsNotBelievedWhatCannotBe) {
    const TaxQuestion question{
        LocalDate::of(2026, 3, 10), "USD", {}, false, {{sdk::TaxableKind::plan, "starter", 100}}};
    using Said = std::vector<sdk::LineTaxes>;
    const auto one = [](sdk::LineTaxes taxes) { return Said{std::move(taxes)}; };
    const std::vector<Said> wrong{
        {},
        {{}, {}},
        one({{{"T", "10", -1}}, false, ""}),
        one({{{"T", "10", 101}}, false, ""}),
        one({{{"T", "10", 60}, {"U", "10", 41}}, false, ""}),
        one({{{"", "10", 10}}, false, ""}),
        one({{{std::string(61, 'T'), "10", 10}}, false, ""}),
        one({{{"T", "ten", 10}}, false, ""}),
        one({{{"T", "-10", 10}}, false, ""}),
        one({{{"T", "1001", 10}}, false, ""}),
        one({{{"T\xff", "10", 10}}, false, ""}),
        one({{{"T", "10", 10}}, true, ""}),
        one({{}, false, std::string(201, 'r')}),
        one({std::vector<sdk::TaxPart>(21, {"T", "", 0}), false, ""}),
    };
    for (std::size_t at = 0; at < wrong.size(); ++at) {
        const auto terms = terms_said(question, wrong[at]);
        ASSERT_FALSE(terms) << at;
        EXPECT_EQ(terms.error().code, "tax.bad_answer") << at;
    }
    const auto right = terms_said(question, one({{{"GST", "5", 5}, {"QST", "9.975", 95}}, false, ""}));
    ASSERT_TRUE(right) << right.error().message;
    EXPECT_EQ(right->at(0).percent, *read_decimal("14.975"));
    EXPECT_EQ(right->at(0).said, 100);
    const auto elsewhere = terms_said(question, one({{}, true, "sold abroad"}));
    ASSERT_TRUE(elsewhere);
    EXPECT_TRUE(elsewhere->at(0).reverse_charge);
    EXPECT_EQ(elsewhere->at(0).said, 0);
}

class TaxServiceOrTable : public TaxService {
protected:
    json settings_of_test() override { return {{"tax_provider", "acme"}, {"without_tax_provider", "table"}}; }
    void sell_with(const std::string& percent) {
        TaxRate rate{"US", "Sales tax", *read_decimal(percent), false, LocalDate::of(2020, 1, 1), std::nullopt, false};
        ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), rate, {}));
        plugin_.forget_what_is_known();
    }
};

TEST_F(TaxServiceOrTable, TakesTheTableOnlyWhileThereIsNoAnswer) {
    sell_with("8");
    acme_.error = sdk::fail("tax.unreachable", "down");
    const auto made = subscribe();
    ASSERT_EQ(made.status(), 201) << said(made).dump();
    EXPECT_EQ(said(made)["invoice"]["total"], 2900 + 232);
    acme_.error.reset();
    tenant_ = "0190a5b0-0000-7000-8000-000000000002";
    host_.time().advance(TaxDesk::kPause + 1s);
    EXPECT_EQ(said(subscribe())["invoice"]["total"], 2900 + 297);
    // What it refuses is no silence.
    acme_.error = sdk::fail("tax.refused", "Who is this?");
    tenant_ = "0190a5b0-0000-7000-8000-000000000003";
    EXPECT_EQ(said(subscribe())["code"], "billing.tax_refused");
}

class TableService : public testing::Billing {};

TEST_F(TableService, IsOfferedToOtherPlugins) {
    TaxRate rate{"LK", "VAT", *read_decimal("18"), false, LocalDate::of(2024, 1, 1), std::nullopt, true};
    ASSERT_TRUE(plugin_.books_for_tests().publish(sdk::testing::a_context(), rate, {}));
    plugin_.forget_what_is_known();
    const auto table = sdk::find_service<sdk::TaxProvider>(host_, {{"provider", "table"}});
    ASSERT_TRUE(table);
    sdk::TaxRequest request;
    request.currency = "LKR";
    request.day = "2026-03-10";
    request.buyer.country = "LK";
    request.lines = {{sdk::TaxableKind::plan, "starter", 2900}};
    const auto taxes = table.call(&sdk::TaxProvider::taxes, sdk::testing::a_context(), request);
    ASSERT_TRUE(taxes) << taxes.error().message;
    ASSERT_EQ(taxes->at(0).parts.size(), 1U);
    EXPECT_EQ(taxes->at(0).parts[0].name, "VAT");
    EXPECT_EQ(taxes->at(0).parts[0].amount, 522);
    request.prices_include_tax = true;
    const auto inside = table.call(&sdk::TaxProvider::taxes, sdk::testing::a_context(), request);
    ASSERT_TRUE(inside);
    EXPECT_EQ(inside->at(0).parts.at(0).amount, 442) << "as the question has it, not as the table does";
    request.prices_include_tax = false;
    request.buyer.business = true;
    request.buyer.tax_id = "123456789-7000";
    const auto reverse = table.call(&sdk::TaxProvider::taxes, sdk::testing::a_context(), request);
    ASSERT_TRUE(reverse);
    EXPECT_TRUE(reverse->at(0).reverse_charge);
    EXPECT_TRUE(reverse->at(0).parts.empty());
    request.day = "yesterday";
    EXPECT_EQ(table.call(&sdk::TaxProvider::taxes, sdk::testing::a_context(), request).error().code, "tax.refused");
}

}  // namespace
}  // namespace whatsflow::billing
