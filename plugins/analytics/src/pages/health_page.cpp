#include "report.hpp"
#include "staff_pages.hpp"
#include "tenant_name.hpp"

namespace whatsflow::analytics::pages {
namespace {

sdk::Result<sdk::Response> show_health(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto scope = scope_in(office, request, {});
    if (!scope) return scope.error();
    const auto counts = office.intake.counts();
    const auto since = office.text(request.locale, "health.since");
    Report report(office, request, "health", *scope);
    report.without_sites();
    report.figure("accepted", grouped(static_cast<std::int64_t>(counts.accepted)), since)
        .figure("stored", grouped(static_cast<std::int64_t>(counts.stored)), since)
        .figure("waiting", grouped(static_cast<std::int64_t>(counts.waiting_bytes / 1024)) + " KiB",
                office.text(request.locale, "health.waiting_note"))
        .figure("lost", grouped(static_cast<std::int64_t>(counts.spool.lost_records + counts.refused)), since);
    if (counts.spool.lost_records > 0) report.note(office.text(request.locale, "health.lost_note"), true);
    if (!office.store.built_in())
        report.note(office.text(request.locale, "health.elsewhere", {{"store", office.store.name()}}));
    const auto tables = office.host.database().query(request.context,
                                                     "SELECT kind, COUNT(*) AS n, MIN(CASE WHEN day_at < 0 THEN NULL "
                                                     "ELSE day_at END) AS first_at, MAX(day_at) AS last_at FROM "
                                                     "analytics_day_tables GROUP BY kind ORDER BY kind");
    if (!tables) return tables.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& row : *tables)
        rows.push_back({office.text(request.locale, "health.kind_" + row.text("kind")), grouped(row.integer("n")),
                        row.is_null("first_at") ? "–" : day_text(row.integer("first_at")),
                        row.integer("last_at") < 0 ? "–" : day_text(row.integer("last_at"))});
    report.table("tables", {"kind", "#days", "first", "last"}, std::move(rows));
    const auto sinks = office.fan_out.states(request.context);
    if (!sinks) return sinks.error();
    rows.clear();
    for (const auto& sink : *sinks) {
        const auto* state = !sink.is_on ? "off" : sink.failures > 0 ? "failing" : "on";
        auto next = sink.retry_at == 0 ? std::string("–") : scope->times.zone.clock(sink.retry_at);
        rows.push_back({sink.name, office.text(request.locale, std::string("health.sink_") + state), grouped(sink.sent),
                        grouped(sink.rejected), grouped(static_cast<std::int64_t>(sink.waiting_bytes / 1024)) + " KiB",
                        std::move(next), sink.message});
        if (request.identity && request.identity->may(kManage))
            report.action(
                office.text(request.locale, sink.is_on ? "health.turn_off" : "health.turn_on", {{"sink", sink.name}}),
                "/analytics/sinks/" + sdk::encode_url(sink.name) + (sink.is_on ? "/off" : "/on"),
                sink.is_on ? "pause" : "play");
    }
    if (request.identity && request.identity->may("analytics.erase"))
        report.link(office.text(request.locale, "erase.title"), "/analytics/erase", "trash-2");
    report.table("sinks", {"sink", "state", "#sent", "#rejected", "#sink_waiting", "next_try", "message"},
                 std::move(rows));
    rows.clear();
    for (const auto& site : scope->sites)
        rows.push_back({site.name.empty() ? site.id : site.name, site.id,
                        site.tenant.empty() ? "–" : tenant_name(office, request, site.tenant)});
    report.table("sites", {"site", "id", "tenant"}, std::move(rows));
    return report.page();
}

sdk::Result<sdk::Response> turn_sink(const AnalyticsOffice& office, const sdk::Request& request, bool on) {
    const auto name = request.parameters.get("sink");
    const auto done =
        office.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            if (auto turned = office.fan_out.turn(tx, request.context, name, on); !turned) return turned;
            return office.host.audit().append(tx, request.context, sdk::actor_of(request),
                                              {.action = on ? "analytics.sink_turned_on" : "analytics.sink_turned_off",
                                               .subject = {"analytics_sink", name, name}});
        });
    if (!done) return done.error();
    return sdk::redirect_to(path_of("health"));
}

sdk::Result<void> sink_switch(const AnalyticsOffice& office, const char* which, bool on) {
    auto route =
        sdk::post(sdk::Site::admin, std::string("/analytics/sinks/{sink}/") + which, sdk::Permission::named(kManage),
                  answered(office, [on](const AnalyticsOffice& all, const sdk::Request& request) {
                      return turn_sink(all, request, on);
                  }));
    route.summary = on ? "Sends events to a sink again" : "Sends a sink no more events";
    return office.host.route(std::move(route));
}

}  // namespace

sdk::Result<void> register_health_page(const AnalyticsOffice& office) {
    for (const bool on : {true, false})
        if (auto done = sink_switch(office, on ? "on" : "off", on); !done) return done;
    return staff_page(office, path_of("health"), "What was taken in and what is kept", &show_health);
}

}  // namespace whatsflow::analytics::pages
