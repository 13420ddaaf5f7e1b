// What a tax service has said: asked once with everything it depends on, kept on the line, given back with it.
#include "explain.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

class Ids final : public IdSource {
public:
    std::string make() override { return std::to_string(++count_); }

private:
    int count_ = 0;
};

class TaxesSaid : public ::testing::Test {
protected:
    void SetUp() override {
        for (const auto& [code, amount] : {std::pair{"starter", Amount{2900}}, std::pair{"pro", Amount{9900}}}) {
            Plan plan;
            plan.code = code;
            plan.prices = {{"USD", {IntervalUnit::month, 1}, {{1, amount, LocalDate::of(2020, 1, 1), std::nullopt}}}};
            shop_.plans.push_back(plan);
        }
        Profile profile;
        profile.tenant = TenantId{"t"};
        profile.currency = "USD";
        profile.tax.country = "CA";
        account_ = *open_account(profile);
    }
    sdk::Result<Changes> act(Command command) {
        return apply(account_, {std::move(command), {}, {}, std::nullopt, false}, around());
    }
    static Subscribe to_starter() {
        Subscribe wish;
        wish.plan = "starter";
        wish.interval = {IntervalUnit::month, 1};
        return wish;
    }
    static ChangePlan to_pro() {
        ChangePlan wish;
        wish.plan = "pro";
        wish.interval = {IntervalUnit::month, 1};
        return wish;
    }
    Surroundings around() { return {shop_, start_of_day(day_, "UTC"), ids_, &known_}; }
    /// 5 % and 9.975 %, each rounded by itself: 3 cents more than the sum of the percentages now and then.
    static TaxTerms terms(Amount gst, Amount qst) {
        TaxTerms said{*read_decimal("14.975"), false, "GST 5 %, QST 9.975 %", false, gst + qst};
        said.shares = {{"GST", *read_decimal("5"), gst}, {"QST", *read_decimal("9.975"), qst}};
        return said;
    }
    void pay_everything() {
        std::vector<PaymentId> open;
        for (const auto& payment : account_.payments)
            if (payment.unresolved()) open.push_back(payment.id);
        for (const auto& id : open) ASSERT_TRUE(act(ChargeAnswered{id, ChargeResult::succeeded, std::nullopt, {}, {}}));
    }

    Catalogue shop_;
    Account account_;
    KnownTaxes known_;
    Ids ids_;
    LocalDate day_ = LocalDate::of(2026, 4, 1);
};

TEST_F(TaxesSaid, AreWantedBeforeAnythingHappens) {
    const auto before = account_;
    const auto refused = act(to_starter());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.tax_needed");
    EXPECT_EQ(account_, before);
    const auto wanted = known_.take_wanted();
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].day, day_);
    EXPECT_EQ(wanted[0].buyer.country, "CA");
    const std::vector<TaxQuestion::Line> lines{{sdk::TaxableKind::plan, "starter", 2900}};
    EXPECT_EQ(wanted[0].lines, lines);

    known_.know(wanted[0], {terms(145, 289)});
    ASSERT_TRUE(act(to_starter()));
    EXPECT_FALSE(known_.wants());
    ASSERT_EQ(account_.invoices.size(), 1U);
    EXPECT_EQ(account_.invoices[0].tax, 434);
    EXPECT_EQ(account_.invoices[0].total, 3334);
    EXPECT_TRUE(verify(account_).empty());
}

TEST_F(TaxesSaid, GoBackWithTheDaysThatAreGivenBackAndNeverTwice) {
    EXPECT_FALSE(act(to_starter()));
    known_.know(known_.take_wanted()[0], {terms(145, 289)});
    ASSERT_TRUE(act(to_starter()));
    pay_everything();
    day_ = LocalDate::of(2026, 4, 16);
    EXPECT_FALSE(act(to_pro()));
    auto wanted = known_.take_wanted();
    ASSERT_EQ(wanted.size(), 1U);
    // Only the charge is asked about; 15 of 30 days of 4.34 are given back.
    ASSERT_EQ(wanted[0].lines.size(), 1U);
    EXPECT_EQ(wanted[0].lines[0].net, 4950);
    known_.know(wanted[0], {terms(248, 494)});
    ASSERT_TRUE(act(to_pro()));
    ASSERT_EQ(account_.invoices.size(), 2U);
    const auto& lines = account_.invoices[1].lines;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].amount, -1450);
    EXPECT_EQ(lines[0].tax, -217);
    EXPECT_EQ(lines[1].tax, 742);
    EXPECT_TRUE(verify(account_).empty());
    pay_everything();
    // The rest of it goes back whole.
    ASSERT_TRUE(act(Cancel{When::now, CreditChoice::prorate}));
    EXPECT_FALSE(known_.wants()) << "nobody is asked about what is given back";
    EXPECT_EQ(account_.invoices.back().tax, -742);
    EXPECT_TRUE(verify(account_).empty());
}

