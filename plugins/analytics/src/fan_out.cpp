#include "fan_out.hpp"

#include "core/arrival.hpp"
#include "core/event_time.hpp"
#include "rows.hpp"

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr int kBatchesARound = 20;
constexpr std::chrono::seconds kDeadline{10};
/// A sink that is no longer there does not fill the spool.
constexpr std::chrono::minutes kAwaited{5};

/// Flat: what lies deeper becomes text.
json flat(const std::string& text) {
    auto properties = json::parse(text, nullptr, false);
    if (!properties.is_object()) return json::object();
    for (auto& [key, value] : properties.items())
        if (value.is_structured()) value = value.dump(-1, ' ', false, json::error_handler_t::replace);
    return properties;
}

sdk::AnalyticsEvent offered(const Event& event, const std::map<std::int64_t, ListedSite>& sites) {
    sdk::AnalyticsEvent out;
    out.id = uuid_text(event.id);
    out.name = event.name;
    out.occurred_at = sdk::from_micros(event.occurred_at);
    out.received_at = sdk::from_micros(event.received_at);
    if (const auto site = sites.find(event.site); site != sites.end()) {
        out.site = site->second.id;
        out.tenant = sdk::TenantId{site->second.tenant};
    }
    out.visitor_id = std::to_string(static_cast<std::uint64_t>(event.visitor));
    out.user_id = event.person;
    out.session_id = event.session;
    if (event.is_web) out.url = "https://" + event.hostname + event.path;
    out.referrer = event.source;
    out.country = event.country;
    if (!event.currency.empty()) out.revenue = sdk::Money{event.revenue, event.currency};
    out.properties = flat(event.properties);
    if (event.consented) out.consent = {"analytics"};
    return out;
}

bool wanted(const Event& event, const sdk::AnalyticsSinkLimits& limits, sdk::Instant now) {
    if (event.bot != 0) return false;
    if (limits.max_age && sdk::from_micros(event.occurred_at) + *limits.max_age < now) return false;
    return limits.consent.empty() || (limits.consent == "analytics" && event.consented);
}

}  // namespace

sdk::Milliseconds pause_after(std::int64_t failures) {
    const auto doubled = std::min<std::int64_t>(failures, 9);
    return std::min(sdk::Milliseconds{1'000 << doubled}, sdk::Milliseconds{600'000});
}

sdk::Result<std::vector<SinkState>> FanOut::states(const sdk::CallContext& context) const {
    const auto rows = host_.database().query(
        context, "SELECT name, is_on, sent, rejected, failures, retry_at, message FROM analytics_sinks ORDER BY name");
    if (!rows) return rows.error();
    std::vector<SinkState> all;
    for (const auto& row : *rows)
        all.push_back({row.text("name"), row.boolean("is_on"), row.integer("sent"), row.integer("rejected"),
                       row.integer("failures"), row.integer("retry_at"), row.text("message"), 0});
    const auto cursors = host_.database().query(
        context, "SELECT name, file_number, byte_offset FROM analytics_sink_cursors WHERE node = ?", {intake_.node()});
    if (!cursors) return cursors.error();
    for (const auto& row : *cursors)
        if (const auto state = std::ranges::find(all, row.text("name"), &SinkState::name); state != all.end())
            state->waiting_bytes = intake_.bytes_after({row.integer("file_number"), row.integer("byte_offset")});
    return all;
}

sdk::Result<void> FanOut::turn(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& name,
                               bool on) {
    const auto done = where.execute(
        context, "UPDATE analytics_sinks SET is_on = ?, failures = 0, retry_at = 0, changed_at = ? WHERE name = ?",
        {on, host_.clock().now(), name});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<std::optional<Spool::Cursor>> FanOut::cursor_of(const sdk::CallContext& context,
                                                            const std::string& name) const {
    const auto row = host_.database().query_one(
        context, "SELECT file_number, byte_offset FROM analytics_sink_cursors WHERE name = ? AND node = ?",
        {name, intake_.node()});
    if (!row) return row.error();
    if (!*row) return std::optional<Spool::Cursor>{};
    return std::optional{Spool::Cursor{(*row)->integer("file_number"), (*row)->integer("byte_offset")}};
}

sdk::Result<void> FanOut::save(const sdk::CallContext& context, const SinkState& state, const Spool::Cursor& cursor) {
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto moved =
            tx.execute(context,
                       "INSERT INTO analytics_sink_cursors (name, node, file_number, byte_offset) VALUES (?, ?, ?, ?)" +
                           on_conflict(tx.dialect(), "analytics_sink_cursors", {"name", "node"}, {},
                                       {"file_number", "byte_offset"}),
                       {state.name, intake_.node(), cursor.file, cursor.offset});
        if (!moved) return moved.error();
        // `is_on` is staff's: it is written when the row is made and never again here.
        const auto noted =
            tx.execute(context,
                       "INSERT INTO analytics_sinks (name, is_on, sent, rejected, failures, retry_at, message, "
                       "changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)" +
                           on_conflict(tx.dialect(), "analytics_sinks", {"name"}, {},
                                       {"sent", "rejected", "failures", "retry_at", "message", "changed_at"}),
                       {state.name, state.is_on, state.sent, state.rejected, state.failures, state.retry_at,
                        cut(state.message, 400), host_.clock().now()});
        return noted ? sdk::ok() : sdk::Result<void>(noted.error());
    });
    if (done) intake_.keep_for(state.name, cursor);
    return done;
}

