#include "segments.hpp"

#include <nlohmann/json.hpp>

namespace whatsflow::analytics {

using nlohmann::json;

sdk::Result<std::vector<Segment>> segments_of(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto rows = where.query(context, "SELECT id, name, filters FROM analytics_segments ORDER BY name LIMIT " +
                                               std::to_string(kMostSegments));
    if (!rows) return rows.error();
    std::vector<Segment> all;
    for (const auto& row : *rows) {
        Segment segment{row.text("id"), row.text("name"), {}};
        const auto filters = json::parse(row.text("filters"), nullptr, false);
        for (const auto& filter : filters.is_array() ? filters : json::array())
            segment.filters.emplace_back(filter.at(0), filter.at(1));
        all.push_back(std::move(segment));
    }
    return all;
}

sdk::Result<void> add_segment(sdk::SqlExecutor& where, const sdk::CallContext& context, const Segment& segment,
                              sdk::Instant now) {
    json filters = json::array();
    for (const auto& [dimension, value] : segment.filters) filters.push_back({dimension, value});
    const auto done =
        where.execute(context, "INSERT INTO analytics_segments (id, name, filters, created_at) VALUES (?, ?, ?, ?)",
                      {segment.id, segment.name, filters.dump(-1, ' ', false, json::error_handler_t::replace), now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<std::vector<Annotation>> annotations_of(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                    std::int64_t from, std::int64_t to, std::size_t most) {
    const auto rows = where.query(context,
                                  "SELECT id, day_at, words, author FROM analytics_annotations WHERE day_at >= ? AND "
                                  "day_at < ? ORDER BY day_at DESC, id DESC LIMIT " +
                                      std::to_string(most),
                                  {from, to});
    if (!rows) return rows.error();
    std::vector<Annotation> all;
    for (const auto& row : *rows)
        all.push_back({row.text("id"), row.integer("day_at"), row.text("words"), row.text("author")});
    return all;
}

sdk::Result<void> add_annotation(sdk::SqlExecutor& where, const sdk::CallContext& context, const Annotation& note,
                                 sdk::Instant now) {
    const auto done = where.execute(
        context, "INSERT INTO analytics_annotations (id, day_at, words, author, created_at) VALUES (?, ?, ?, ?, ?)",
        {note.id, note.day_at, note.words, note.author, now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<std::vector<Split>> splits_of(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto rows = where.query(
        context, "SELECT id, flag, weights FROM analytics_splits ORDER BY flag LIMIT " + std::to_string(kMostSplits));
    if (!rows) return rows.error();
    std::vector<Split> all;
    for (const auto& row : *rows) all.push_back({row.text("id"), row.text("flag"), row.text("weights")});
    return all;
}

sdk::Result<void> add_split(sdk::SqlExecutor& where, const sdk::CallContext& context, const Split& split,
                            sdk::Instant now) {
    const auto done =
        where.execute(context, "INSERT INTO analytics_splits (id, flag, weights, created_at) VALUES (?, ?, ?, ?)",
                      {split.id, split.flag, split.weights, now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace whatsflow::analytics