TEST_F(TaxesSaid, AreFoundOutWhenSomebodyWritesIntoThem) {
    EXPECT_FALSE(act(to_starter()));
    known_.know(known_.take_wanted()[0], {terms(145, 289)});
    ASSERT_TRUE(act(to_starter()));
    account_.invoices[0].lines[0].tax_terms.shares[1].amount = 288;
    EXPECT_EQ(verify(account_).size(), 1U);
    account_.invoices[0].lines[0].tax_terms.said = 433;
    EXPECT_EQ(verify(account_).size(), 1U);
}

TEST_F(TaxesSaid, AreAskedAboutAgainWhenTheBuyerIsAnother) {
    EXPECT_FALSE(act(to_starter()));
    known_.know(known_.take_wanted()[0], {terms(145, 289)});
    account_.profile.tax.region = "QC";
    EXPECT_FALSE(act(to_starter()));
    EXPECT_TRUE(known_.wants());
}

TEST_F(TaxesSaid, ArePartOfAPreviewAndOfTheNextRenewal) {
    const Request wish{to_starter(), {}, {}, std::nullopt, false};
    for (int rounds = 0; rounds < 3; ++rounds) {
        const auto shown = preview(account_, wish, around());
        const auto wanted = known_.take_wanted();
        if (wanted.empty()) {
            ASSERT_TRUE(shown);
            EXPECT_EQ(shown->due_now, 3334);
            ASSERT_TRUE(shown->next_renewal);
            EXPECT_EQ(shown->next_renewal->total, 2901);
            EXPECT_EQ(rounds, 2);
            return;
        }
        ASSERT_EQ(wanted.size(), 1U);
        known_.know(wanted[0], {wanted[0].day == day_ ? terms(145, 289) : terms(1, 0)});
    }
    FAIL() << "it goes on asking";
}

TEST_F(TaxesSaid, AreNotAskedOfWhoHasAnAgreedRateNorOfWhatCostsNothing) {
    account_.profile.tax.fixed = TaxTerms{*read_decimal("8"), false, "agreed"};
    ASSERT_TRUE(act(to_starter()));
    EXPECT_FALSE(known_.wants());
    EXPECT_EQ(account_.invoices[0].tax, 232);

    account_ = *open_account(account_.profile);
    account_.profile.tax.fixed.reset();
    auto free = to_starter();
    free.amount = 0;
    ASSERT_TRUE(act(free));
    EXPECT_FALSE(known_.wants()) << "there is nothing to tax";
}

TEST_F(TaxesSaid, AreTakenOffTheMrrOfPricesThatContainThem) {
    shop_.tax_rates.push_back({"CA", "GST", *read_decimal("5"), true, {}, std::nullopt, false});
    EXPECT_FALSE(act(to_starter()));
    // 14.975 %, where the table says 5 %.
    auto said = terms(126, 252);
    said.inclusive = true;
    known_.know(known_.take_wanted()[0], {said});
    ASSERT_TRUE(act(to_starter()));
    pay_everything();
    EXPECT_EQ(mrr_of(account_, shop_), (Fraction{2900LL * 100'000, 114'975}));

    // A sum beside the percentage: what of the line is tax.
    auto fee = said;
    fee.shares[1].percent = {};
    account_.invoices[0].lines[0].tax_terms = fee;
    account_.invoices[0].lines[0].tax = 378;
    EXPECT_EQ(mrr_of(account_, shop_), (Fraction{2900 - 378, 1}));

    account_.invoices[0].lines[0].tax_terms.inclusive = false;
    EXPECT_EQ(mrr_of(account_, shop_), (Fraction{2900, 1})) << "on top of the price";
    account_.invoices[0].lines[0].tax_terms.said.reset();
    EXPECT_EQ(mrr_of(account_, shop_), (Fraction{2900LL * 100, 105})) << "nobody said: the table";
    account_.invoices[0].lines[0].tax_terms = said;
    account_.invoices[0].state = InvoiceState::voided;
    EXPECT_EQ(mrr_of(account_, shop_), (Fraction{2900LL * 100, 105})) << "void: the table";
}

}  // namespace
}  // namespace whatsflow::billing
