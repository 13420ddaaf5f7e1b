// What documents and the money beside them must hold: credit, late usage, small sums, currencies, hostile numbers.
#include "edge_cases.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing::scenario {
namespace {

TEST(EdgeCases, CreditIsSpentSoonestExpiryFirstThenByPriority) {
    const auto left_of = [](const GrantCredit& first, const GrantCredit& second) {
        Left left(story(""));
        EXPECT_TRUE(left.send(first, "2026-03-11"));
        EXPECT_TRUE(left.send(second, "2026-03-11"));
        EXPECT_TRUE(run_due(left.account(), left.at("2026-04-10")));
        std::vector<Amount> remaining;
        for (const auto& grant : left.account().grants) remaining.push_back(grant.remaining);
        return remaining;
    };
    const GrantCredit plain{2900, "plain", CreditSource::goodwill, std::nullopt, 0};
    const GrantCredit ends{2900, "ends", CreditSource::goodwill, LocalDate::of(2026, 12, 31), 9};
    const GrantCredit later{2900, "later", CreditSource::goodwill, std::nullopt, 5};
    EXPECT_EQ(left_of(plain, ends), (std::vector<Amount>{2900, 0}));
    EXPECT_EQ(left_of(later, plain), (std::vector<Amount>{2900, 0}));
}

TEST(EdgeCases, E23AnInvoiceOfNothingIsPaidAndATooSmallOneIsCarriedOver) {
    const auto free = told(R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":0}])");
    EXPECT_EQ(free.account.invoices[0].state, InvoiceState::paid);
    EXPECT_TRUE(free.account.payments.empty());

    const auto carried = told(
        R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":30},{"at":"2026-04-10","do":"advance"}])",
        R"({"minimum_charge":50})");
    EXPECT_EQ(totals(carried), (std::vector<Amount>{30, 60}));
    ASSERT_EQ(carried.account.payments.size(), 1U);
    EXPECT_EQ(carried.account.payments[0].amount, 60);
}

TEST(EdgeCases, E26LateUsageIsALabelledCorrectionOnTheNextInvoice) {
    const auto outcomes = told(story(
        R"({"at":"2026-03-20","do":"usage","meter":"messages","quantity":6000,"id":"a"},{"at":"2026-04-12","do":"usage","meter":"messages","quantity":1000,"id":"b","timestamp":"2026-04-09"},{"at":"2026-05-10","do":"advance"})"));
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 3300, 3300}));
    EXPECT_EQ(outcomes.account.invoices[2].lines[1].span.from.text(), "2026-03-10");
    EXPECT_FALSE(outcomes.account.invoices[2].lines[1].note.empty());
}

TEST(EdgeCases, E29StaffActingAsATenantCannotBill) {
    Left left(story(""));
    const auto refused = apply(left.account(), {Cancel{}, {}, {}, std::nullopt, true}, left.at("2026-03-11"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.impersonated");
}

TEST(EdgeCases, E30CurrenciesWithoutAndWithThreeDecimals) {
    for (const char* currency : {"JPY", "KWD"}) {
        const auto outcomes =
            told(story(R"({"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"now"})"),
                 R"({"currency":")" + std::string(currency) + "\"}");
        EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 3613}))
            << currency;  // minor units, whatever their number
    }
}

TEST(EdgeCases, E32DocumentsHoldNoPersonalData) {
    // A tenant that is erased keeps its documents: they name it by its id alone.
    const auto outcomes = told(story(""), R"({"tax_percent":"18"})");
    for (const auto& event : outcomes.events) EXPECT_EQ(event.fields.at("tenant"), "simulation");
}

TEST(HostileNumbers, AreRefusedWithASentence) {
    const auto outcomes = told(
        R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":1000000000000000,"quantity":1000000},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":9223372036854775807},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","quantity":1000001},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","quantity":0},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":-1},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":1000000000000000},
        {"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"now","amount":999999999999999},
        {"at":"2026-03-26","do":"set_quantity","quantity":1000000},
        {"at":"2026-03-26","do":"usage","meter":"messages","quantity":9223372036854775807},
        {"at":"2026-03-26","do":"credit","amount":-9223372036854775807},
        {"at":"2026-04-10","do":"advance"}])",
        R"({"tax_percent":"18"})");
    std::vector<std::string> codes;
    for (const auto& error : outcomes.errors) codes.push_back(error.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"amount_too_large", "amount_too_large", "bad_quantity", "bad_quantity",
                                               "bad_amount", "amount_too_large", "not_subscribed", "not_subscribed",
                                               "not_subscribed", "amount_too_large"}));
}

}  // namespace

}  // namespace whatsflow::billing::scenario
