#include "revenue_pages.hpp"

#include "invoice_pages.hpp"
#include "revenue_report.hpp"
#include "tenant_names.hpp"

#include <whatsflow/sdk/documents.hpp>
#include <whatsflow/sdk/money.hpp>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr int kRevenueRowsShown = 100;
constexpr int kRevenueRowsAPiece = 500;

json stat_of(const StaffOffice& office, const sdk::Request& request, const ReportedNumber& number) {
    return {{"label", number.label},
            {"value", number.value},
            {"note", number.note},
            {"change", false},
            {"percent", false},
            {"link_path", number.path.empty() ? json(false) : json(number.path)},
            {"link_label", office.text(request.locale, "revenue.made_of")}};
}

json section_of(const StaffOffice& office, const sdk::Request& request, const CurrencyReport& report) {
    const auto say = [&](const char* key) { return office.text(request.locale, "revenue." + std::string(key)); };
    json stats = json::array(), rows = json::array(), points = json::array();
    for (const auto& number : report.numbers) stats.push_back(stat_of(office, request, number));
    for (const auto& number : report.movements)
        rows.push_back({{"cells",
                         {{{"text", number.label},
                           {"is_number", false},
                           {"path", number.path.empty() ? json(false) : json(number.path)}},
                          {{"text", number.value}, {"is_number", true}, {"path", false}}}}});
    for (const auto& month : report.months)
        points.push_back({{"day", month.month.text()},
                          {"value", sdk::Money{month.at_end.rounded(), report.currency}.decimal()},
                          {"values", false}});
    return {{"currency", report.currency},
            {"stats", std::move(stats)},
            {"chart",
             {{"title", office.text(request.locale, "revenue.mrr_by_month", {{"currency", report.currency}})},
              {"period", say("last_months")},
              {"day_label", say("month")},
              {"value_label", say("mrr")},
              {"series", false},
              {"points", std::move(points)}}},
            {"movements",
             {{"caption", report.currency + ": " + say("movements")},
              {"columns",
               {{{"label", say("movement")}, {"is_number", false}}, {{"label", say("amount")}, {"is_number", true}}}},
              {"rows", std::move(rows)}}}};
}

json link_to(const std::string& label, const std::string& path, const char* icon) {
    return {{"label", label},   {"link_path", path}, {"action_path", false}, {"opens", false},
            {"primary", false}, {"danger", false},   {"action_icon", icon}};
}

sdk::Result<sdk::Response> show_revenue(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    const auto report = revenue_report(office, request, *times);
    if (!report) return report.error();
    const auto& locale = request.locale;
    json sections = json::array();
    for (const auto& each : report->currencies) sections.push_back(section_of(office, request, each));
    json model{{"title", office.text(locale, "reports_title")},
               {"heading", office.text(locale, "reports_title")},
               {"lead", office.text(locale, "reports_lead")},
               {"breadcrumbs", json::array()},
               {"chip", false},
               {"chip_status", false},
               {"areas", report_areas(office, request, "/reports")},
               {"actions",
                {link_to("CSV", "/reports.csv?" + times->query(), "download"),
                 link_to("PDF", "/reports.pdf?" + times->query(), "download")}},
               {"filters",
                {{"search", false},
                 {"choices_of", json::array()},
                 {"dates", date_fields(office, request, *times)},
                 {"kept", json::array()},
                 {"clear_path", request.query.empty() ? json(false) : json("/reports")},
                 {"export_path", false},
                 {"shown_columns", json::array()},
                 {"views", json::array()}}},
               {"trials", stat_of(office, request, report->trials)},
               {"has_sections", !sections.empty()},
               {"sections", std::move(sections)},
               {"when_empty",
                {{"icon", "chart-line"},
                 {"title", office.text(locale, "reports_empty")},
                 {"text", office.text(locale, "empty_text")},
                 {"action", false},
                 {"actions", json::array()}}}};
    return sdk::page("billing/staff_revenue", std::move(model));
}

sdk::Result<sdk::Response> print_revenue(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    const auto report = revenue_report(office, request, *times);
    if (!report) return report.error();
    const auto say = [&](const char* key) { return office.text(request.locale, "revenue." + std::string(key)); };
    sdk::Document document;
    document.title = office.text(request.locale, "reports_title");
    document.issuer = office.text(request.locale, "revenue.issuer");
    document.language = request.locale;
    document.footer = times->from.text() + " – " + times->last_day().text();
    document.blocks.push_back(sdk::DocumentFacts{{{office.text(request.locale, "columns.from"), times->from.text()},
                                                  {office.text(request.locale, "columns.to"), times->last_day().text()},
                                                  {report->trials.label, report->trials.value}}});
    for (const auto& each : report->currencies) {
        document.blocks.push_back(sdk::DocumentHeading{each.currency});
        sdk::DocumentTable numbers{
            {{say("figure"), 1.2, false}, {say("meaning"), 2.6, false}, {say("value"), 1, true}}, {}, {}};
        for (const auto& number : each.numbers) numbers.rows.push_back({number.label, number.note, number.value});
        document.blocks.push_back(std::move(numbers));
        sdk::DocumentTable movements{{{say("movement"), 2, false}, {say("amount"), 1, true}}, {}, {}};
        for (const auto& number : each.movements) movements.rows.push_back({number.label, number.value});
        document.blocks.push_back(std::move(movements));
        sdk::DocumentTable months{{{say("month"), 2, false}, {say("mrr"), 1, true}}, {}, {}};
        for (const auto& month : each.months)
            months.rows.push_back({month.month.text().substr(0, 7), money(month.at_end.rounded(), each.currency)});
        document.blocks.push_back(std::move(months));
    }
    const auto documents = sdk::find_service<sdk::Documents>(office.host);
    auto pdf = documents.call(&sdk::Documents::pdf, request.context, document);
    if (!pdf) return pdf.error();
    auto response = sdk::bytes(std::move(*pdf), "application/pdf");
    response.header("Content-Disposition", "inline; filename=\"revenue-" + times->from.text() + ".pdf\"");
    return response;
}

