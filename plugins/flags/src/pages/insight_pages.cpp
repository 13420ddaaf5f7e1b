#include "insight_pages.hpp"

#include "../usage.hpp"
#include "core/explanation.hpp"
#include "core/open_feature.hpp"
#include "page_parts.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::int64_t kDay = 86'400'000'000;

/// `country=LK` a line, as properties of the context.
void read_more(const std::string& text, json& context) {
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto line = trimmed(rest.substr(0, end));
        const auto equals = line.find('=');
        if (equals != std::string_view::npos)
            context[std::string(trimmed(line.substr(0, equals)))] = std::string(trimmed(line.substr(equals + 1)));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
}

json explained(const FlagOffice& office, const sdk::Request& request, const Place& place, const json& asked) {
    const auto context = context_of_open_feature(asked);
    const auto told = explain(place.rules(), place.key, context, {office.host.clock()});
    json steps = json::array();
    for (const auto& step : told.steps) {
        const bool told_only = step.verdict == ExplainedStep::Verdict::told;
        const bool passed = step.verdict == ExplainedStep::Verdict::passed;
        steps.push_back({{"text", step.text},
                         {"is_detail", step.is_detail},
                         {"passed", passed},
                         {"failed", !passed && !told_only},
                         {"verdict", office.text(request.locale, told_only ? "playground.told"
                                                                 : passed  ? "playground.passed"
                                                                           : "playground.failed")}});
    }
    json answer{{"sentence", told.sentence}, {"is_on", told.answer.enabled}, {"steps", std::move(steps)}};
    answer["has_steps"] = !answer["steps"].empty();
    if (told.answer.feature) {
        const auto resolved = resolve(told.answer);
        answer["value"] =
            resolved.value.is_null() ? office.text(request.locale, "playground.code_default") : resolved.value.dump();
        answer["variant"] = resolved.variant;
        answer["reason"] = resolved.reason;
    }
    answer["has_value"] = told.answer.feature != nullptr;
    return answer;
}

sdk::Result<sdk::Response> show_playground(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    auto model = flag_model(office, request, *place, "playground");
    json context = json::object();
    const auto tenant = request.query.get("tenant");
    const auto user = request.query.get("user");
    const auto more = request.query.get("more");
    const bool asks = !tenant.empty() || !user.empty() || !more.empty();
    read_more(more, context);
    if (!tenant.empty()) context["tenantId"] = tenant;
    if (!user.empty())
        context["userId"] = user;
    else if (!tenant.empty())
        context["userId"] = tenant;
    PageForm form(office, request, "/flags/" + sdk::encode_url(place->key) + "/playground", "playground.submit");
    form.line("tenant", tenant, true)
        .line("user", user, true)
        .area("more", more, true, 4)
        .hidden("environment", place->environment)
        .hidden("project", place->project);
    model["form"] = form.model();
    model["answer"] = asks ? explained(office, request, *place, context) : json(false);
    return sdk::page("flags/playground", std::move(model));
}

/// Also of a flag that was removed everywhere: its history stays, and leads back.
sdk::Result<Place> past_place_in(const FlagOffice& office, const sdk::Request& request) {
    auto place = place_in(office, request);
    if (place) return place;
    const auto all = office.all_environments();
    const auto environment = request.query.get("environment", all.front());
    if (std::ranges::find(all, environment) == all.end()) return place;
    auto gone = place_of(office, request.parameters.get("key"), environment, kDefaultProject);
    const auto past = office.store.history(request.context, environment, kDefaultProject, gone.key);
    if (!past) return past.error();
    if (past->empty()) return place;
    return gone;
}

sdk::Result<sdk::Response> show_history(const FlagOffice& office, const sdk::Request& request) {
    const auto place = past_place_in(office, request);
    if (!place) return place.error();
    const auto past = office.store.history(request.context, place->environment, place->project, place->key);
    if (!past) return past.error();
    auto model = flag_model(office, request, *place, "history");
    json entries = json::array();
    bool is_newest = true;
    for (const auto& each : *past) {
        const auto* what = each.before.is_null() ? "created" : each.after.is_null() ? "removed" : "changed";
        auto changes = diff_model(each.before, each.after);
        const bool can_restore = may_manage(request) && !is_newest && !each.after.is_null();
        entries.push_back(
            {{"who", each.who},
             {"at", each.at},
             {"what", office.text(request.locale, std::string("history.") + what)},
             {"revision", std::to_string(each.revision)},
             {"has_changes", !changes.empty()},
             {"changes", std::move(changes)},
             {"restore_path", can_restore ? json(place->path("/history/" + each.id + "/restore")) : json(false)},
             {"restore_label",
              office.text(request.locale, "history.restore_one", {{"revision", std::to_string(each.revision)}})},
             {"seen", place->mark()}});
        is_newest = false;
    }
    model["has_entries"] = !entries.empty();
    model["entries"] = std::move(entries);
    return sdk::page("flags/history", std::move(model));
}

sdk::Result<sdk::Response> restore(const FlagOffice& office, const sdk::Request& request) {
    const auto place = past_place_in(office, request);
    if (!place) return place.error();
    const auto form = request.form();
    if (!form) return form.error();
    const auto past = office.store.history(request.context, place->environment, place->project, place->key);
    if (!past) return past.error();
    for (const auto& each : *past) {
        if (each.id != request.parameters.get("change") || each.after.is_null()) continue;
        if (auto done = change(office, request, *place, each.after, "flag.restored", {{"revision", each.revision}},
                               form->get("seen"));
            !done)
            return done.error();
        return back_to(place->path("/history"), "restored");
    }
    return sdk::fail("flags.not_found", "There is no such change.");
}

