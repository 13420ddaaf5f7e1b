#include "outbox/outbox_board.hpp"

#include "background/board_rows.hpp"

#include <charconv>
#include <limits>

namespace whatsflow::outbox {
namespace {

using background::instant_json;

constexpr int kCountedAtMost = 10'000;

std::int64_t position_in(const std::string& cursor) {
    std::int64_t position = std::numeric_limits<std::int64_t>::max();
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), position);
    return position;
}

sdk::Error no_dead_letter() {
    return sdk::fail("outbox.no_dead_letter", "That dead letter is not there any more; load the list again.");
}

}  // namespace

sdk::Result<sdk::ListPage> OutboxBoard::recorded(const sdk::CallContext& context, const std::string& type,
                                                 const sdk::ListWindow& window) {
    sdk::DbValues values{position_in(window.after)};
    if (!type.empty()) values.emplace_back(type);
    values.emplace_back(background::rows_to_read(window));
    auto rows = database_.query(context,
                                std::string("SELECT id, position, type, tenant, publisher, recorded_at, body "
                                            "FROM core_outbox_events WHERE position < ? ") +
                                    (type.empty() ? "" : "AND type = ? ") + "ORDER BY position DESC LIMIT ?",
                                values);
    if (!rows) return rows.error();
    return background::page_of(*rows, window, [](const sdk::Row& row) -> nlohmann::json {
        return {{"id", row.text("id")},
                {"type", row.text("type")},
                {"tenant", row.text("tenant")},
                {"publisher", row.text("publisher")},
                {"recorded_at", instant_json(row, "recorded_at")},
                {"body", background::stored_json(row, "body")},
                {"cursor", std::to_string(row.integer("position"))}};
    });
}

sdk::Result<nlohmann::json> OutboxBoard::subscribers(const sdk::CallContext& context) {
    auto rows = database_.query(context,
                                "SELECT c.subscriber AS subscriber, c.type AS type, c.position AS position, "
                                "(SELECT COUNT(*) FROM core_outbox_retries r WHERE r.subscriber = c.subscriber AND "
                                "r.parked_at IS NULL) AS retrying, "
                                "(SELECT COUNT(*) FROM core_outbox_retries r WHERE r.subscriber = c.subscriber AND "
                                "r.parked_at IS NOT NULL) AS parked "
                                "FROM core_outbox_cursors c ORDER BY c.subscriber");
    if (!rows) return rows.error();
    auto list = nlohmann::json::array();
    for (const auto& row : *rows) {
        auto behind = database_.query_one(context,
                                          "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM core_outbox_events "
                                          "WHERE type = ? AND position > ? LIMIT ?) counted",
                                          {row.text("type"), row.integer("position"), kCountedAtMost});
        if (!behind) return behind.error();
        list.push_back({{"subscriber", row.text("subscriber")},
                        {"event", row.text("type")},
                        {"position", row.integer("position")},
                        {"behind", (*behind)->integer("n")},
                        {"retrying", row.integer("retrying")},
                        {"parked", row.integer("parked")}});
    }
    return list;
}

sdk::Result<sdk::ListPage> OutboxBoard::dead_letters(const sdk::CallContext& context, const std::string& subscriber,
                                                     const sdk::ListWindow& window) {
    sdk::DbValues values{window.after.empty() ? std::string("~") : window.after};
    if (!subscriber.empty()) values.emplace_back(subscriber);
    values.emplace_back(background::rows_to_read(window));
    auto rows = database_.query(
        context,
        std::string("SELECT r.id AS id, r.subscriber AS subscriber, e.type AS type, r.event_id AS event_id, "
                    "r.tenant AS tenant, r.attempts AS attempts, r.error AS error, r.parked_at AS parked_at, "
                    "e.body AS body FROM core_outbox_retries r JOIN core_outbox_events e ON e.id = r.event_id "
                    "WHERE r.parked_at IS NOT NULL AND r.id < ? ") +
            (subscriber.empty() ? "" : "AND r.subscriber = ? ") + "ORDER BY r.id DESC LIMIT ?",
        values);
    if (!rows) return rows.error();
    return background::page_of(*rows, window, [](const sdk::Row& row) -> nlohmann::json {
        return {{"id", row.text("id")},
                {"subscriber", row.text("subscriber")},
                {"type", row.text("type")},
                {"event_id", row.text("event_id")},
                {"tenant", row.text("tenant")},
                {"attempts", row.integer("attempts")},
                {"error", row.text("error")},
                {"parked_at", instant_json(row, "parked_at")},
                {"body", background::stored_json(row, "body")},
                {"cursor", row.text("id")}};
    });
}

sdk::Result<void> OutboxBoard::replay(const sdk::CallContext& context, const std::string& dead_letter) {
    auto changed = database_.execute(context,
                                     "UPDATE core_outbox_retries SET attempts = 0, next_at = ?, parked_at = NULL "
                                     "WHERE id = ? AND parked_at IS NOT NULL",
                                     {clock_.now(), dead_letter});
    if (!changed) return changed.error();
    if (*changed == 0) return no_dead_letter();
    outbox_.wake();
    return sdk::ok();
}

sdk::Result<void> OutboxBoard::discard(const sdk::CallContext& context, const std::string& dead_letter) {
    auto changed = database_.execute(context, "DELETE FROM core_outbox_retries WHERE id = ? AND parked_at IS NOT NULL",
                                     {dead_letter});
    if (!changed) return changed.error();
    return *changed == 0 ? sdk::Result<void>(no_dead_letter()) : sdk::ok();
}

}  // namespace whatsflow::outbox
