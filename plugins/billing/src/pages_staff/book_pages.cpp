#include "book_pages.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr int kBookRowsShown = 100;

json table_row(std::vector<json> cells) {
    return {{"id", ""}, {"row_label", ""}, {"menu", false}, {"cells", std::move(cells)}};
}

sdk::Result<sdk::Response> show_reports(const StaffOffice& office, const sdk::Request& request) {
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto from = read_date(request.query.get("from")).value_or(LocalDate::of(today.year(), today.month(), 1));
    const auto to = read_date(request.query.get("to")).value_or(today.plus_days(1));
    if (to <= from || days_between(from, to) > 3'660)
        return sdk::fail("billing.bad_input", "Ask for one day at least and ten years at most.");
    const auto days = office.back_office.revenue(over_all(request, "billing.reports"), from, to);
    if (!days) return days.error();
    const ListShape shape{"/reports",
                          "reports",
                          {"day", "currency", "#new_business", "#reactivation", "#expansion", "#contraction", "#churn",
                           "#collected", "#refunded"},
                          {},
                          true,
                          "chart-line"};
    std::vector<json> rows;
    for (const auto& day : *days)
        rows.push_back(table_row({cell(day.on.text()), cell(day.currency), money_cell(day.new_business, day.currency),
                                  money_cell(day.reactivation, day.currency), money_cell(day.expansion, day.currency),
                                  money_cell(day.contraction, day.currency), money_cell(day.churn, day.currency),
                                  money_cell(day.collected, day.currency), money_cell(day.refunded, day.currency)}));
    auto model = list_model(office, request, shape, std::move(rows), {});
    auto& filters = model["table"]["filters"];
    filters["dates"] = {
        {{"id", "from"}, {"label", office.text(request.locale, "columns.from")}, {"value", from.text()}},
        {{"id", "to"}, {"label", office.text(request.locale, "columns.to")}, {"value", to.text()}}};
    filters["export_path"] = "/reports.csv?from=" + from.text() + "&to=" + to.text();
    return sdk::page("billing/staff_list", std::move(model));
}

/// Every movement of the time, so that each number of the report can be followed to its tenant.
sdk::Result<sdk::Response> export_movements(const StaffOffice& office, const sdk::Request& request) {
    const auto from = read_date(request.query.get("from"));
    const auto to = read_date(request.query.get("to"));
    if (!from || !to) return sdk::fail("billing.bad_input", "Write both days as 2026-12-31.");
    return csv_of("movements.csv", {"tenant", "kind", "on", "currency", "exact", "rounded"},
                  [&office, from = *from, to = *to, context = over_all(request, "billing.reports.export")](
                      const std::string& after, std::string& lines) -> sdk::Result<std::string> {
                      auto open = context;
                      open.deadline = sdk::CallContext::Deadline::max();
                      const auto slice = office.back_office.movements(open, from, to, after, 500);
                      if (!slice) return slice.error();
                      for (const auto& row : slice->rows)
                          lines += csv_line({row.tenant.text(), row.kind, row.on.text(), row.currency, row.amount,
                                             std::to_string(row.rounded)});
                      return slice->next;
                  });
}

sdk::Result<sdk::Response> show_ledger(const StaffOffice& office, const sdk::Request& request) {
    const auto context = over_all(request, "billing.ledger");
    const auto balance = office.back_office.trial_balance(context);
    if (!balance) return balance.error();
    const auto tenant = request.query.get("tenant");
    const auto slice = office.back_office.postings(context, TenantId{is_id(tenant) ? tenant : std::string{}},
                                                   request.query.get("after"), kBookRowsShown);
    if (!slice) return slice.error();
    const ListShape shape{"/reports/ledger", "ledger", {"day", "tenant", "account", "source", "#amount"}, {}, false,
                          "book-open"};
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back(table_row(
            {cell(row.on.text()), cell(row.tenant.text(), {{"cell_path", "/tenants/" + row.tenant.text()}}),
             cell(office.word(request.locale, row.account)), cell(row.source), money_cell(row.amount, row.currency)}));
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["facts_title"] =
        office.text(request.locale, balance->balanced ? "trial_balance_even" : "trial_balance_uneven");
    json facts = json::array();
    for (const auto& [where, amount] : balance->balances)
        facts.push_back(fact(office.word(request.locale, to_text(where.second)), money(amount, where.first)));
    model["facts"] = std::move(facts);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> show_notices(const StaffOffice& office, const sdk::Request& request) {
    const auto slice = office.back_office.notices(over_all(request, "billing.notices"), request.query.get("provider"),
                                                  request.query.get("after"), kBookRowsShown);
    if (!slice) return slice.error();
    const ListShape shape{"/billing-config/notices",
                          "notices",
                          {"provider", "type", "status", "#deliveries", "received_at", "problem"},
                          {},
                          false,
                          "webhook"};
    std::vector<json> rows;
    json forms = json::array();
    for (const auto& row : slice->rows) {
        rows.push_back(table_row({cell(row.provider), cell(row.type, {{"cell_sub", row.event_id}}),
                                  status_cell(office, request.locale, row.status),
                                  cell(std::to_string(row.deliveries), {{"is_number", true}}),
                                  cell("", {{"cell_at", sdk::to_micros(row.received_at)}}), cell(row.problem)}));
        if ((row.status != "failed" && row.status != "waiting") || !request.identity->may(kPaymentsManage)) continue;
        auto form = StaffForm(office, request, "/billing-config/notices/" + row.id + "/replay", "actions.replay")
                        .line("reason", "", false, "reason")
                        .model();
        form["panel_text"] = row.type + " (" + row.event_id + ")";
        forms.push_back(std::move(form));
    }
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["forms"] = std::move(forms);
    return sdk::page("billing/staff_list", std::move(model));
}

/// The newest of them, on the panel's page of webhooks.
sdk::Result<sdk::View> draw_newest_notices(const StaffOffice& office, const sdk::Request& request) {
    constexpr int kNewest = 10;
    const auto slice = office.back_office.notices(over_all(request, "billing.notices"), {}, {}, kNewest);
    if (!slice) return slice.error();
    json notices = json::array();
    for (const auto& row : slice->rows)
        notices.push_back({{"provider", row.provider},
                           {"type", row.type},
                           {"problem", row.problem},
                           {"status", row.status},
                           {"status_text", office.word(request.locale, row.status)},
                           {"at", sdk::to_micros(row.received_at)}});
    return sdk::View{"billing/staff_webhooks", {{"notices", std::move(notices)}}};
}

sdk::Result<sdk::Response> replay_one(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    const auto done =
        office.back_office.replay_notice(over_all(request, "billing.notices.replay"), id, by_staff(request, *reason));
    if (!done) return done.error();
    return sdk::redirect_to("/billing-config/notices?done=applied");
}

sdk::Result<sdk::Response> show_parked(const StaffOffice& office, const sdk::Request& request) {
    const auto parked = office.back_office.parked(over_all(request, "billing.parked"));
    if (!parked) return parked.error();
    const ListShape shape{"/billing-config/parked", "parked", {"tenant", "since", "problem"}, {}, false, "circle-x"};
    std::vector<json> rows;
    json forms = json::array();
    for (const auto& row : *parked) {
        rows.push_back(table_row({cell(row.tenant.text(), {{"cell_path", "/tenants/" + row.tenant.text()}}),
                                  cell("", {{"cell_at", sdk::to_micros(row.parked_at)}}), cell(row.reason)}));
        if (!request.identity->may(kSubscriptionsManage)) continue;
        auto form =
            StaffForm(office, request, "/billing-config/parked/" + row.tenant.text() + "/unpark", "actions.unpark")
                .line("reason", "", false, "reason")
                .model();
        form["panel_text"] = row.tenant.text();
        forms.push_back(std::move(form));
    }
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["forms"] = std::move(forms);
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> unpark_one(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    const auto done =
        office.back_office.unpark(over_all(request, "billing.unpark"), TenantId{id}, by_staff(request, *reason));
    if (!done) return done.error();
    return sdk::redirect_to("/billing-config/parked?done=applied");
}

}  // namespace

sdk::Result<void> register_book_pages(const StaffOffice& office) {
    const std::vector<sdk::NavigationEntry> entries{
        {sdk::Site::admin, "money", "billing.staff.reports_title", "chart-line", "/reports", kReportsRead, 130},
        {sdk::Site::admin, "money", "billing.staff.ledger_title", "book-open", "/reports/ledger", kReportsRead, 140},
        {sdk::Site::admin, "money", "billing.staff.notices_title", "webhook", "/billing-config/notices", kPaymentsRead,
         150},
        {sdk::Site::admin, "money", "billing.staff.parked_title", "circle-x", "/billing-config/parked",
         kSubscriptionsRead, 160}};
    for (const auto& entry : entries)
        if (auto done = office.host.contribute(entry); !done) return done;
    const sdk::DetailPanel newest{
        sdk::Site::admin,
        "webhooks",
        "billing.notices",
        "billing.staff.webhooks_title",
        kPaymentsRead,
        10,
        [&office](const sdk::Request& request) { return draw_newest_notices(office, request); }};
    if (auto done = office.host.contribute(newest); !done) return done;
    return StaffRoutes(office)
        .get("/reports", kReportsRead, "Revenue by day", &show_reports)
        .get("/reports.csv", kReportsRead, "The movements behind the revenue", &export_movements)
        .get("/reports/ledger", kReportsRead, "Postings and the trial balance", &show_ledger)
        .get("/billing-config/notices", kPaymentsRead, "Notices of the providers", &show_notices)
        .post("/billing-config/notices/{id}/replay", kPaymentsManage, "Reads a notice again", &replay_one)
        .get("/billing-config/parked", kSubscriptionsRead, "Accounts whose work was stopped", &show_parked)
        .post("/billing-config/parked/{id}/unpark", kSubscriptionsManage, "Lets its work go on", &unpark_one)
        .done();
}

}  // namespace whatsflow::billing::staff
