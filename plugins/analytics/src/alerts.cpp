#include "alerts.hpp"

#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/pages.hpp>

namespace whatsflow::analytics {
namespace {

constexpr std::chrono::minutes kEvery{5};
/// Who may see analytics and can do something about it.
const std::vector<std::string> kTold{"super_admin", "support_admin"};

}  // namespace

sdk::Result<std::vector<Alert>> alerts_of(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto rows = where.query(context,
                                  "SELECT id, name, metric, event, site, hours, is_above, bound, is_crossed, value, "
                                  "checked_at FROM analytics_alerts ORDER BY name LIMIT " +
                                      std::to_string(kMostAlerts));
    if (!rows) return rows.error();
    std::vector<Alert> all;
    for (const auto& row : *rows)
        all.push_back({row.text("id"), row.text("name"), row.text("metric"), row.text("event"), row.text("site"),
                       row.integer("hours"), row.boolean("is_above"), row.integer("bound"), row.boolean("is_crossed"),
                       row.integer("value"), row.integer("checked_at")});
    return all;
}

sdk::Result<void> add_alert(sdk::SqlExecutor& where, const sdk::CallContext& context, const Alert& alert,
                            sdk::Instant now) {
    const auto done = where.execute(
        context,
        "INSERT INTO analytics_alerts (id, name, metric, event, site, hours, is_above, bound, is_crossed, value, "
        "checked_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
        {alert.id, alert.name, alert.metric, alert.event, alert.site, alert.hours, alert.is_above, alert.bound, now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<std::int64_t> Watch::value_of(const sdk::CallContext& context, const Alert& alert,
                                          const std::vector<ListedSite>& sites) const {
    Asked asked;
    for (const auto& site : sites)
        if (alert.site.empty() ? site.tenant.empty() : site.id == alert.site) asked.sites.push_back(site.number);
    if (asked.sites.empty()) return std::int64_t{0};
    asked.to = sdk::to_micros(host_.clock().now()) + 1;
    asked.from = asked.to - alert.hours * kHour;
    if (!alert.event.empty()) asked.names = {alert.event};
    const auto tally = store_.total(context, asked);
    if (!tally) return tally.error();
    return alert.metric == "views"      ? tally->views
           : alert.metric == "visits"   ? tally->visits
           : alert.metric == "visitors" ? tally->visitors
                                        : tally->events;
}

sdk::Result<void> Watch::tell(const sdk::CallContext& context, const Alert& alert, std::int64_t value) const {
    const auto say = [&](const char* key) {
        return sdk::fill_in(host_.translate("en", std::string("analytics.pages.setup.") + key),
                            {{"name", alert.name},
                             {"value", std::to_string(value)},
                             {"bound", std::to_string(alert.bound)},
                             {"hours", std::to_string(alert.hours)}});
    };
    sdk::Notification notification;
    // A crossing is known by the look before it: told again after a crash, it reaches nobody twice.
    notification.idempotency_key = "analytics.alert:" + alert.id + ":" + std::to_string(alert.checked_at);
    notification.category = "usage";
    notification.title = say(alert.is_above ? "alert_above" : "alert_below");
    notification.text = say("alert_text");
    notification.path = "/analytics/setup";
    notification.urgent = true;  // by mail too
    return sdk::find_service<sdk::Notifier>(host_, {{"site", "admin"}})
        .call(&sdk::Notifier::notify_roles, context, sdk::TenantId{}, kTold, notification);
}

sdk::Result<void> Watch::run(const sdk::CallContext& context) {
    const auto alerts = alerts_of(host_.database(), context);
    if (!alerts) return alerts.error();
    if (alerts->empty()) return sdk::ok();
    const auto sites = sites_.all(context);
    if (!sites) return sites.error();
    sdk::Result<void> all = sdk::ok();
    for (const auto& alert : *alerts)
        // One that fails does not keep the next from being told; the job tries again.
        if (auto done = look_at(context, alert, *sites); !done) all = done;
    return all;
}

sdk::Result<void> Watch::look_at(const sdk::CallContext& context, const Alert& alert,
                                 const std::vector<ListedSite>& sites) const {
    const auto value = value_of(context, alert, sites);
    if (!value) return value.error();
    const bool is_crossed = alert.is_above ? *value > alert.bound : *value < alert.bound;
    if (is_crossed && !alert.is_crossed)
        if (auto told = tell(context, alert, *value); !told) return told;
    const auto noted = host_.database().execute(
        context, "UPDATE analytics_alerts SET is_crossed = ?, value = ?, checked_at = ? WHERE id = ?",
        {is_crossed, *value, host_.clock().now(), alert.id});
    return noted ? sdk::ok() : sdk::Result<void>(noted.error());
}

sdk::Result<void> register_watch(sdk::Host& host, Watch& watch) {
    sdk::JobOptions options;
    options.at_once = 1;
    const auto run = [&](sdk::JobRun& job) { return watch.run(job.context()); };
    if (auto done = host.jobs().handle("analytics.watch", run, options); !done) return done;
    return host.jobs().schedule({.name = "analytics.watch", .kind = "analytics.watch", .every = kEvery});
}

}  // namespace whatsflow::analytics