sdk::Result<void> FanOut::serve(const sdk::CallContext& context, const Sink& sink, SinkState state) {
    const auto now = host_.clock().now();
    auto found = cursor_of(context, state.name);
    if (!found) return found.error();
    if (!*found || !state.is_on) {
        const auto end = intake_.end();
        if (*found && **found == end) return sdk::ok();
        return save(context, state, end);
    }
    auto cursor = **found;
    intake_.keep_for(state.name, cursor);
    if (sdk::to_micros(now) < state.retry_at) return sdk::ok();
    const auto limits = sink.call(&sdk::AnalyticsSink::limits);
    if (!limits) return limits.error();
    for (int round = 0; round < kBatchesARound; ++round) {
        const auto piece = intake_.read(cursor, std::max<std::size_t>(1, limits->max_events), limits->max_bytes);
        if (!piece) return piece.error();
        if (piece->next == cursor) return sdk::ok();
        sdk::AnalyticsBatch batch;
        batch.id =
            state.name + ":" + intake_.node() + ":" + std::to_string(cursor.file) + ":" + std::to_string(cursor.offset);
        batch.attempt = static_cast<unsigned>(state.failures + 1);
        std::vector<Event> events;
        std::set<std::string> people;
        for (const auto& record : piece->records)
            if (auto event = unpack(record); event && wanted(*event, *limits, now)) {
                if (!event->person.empty()) people.insert(event->person);
                events.push_back(std::move(*event));
            }
        const auto forgotten = tombstones_.among(host_.database(), context, people);
        if (!forgotten) return forgotten.error();
        for (const auto& event : events)
            if (!forgotten->contains(event.person)) batch.events.push_back(offered(event, known_sites_));
        if (!batch.events.empty()) {
            auto limited = context;
            limited.deadline = std::chrono::steady_clock::now() + kDeadline;
            auto sent = sink.call(&sdk::AnalyticsSink::send, limited, batch);
            const auto delivery = sent ? *sent : sdk::AnalyticsDelivery::retry(sent.error().message);
            if (delivery.outcome != sdk::AnalyticsDelivery::Outcome::delivered) {
                ++state.failures;
                state.message = delivery.message;
                // Refused for good: only somebody who changes a setting helps, so it is tried seldom.
                auto pause = delivery.outcome == sdk::AnalyticsDelivery::Outcome::refused ? sdk::Milliseconds{600'000}
                                                                                          : pause_after(state.failures);
                if (delivery.retry_after) pause = *delivery.retry_after;
                state.retry_at = sdk::to_micros(now + pause);
                return save(context, state, cursor);
            }
            state.sent += static_cast<std::int64_t>(batch.events.size() -
                                                    std::min(batch.events.size(), delivery.rejected.size()));
            state.rejected += static_cast<std::int64_t>(delivery.rejected.size());
            if (!delivery.rejected.empty()) state.message = delivery.rejected.front().message;
        }
        state.failures = 0;
        state.retry_at = 0;
        cursor = piece->next;
        if (auto done = save(context, state, cursor); !done) return done;
    }
    return sdk::ok();
}

sdk::Result<void> FanOut::remember(const sdk::CallContext& context) {
    const auto rows = host_.database().query(
        context, "SELECT name, file_number, byte_offset FROM analytics_sink_cursors WHERE node = ?", {intake_.node()});
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        intake_.keep_for(row.text("name"), {row.integer("file_number"), row.integer("byte_offset")});
        awaited_.insert(row.text("name"));
    }
    awaited_until_ = host_.clock().now() + kAwaited;
    remembered_ = true;
    intake_.readers_are_known();
    return sdk::ok();
}

sdk::Result<void> FanOut::run(const sdk::CallContext& context) {
    if (!intake_.has_spool()) return sdk::ok();
    if (!remembered_)
        if (auto done = remember(context); !done) return done;
    const auto sinks = sdk::find_all_services<sdk::AnalyticsSink>(host_);
    for (const auto& sink : sinks)
        if (const auto name = sink.properties().find("sink"); name != sink.properties().end())
            awaited_.erase(name->second);
    if (!awaited_.empty() && host_.clock().now() > awaited_until_) {
        for (const auto& name : awaited_) intake_.let_go(name);
        awaited_.clear();
    }
    if (sinks.empty()) return sdk::ok();
    const auto sites = sites_.all(context);
    if (!sites) return sites.error();
    for (const auto& site : *sites) known_sites_[site.number] = site;
    const auto known = states(context);
    if (!known) return known.error();
    for (const auto& sink : sinks) {
        const auto property = sink.properties().find("sink");
        if (property == sink.properties().end()) continue;
        const auto state = std::ranges::find(*known, property->second, &SinkState::name);
        SinkState fresh;
        fresh.name = cut(property->second, 60);
        // One that fails does not keep the next from its turn.
        if (auto done = serve(context, sink, state == known->end() ? fresh : *state); !done)
            host_.log().warn("a sink was not served",
                             {{"sink", fresh.name}, {"code", done.error().code}, {"message", done.error().message}});
    }
    return sdk::ok();
}

}  // namespace whatsflow::analytics