json number_cell(std::int64_t number) {
    return cell(std::to_string(number), {{"is_number", true}});
}

json variants_table(const FlagOffice& office, const sdk::Request& request, const std::vector<VariantCount>& counts) {
    json rows = json::array();
    for (const auto& each : counts) {
        const auto name = each.variant.empty() ? office.text(request.locale, "usage.other_variants") : each.variant;
        rows.push_back({{"id", name + " " + each.program},
                        {"row_label", name},
                        {"menu", false},
                        {"cells",
                         {cell(name, {{"is_muted", each.variant.empty()}}), cell(each.program), number_cell(each.given),
                          cell("", {{"cell_at", each.last_hour_at}})}}});
    }
    const auto& locale = request.locale;
    return table_model(
        office, request, office.text(locale, "usage.variants"),
        {column(office.text(locale, "columns.variant")), column(office.text(locale, "columns.program")),
         column(office.text(locale, "columns.given"), true), column(office.text(locale, "columns.last_hour"))},
        std::move(rows), "usage.no_variants");
}

sdk::Result<sdk::Response> show_usage(const FlagOffice& office, const sdk::Request& request) {
    const auto place = place_in(office, request);
    if (!place) return place.error();
    const auto& locale = request.locale;
    const auto since = office.host.clock().now() - kUsageShown;
    const auto used = office.host.database().query(
        request.context,
        "SELECT app_name, CAST(SUM(yes_count) AS SIGNED) AS yes_sum, CAST(SUM(no_count) AS SIGNED) AS no_sum, "
        "MAX(hour_at) AS last_at FROM flags_usage WHERE "
        "environment = ? AND name = ? AND hour_at >= ? GROUP BY app_name ORDER BY app_name LIMIT 200",
        {place->environment, place->key, since});
    if (!used) return used.error();
    const auto programs = office.host.database().query(
        request.context,
        "SELECT app_name, sdk, seen_at FROM flags_programs WHERE environment = ? ORDER BY seen_at DESC LIMIT 200",
        {place->environment});
    if (!programs) return programs.error();
    const auto told = office.host.database().query(
        request.context,
        "SELECT variant, COUNT(*) AS people, MAX(day) AS last_day FROM flags_exposures WHERE environment = ? AND name "
        "= ? GROUP BY variant ORDER BY variant LIMIT 200",
        {place->environment, place->key});
    if (!told) return told.error();
    const auto variants = counted_variants(office.host, request.context, place->environment, place->key, since);
    if (!variants) return variants.error();
    auto model = flag_model(office, request, *place, "usage");
    model["variants"] = variants_table(office, request, *variants);
    json exposures = json::array();
    for (const auto& row : *told)
        exposures.push_back({{"id", row.text("variant")},
                             {"row_label", row.text("variant")},
                             {"menu", false},
                             {"cells",
                              {cell(row.text("variant")), number_cell(row.integer("people")),
                               cell(day_of(row.integer("last_day") * kDay).substr(0, 10))}}});
    model["exposures"] = table_model(
        office, request, office.text(locale, "usage.exposures"),
        {column(office.text(locale, "columns.variant")), column(office.text(locale, "columns.people"), true),
         column(office.text(locale, "columns.last_day"))},
        std::move(exposures), "usage.no_exposures");
    json rows = json::array();
    for (const auto& row : *used) {
        std::string sdks;
        for (const auto& program : *programs)
            if (program.text("app_name") == row.text("app_name") && sdks.find(program.text("sdk")) == std::string::npos)
                sdks += (sdks.empty() ? "" : ", ") + program.text("sdk");
        rows.push_back(
            {{"id", row.text("app_name")},
             {"row_label", row.text("app_name")},
             {"menu", false},
             {"cells",
              {cell(row.text("app_name")), cell(sdks, {{"is_muted", true}}), number_cell(row.integer("yes_sum")),
               number_cell(row.integer("no_sum")), cell("", {{"cell_at", row.integer("last_at")}})}}});
    }
    model["table"] =
        table_model(office, request, office.text(locale, "usage.title"),
                    {column(office.text(locale, "columns.program")), column(office.text(locale, "columns.sdk")),
                     column(office.text(locale, "columns.yes"), true), column(office.text(locale, "columns.no"), true),
                     column(office.text(locale, "columns.last_hour"))},
                    std::move(rows), "usage.empty");
    json others = json::array();
    for (const auto& row : *programs)
        others.push_back({{"id", row.text("app_name")},
                          {"row_label", row.text("app_name")},
                          {"menu", false},
                          {"cells",
                           {cell(row.text("app_name")), cell(row.text("sdk"), {{"is_muted", true}}),
                            cell("", {{"cell_at", row.integer("seen_at")}})}}});
    model["programs"] =
        table_model(office, request, office.text(locale, "usage.programs"),
                    {column(office.text(locale, "columns.program")), column(office.text(locale, "columns.sdk")),
                     column(office.text(locale, "columns.seen"))},
                    std::move(others), "usage.no_programs");
    return sdk::page("flags/usage", std::move(model));
}

}  // namespace

sdk::Result<void> register_insight_pages(const FlagOffice& office) {
    return Routes(office)
        .get("/flags/{key}/playground", kRead, "Why a flag is on or off for somebody", &show_playground)
        .get("/flags/{key}/history", kRead, "What changed in a flag", &show_history)
        .post("/flags/{key}/history/{change}/restore", kManage, "Makes a flag what it was after a change", &restore)
        .get("/flags/{key}/usage", kRead, "Which programs ask for a flag", &show_usage)
        .done();
}

}  // namespace whatsflow::flags::pages