ListShape movement_list(const StaffOffice& office, const sdk::Request& request) {
    ListChoice currencies{"currency", {}};
    if (const auto catalogue = office.desk.catalogue(request.context))
        for (const auto& plan : (*catalogue)->plans)
            for (const auto& price : plan.prices)
                if (std::ranges::find(currencies.values, price.currency) == currencies.values.end())
                    currencies.values.push_back(price.currency);
    return {"/reports/movements",
            "movements",
            {"day", "tenant", "kind", "#amount", "exact"},
            {{"kind", {"new", "reactivation", "expansion", "contraction", "churn"}}, std::move(currencies)},
            true,
            "chart-line"};
}

MovementFilter movements_wanted(const sdk::Request& request, const ListShape& shape, const ReportTimes& times) {
    return {times.from, times.to, chosen(request, shape.choices[1]), chosen(request, shape.choices[0])};
}

sdk::Result<sdk::Response> list_movements(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    auto shape = movement_list(office, request);
    shape.kept = times->query();
    const auto slice =
        office.finance.movements(over_all(request, "billing.movements"), movements_wanted(request, shape, *times),
                                 request.query.get("after"), kRevenueRowsShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back({{"id", ""},
                        {"row_label", ""},
                        {"menu", false},
                        {"cells",
                         {cell(row.on.text()), names.cell_of(row.tenant), cell(office.word(request.locale, row.kind)),
                          money_cell(row.rounded, row.currency), cell(row.amount, {{"is_muted", true}})}}});
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["breadcrumbs"] = {
        {{"label", office.text(request.locale, "reports_title")}, {"link_path", "/reports?" + times->query()}}};
    model["table"]["filters"]["dates"] = date_fields(office, request, *times);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> export_movements(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    const auto filter = movements_wanted(request, movement_list(office, request), *times);
    return csv_of("movements.csv", {"tenant", "kind", "on", "currency", "exact", "rounded"},
                  [&office, filter, context = over_all(request, "billing.movements.export")](
                      const std::string& after, std::string& lines) -> sdk::Result<std::string> {
                      auto open = context;
                      open.deadline = sdk::CallContext::Deadline::max();
                      const auto slice = office.finance.movements(open, filter, after, kRevenueRowsAPiece);
                      if (!slice) return slice.error();
                      for (const auto& row : slice->rows)
                          lines += csv_line({row.tenant.text(), row.kind, row.on.text(), row.currency, row.amount,
                                             std::to_string(row.rounded)});
                      return slice->next;
                  });
}

sdk::Result<sdk::Response> list_recovery(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    const auto refused =
        office.finance.refused(over_all(request, "billing.recovery"), times->from, times->to, kRevenueRowsShown);
    if (!refused) return refused.error();
    ListShape shape{"/reports/recovery", "recovery", {"invoice", "tenant", "#total", "refused_on", "paid_on"}, {}, true,
                    "circle-check"};
    shape.kept = times->query();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : *refused)
        rows.push_back({{"id", row.invoice.id.text()},
                        {"row_label", row.invoice.number},
                        {"menu", false},
                        {"cells",
                         {invoice_cell(row.invoice.id, row.invoice.number), names.cell_of(row.invoice.tenant),
                          money_cell(row.invoice.total, row.invoice.currency), cell(row.refused_on.text()),
                          row.paid_on ? cell(row.paid_on->text())
                                      : status_cell(office, request.locale, to_text(row.invoice.state))}}});
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["breadcrumbs"] = {
        {{"label", office.text(request.locale, "reports_title")}, {"link_path", "/reports?" + times->query()}}};
    model["table"]["filters"]["dates"] = date_fields(office, request, *times);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> export_recovery(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    const auto refused =
        office.finance.refused(over_all(request, "billing.recovery.export"), times->from, times->to, 10'000);
    if (!refused) return refused.error();
    auto lines = csv_line({"invoice", "tenant", "currency", "total", "refused_on", "paid_on", "state"});
    for (const auto& row : *refused)
        lines += csv_line({row.invoice.number, row.invoice.tenant.text(), row.invoice.currency,
                           std::to_string(row.invoice.total), row.refused_on.text(),
                           row.paid_on ? row.paid_on->text() : "", std::string(to_text(row.invoice.state))});
    auto response = sdk::bytes(std::move(lines), "text/csv; charset=utf-8");
    response.header("Content-Disposition", "attachment; filename=\"recovery.csv\"");
    return response;
}

}  // namespace

sdk::Result<void> register_revenue_pages(const StaffOffice& office) {
    const sdk::NavigationEntry entry{sdk::Site::admin, "money", "billing.staff.reports_title", "chart-line", "/reports",
                                     kReportsRead,     130};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get("/reports", kReportsRead, "Revenue and what it is made of", &show_revenue)
        .get("/reports.pdf", kReportsRead, "Revenue, printed", &print_revenue)
        .get("/reports.csv", kReportsRead, "The movements of a time as a file", &export_movements)
        .get("/reports/movements", kReportsRead, "The movements behind a number", &list_movements)
        .get("/reports/movements.csv", kReportsRead, "The same as a file", &export_movements)
        .get("/reports/recovery", kReportsRead, "Refused payments and which of them came in", &list_recovery)
        .get("/reports/recovery.csv", kReportsRead, "The same as a file", &export_recovery)
        .done();
}

}  // namespace whatsflow::billing::staff
