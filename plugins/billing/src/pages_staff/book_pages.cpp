#include "book_pages.hpp"

#include "catalogue_kit.hpp"
#include "report_times.hpp"
#include "tenant_names.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr int kBookRowsShown = 100;

json table_row(std::vector<json> cells) {
    return {{"id", ""}, {"row_label", ""}, {"menu", false}, {"cells", std::move(cells)}};
}

sdk::Result<sdk::Response> show_days(const StaffOffice& office, const sdk::Request& request) {
    const auto times = times_in(office, request);
    if (!times) return times.error();
    const auto days = office.back_office.revenue(over_all(request, "billing.reports.days"), times->from, times->to);
    if (!days) return days.error();
    ListShape shape{"/reports/days",
                    "days",
                    {"day", "currency", "#new_business", "#reactivation", "#expansion", "#contraction", "#churn",
                     "#collected", "#refunded"},
                    {},
                    false,
                    "chart-line"};
    shape.kept = times->query();
    std::vector<json> rows;
    for (const auto& day : *days) {
        const auto here = "from=" + day.on.text() + "&to=" + day.on.text();
        rows.push_back(table_row({cell(day.on.text(), {{"cell_path", "/reports/movements?" + here}}),
                                  cell(day.currency), money_cell(day.new_business, day.currency),
                                  money_cell(day.reactivation, day.currency), money_cell(day.expansion, day.currency),
                                  money_cell(day.contraction, day.currency), money_cell(day.churn, day.currency),
                                  money_cell(day.collected, day.currency), money_cell(day.refunded, day.currency)}));
    }
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["areas"] = report_areas(office, request, "/reports/days");
    model["table"]["filters"] = {{"search", false},
                                 {"choices_of", json::array()},
                                 {"dates", date_fields(office, request, *times)},
                                 {"kept", json::array()},
                                 {"clear_path", false},
                                 {"export_path", false},
                                 {"shown_columns", json::array()},
                                 {"views", json::array()}};
    return sdk::page("billing/staff_list", std::move(model));
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
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back(
            table_row({cell(row.on.text()), names.cell_of(row.tenant), cell(office.word(request.locale, row.account)),
                       cell(row.source), money_cell(row.amount, row.currency)}));
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["areas"] = report_areas(office, request, "/reports/ledger");
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
    fold(forms);
    model["forms"] = std::move(forms);
    model["areas"] = catalogue_areas(office, request, "/billing-config/notices");
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
    TenantNames names(office, request);
    std::vector<json> rows;
    json forms = json::array();
    for (const auto& row : *parked) {
        rows.push_back(table_row(
            {names.cell_of(row.tenant), cell("", {{"cell_at", sdk::to_micros(row.parked_at)}}), cell(row.reason)}));
        if (!request.identity->may(kSubscriptionsManage)) continue;
        auto form =
            StaffForm(office, request, "/billing-config/parked/" + row.tenant.text() + "/unpark", "actions.unpark")
                .line("reason", "", false, "reason")
                .model();
        form["panel_text"] = names.name_of(row.tenant);
        forms.push_back(std::move(form));
    }
    auto model = list_model(office, request, shape, std::move(rows), {});
    fold(forms);
    model["forms"] = std::move(forms);
    model["areas"] = catalogue_areas(office, request, "/billing-config/parked");
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
        .get("/reports/days", kReportsRead, "Revenue by day", &show_days)
        .get("/reports/ledger", kReportsRead, "Postings and the trial balance", &show_ledger)
        .get("/billing-config/notices", kPaymentsRead, "Notices of the providers", &show_notices)
        .post("/billing-config/notices/{id}/replay", kPaymentsManage, "Reads a notice again", &replay_one)
        .get("/billing-config/parked", kSubscriptionsRead, "Accounts whose work was stopped", &show_parked)
        .post("/billing-config/parked/{id}/unpark", kSubscriptionsManage, "Lets its work go on", &unpark_one)
        .done();
}

}  // namespace whatsflow::billing::staff
