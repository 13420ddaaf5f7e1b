#include "privacy.hpp"

#include "core/arrival.hpp"
#include "sites.hpp"
#include "sums.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::analytics {

using nlohmann::json;

Asked Privacy::all_events() const {
    Asked asked;
    asked.to = sdk::to_micros(host_.clock().now()) + 2 * kDay;
    asked.bots = Bots::include;
    return asked;
}

sdk::Result<std::int64_t> Privacy::forget_old(const sdk::CallContext& context) {
    auto& database = host_.database();
    const auto now = sdk::to_micros(host_.clock().now());
    const auto before = [&](std::int64_t days) { return days == 0 ? 0 : now - days * kDay; };
    if (auto done = keys_.forget_old(context); !done) return done.error();
    const auto ids = tables_.drop_before(context, 0, now - 3 * kDay);
    if (!ids) return ids.error();
    std::int64_t gone = *ids;
    if (keeping_.events > 0) {
        const auto events = store_.forget_before(context, before(keeping_.events));
        if (!events) return events;
        gone += *events;
    }
    if (keeping_.visits > 0) {
        const auto visits = store_.forget_visits_before(context, before(keeping_.visits));
        if (!visits) return visits;
        gone += *visits;
        // By those here the ledger finds where an event belongs, wherever the store has its own.
        if (!store_.built_in()) {
            const auto here = delete_in_pieces(database, context, "analytics_visits", {"site", "id"}, "started_at < ?",
                                               {before(keeping_.visits)});
            if (!here) return here;
        }
    }
    for (const char* table : kTablesOfSums) {
        const auto sums = delete_in_pieces(database, context, table, {"site", "start_at", "bot", "dimension", "value"},
                                           "start_at < ?", {before(keeping_.sums)});
        if (!sums) return sums;
        gone += *sums;
    }
    return gone;
}

/// The visits by which the ledger finds where an event belongs, when the events lie elsewhere.
sdk::Result<std::int64_t> Privacy::erase_visits_of(const sdk::CallContext& context, const Asked& asked) {
    constexpr std::size_t kPiece = 5'000;
    std::int64_t gone = 0;
    AnalyticsPlace after;
    while (true) {
        const auto events = store_.read(context, asked, after, kPiece);
        if (!events) return events.error();
        std::set<std::pair<std::int64_t, std::int64_t>> visits;
        for (const auto& event : *events)
            if (event.visit != 0) visits.emplace(event.site, event.visit);
        for (const auto& [site, id] : visits) {
            const auto done =
                host_.database().execute(context, "DELETE FROM analytics_visits WHERE site = ? AND id = ?", {site, id});
            if (!done) return done;
            gone += *done;
        }
        if (events->size() < kPiece) return gone;
        after = {events->back().occurred_at, events->back().id};
    }
}

