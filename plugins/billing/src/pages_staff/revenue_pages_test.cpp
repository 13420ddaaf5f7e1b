// Revenue: each number with the way to what it is made of, and nothing that was not asked for.
#include "staff_fakes.hpp"

namespace whatsflow::billing::staff {
namespace {

TEST_F(StaffPages, TheReportHasASectionACurrencyAndEachMovementLeadsToItsList) {
    const auto day = LocalDate::of(2026, 3, 5);
    sums_.moved = {{day, {"USD", MrrMovementKind::new_business, {2900, 1}, 1}},
                   {day, {"LKR", MrrMovementKind::new_business, {890000, 1}, 1}}};
    const auto answer = send(sdk::Method::get, "/reports?from=2026-03-01&to=2026-03-31", finance_);

    ASSERT_EQ(answer.status(), 200);
    ASSERT_EQ(model(answer)["sections"].size(), 2U);
    const auto& dollars = model(answer)["sections"][1];
    EXPECT_EQ(dollars["movements"]["rows"][1]["cells"][0]["path"],
              "/reports/movements?from=2026-03-01&to=2026-03-31&currency=USD&kind=new");
    EXPECT_EQ(dollars["chart"]["points"].size(), 12U);
    EXPECT_EQ(model(answer)["trials"]["value"], "25.00 %");
}

TEST_F(StaffPages, ThePastCountsOnceWhetherTheReportBeginsBeforeOrAfterTheMonthsThatAreShown) {
    sums_.moved = {{LocalDate::of(2023, 5, 1), {"USD", MrrMovementKind::new_business, {2900, 1}, 1}},
                   {LocalDate::of(2025, 2, 10), {"USD", MrrMovementKind::expansion, {700, 1}, 1}},
                   {LocalDate::of(2026, 3, 5), {"USD", MrrMovementKind::new_business, {1000, 1}, 1}}};
    const auto ends_of = [&](const std::string& from) {
        const auto shown = model(send(sdk::Method::get, "/reports?from=" + from + "&to=2026-03-31", finance_));
        const auto& rows = shown["sections"][0]["movements"]["rows"];
        return std::pair{rows[0]["cells"][1]["text"].get<std::string>(),
                         rows[6]["cells"][1]["text"].get<std::string>()};
    };

    EXPECT_EQ(ends_of("2026-03-01"), (std::pair<std::string, std::string>{"USD 36.00", "USD 46.00"}));
    EXPECT_EQ(ends_of("2025-01-01"), (std::pair<std::string, std::string>{"USD 29.00", "USD 46.00"}));
}

TEST_F(StaffPages, AListOfMovementsKeepsItsDaysAndTakesOnlyKindsThatThereAre) {
    const auto answer = send(sdk::Method::get, "/reports/movements?from=2026-03-01&to=2026-03-31&kind=churn", finance_);

    ASSERT_EQ(answer.status(), 200);
    EXPECT_EQ(sums_.seen.kind, "churn");
    EXPECT_EQ(sums_.seen.to, LocalDate::of(2026, 4, 1));
    EXPECT_EQ(model(answer)["table"]["filters"]["export_path"],
              "/reports/movements.csv?from=2026-03-01&to=2026-03-31&kind=churn");
    send(sdk::Method::get, "/reports/movements?kind=%27", finance_);
    EXPECT_EQ(sums_.seen.kind, "");
}

TEST_F(StaffPages, AReportOfACenturyOrOfNothingIsRefused) {
    EXPECT_EQ(send(sdk::Method::get, "/reports?from=1926-03-01&to=2026-03-31", finance_).status(), 422);
    EXPECT_EQ(send(sdk::Method::get, "/reports?from=2026-03-02&to=2026-03-01", finance_).status(), 422);
    EXPECT_EQ(send(sdk::Method::get, "/reports", {kPaymentsRead}).status(), 403);
}

}  // namespace
}  // namespace whatsflow::billing::staff