sdk::Result<Erased> Privacy::erase_events(const sdk::CallContext& context, const Asked& asked,
                                          const std::string& reason) {
    // What was accepted a moment ago is known of too.
    if (const auto waiting = intake_.take_over(sdk::Milliseconds{5'000}); !waiting) return waiting.error();
    if (!store_.built_in())
        if (const auto visits = erase_visits_of(context, asked); !visits) return visits.error();
    const auto done = store_.erase(context, asked);
    if (!done) return done.error();
    const Erased erased{sdk::make_uuid(), done->events, done->visits, done->left_over};
    const auto kept = host_.database().execute(
        context,
        "INSERT INTO analytics_erasures (id, erased_at, reason, events, visits, left_over) VALUES (?, ?, ?, ?, ?, ?)",
        {erased.receipt, host_.clock().now(), reason, erased.events, erased.visits, erased.left_over});
    if (!kept) return kept.error();
    return erased;
}

sdk::Result<Erased> Privacy::erase(const sdk::CallContext& context, const std::string& person,
                                   const std::string& reason) {
    if (person.empty()) return sdk::fail("analytics.no_person", "Whose events are to be erased is not said.");
    auto asked = all_events();
    asked.person = cut(person, longest::kPerson);
    // First, so that nothing of theirs comes in behind the deletion.
    if (auto buried = tombstones_.bury(context, asked.person); !buried) return buried.error();
    auto erased = erase_events(context, asked, reason);
    if (!erased) return erased;
    if (auto waits = sinks_.ask(context, asked.person, erased->receipt); !waits) return waits.error();
    return erased;
}

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> Privacy::copy_of(const sdk::CallContext& context,
                                                                           const Asked& asked) const {
    constexpr std::size_t kPiece = 5'000;
    const auto most = static_cast<std::size_t>(keeping_.copied);
    std::string lines, note;
    AnalyticsPlace after;
    for (std::size_t count = 0;;) {
        const auto piece = std::min(kPiece, most - count);
        const auto events = store_.read(context, asked, after, std::max<std::size_t>(piece, 1));
        if (!events) return events.error();
        if (piece == 0 && !events->empty())
            note = "events.ndjson holds the first " + std::to_string(most) + " events, the last of them of " +
                   sdk::to_rfc3339(sdk::from_micros(after.occurred_at)) +
                   ". There are more: ask whoever runs this service for a copy that holds them all (the setting "
                   "copied_events of the plugin analytics).\n";
        if (piece == 0) break;
        for (const auto& event : *events) {
            auto properties = json::parse(event.properties, nullptr, false);
            json line{{"at", sdk::to_rfc3339(sdk::from_micros(event.occurred_at))},
                      {"received_at", sdk::to_rfc3339(sdk::from_micros(event.received_at))},
                      {"id", uuid_text(event.id)},
                      {"event", event.name},
                      {"hostname", event.hostname},
                      {"path", event.path},
                      {"source", event.source},
                      {"medium", event.medium},
                      {"campaign", event.campaign},
                      {"country", event.country},
                      {"browser", event.browser},
                      {"system", event.system},
                      {"device", event.device},
                      {"language", event.language},
                      {"taken_for_a_bot", event.bot != 0},
                      {"agreed", event.consented},
                      {"properties", properties.is_discarded() ? json::object() : std::move(properties)}};
            if (!event.person.empty()) line["person"] = event.person;
            if (!event.currency.empty()) line["revenue"] = {{"amount", event.revenue}, {"currency", event.currency}};
            lines += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
        }
        count += events->size();
        if (events->size() < piece) break;
        after = {events->back().occurred_at, events->back().id};
    }
    std::vector<ExportedFile> files{{"analytics/events.ndjson", std::move(lines)}};
    if (!note.empty()) files.push_back({"analytics/more.txt", std::move(note)});
    return files;
}

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> Privacy::export_user(const sdk::CallContext& context,
                                                                               const sdk::UserId& user) {
    auto asked = all_events();
    asked.sites = {own_site::kLanding, own_site::kApp};
    asked.person = user.text();
    auto files = copy_of(context, asked);
    if (files && files->front().content.empty()) files->clear();
    return files;
}

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> Privacy::export_tenant(const sdk::CallContext& context,
                                                                                 const sdk::TenantId& tenant) {
    const auto sites =
        host_.database().query(sdk::across_tenants(context, "analytics.export"),
                               "SELECT number FROM analytics_sites WHERE tenant_id = ?", {tenant.text()});
    if (!sites) return sites.error();
    if (sites->empty()) return std::vector<ExportedFile>{};
    auto asked = all_events();
    for (const auto& site : *sites) asked.sites.push_back(site.integer("number"));
    return copy_of(context, asked);
}

sdk::Result<int> Privacy::erase_user(const sdk::CallContext& context, const sdk::UserId& user) {
    const auto erased = erase(context, user.text(), "user");
    if (!erased) return erased.error();
    return static_cast<int>(erased->events + erased->visits);
}

sdk::Result<int> Privacy::erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) {
    const auto crossing = sdk::across_tenants(context, "analytics.erase");
    const auto sites =
        host_.database().query(crossing, "SELECT number FROM analytics_sites WHERE tenant_id = ?", {tenant.text()});
    if (!sites) return sites.error();
    auto erased = erase(context, tenant.text(), "tenant");
    if (!erased) return erased.error();
    auto touched = erased->events + erased->visits;
    for (const auto& site : *sites) {
        const sdk::DbValues number{site.integer("number")};
        auto asked = all_events();
        asked.sites = {site.integer("number")};
        erased = erase_events(context, asked, "tenant");
        if (!erased) return erased.error();
        touched += erased->events + erased->visits;
        for (const char* table : {"analytics_half_hours", "analytics_hours", "analytics_days", "analytics_visits"})
            if (auto gone =
                    host_.database().execute(context, std::string("DELETE FROM ") + table + " WHERE site = ?", number);
                !gone)
                return gone.error();
        if (auto gone = host_.database().execute(crossing, "DELETE FROM analytics_sites WHERE number = ?", number);
            !gone)
            return gone.error();
    }
    return static_cast<int>(touched);
}

sdk::Result<void> register_privacy(sdk::Host& host, Privacy& privacy) {
    if (auto done = sdk::provide_service<sdk::PersonalData>(host, privacy, {{"plugin", host.plugin_id()}}); !done)
        return done;
    const auto forget = [&](sdk::JobRun& run) -> sdk::Result<void> {
        const auto gone = privacy.forget_old(run.context());
        return gone ? sdk::ok() : sdk::Result<void>(gone.error());
    };
    sdk::JobOptions options;
    options.lease = std::chrono::minutes{10};
    options.at_once = 1;
    if (auto done = host.jobs().handle("analytics.forget_old", forget, options); !done) return done;
    return host.jobs().schedule(
        {.name = "analytics.retention", .kind = "analytics.forget_old", .every = std::chrono::hours{6}});
}

}  // namespace whatsflow::analytics
