#include "sum_days.hpp"

#include "core/event_time.hpp"

namespace whatsflow::analytics {
namespace {

/// Much shorter than the time after which a change holds.
constexpr std::chrono::minutes kLookAgain{5};
/// Events may lie 23 hours ahead: what they are summed to is not cut anew.
constexpr std::int64_t kAhead = kDay;

}  // namespace

sdk::Result<std::vector<DayGrid::Rule>> SumDays::rules(const sdk::CallContext& context) const {
    const auto rows =
        host_.database().query(context, "SELECT since_at, zone FROM analytics_day_zones ORDER BY since_at");
    if (!rows) return rows.error();
    std::vector<DayGrid::Rule> all;
    for (const auto& row : *rows) {
        auto zone = TimeZone::named(row.text("zone"));
        if (!zone) return sdk::fail("analytics.no_zone", "The time zone '" + row.text("zone") + "' is not known here.");
        all.push_back({row.integer("since_at"), std::move(*zone)});
    }
    return all;
}

sdk::Result<void> SumDays::settle(const sdk::CallContext& context) {
    const auto known = rules(context);
    if (!known) return known.error();
    const auto now = sdk::to_micros(host_.clock().now());
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto sums = tx.query_one(context, "SELECT 1 AS n FROM analytics_days LIMIT 1");
        if (!sums) return sums.error();
        // What was to hold later and does not hold yet is thought over; without sums, everything is.
        const auto settled = *sums ? now + kAhead : std::int64_t{-1};
        auto rules = *known;
        while (!rules.empty() && rules.back().since > settled) rules.pop_back();
        if (auto done = tx.execute(context, "DELETE FROM analytics_day_zones WHERE since_at > ?", {settled}); !done)
            return done.error();
        const auto keep = [&](std::int64_t since, const std::string& zone) -> sdk::Result<void> {
            const auto done =
                tx.execute(context,
                           std::string(tx.dialect() == sdk::Dialect::sqlite ? "INSERT OR IGNORE" : "INSERT IGNORE") +
                               " INTO analytics_day_zones (since_at, zone) VALUES (?, ?)",
                           {since, zone});
            return done ? sdk::ok() : sdk::Result<void>(done.error());
        };
        if (!*sums) return keep(0, zone_.name());
        // Sums from before zones were kept are those of UTC.
        const auto before = rules.empty() ? TimeZone{}.name() : rules.back().zone.name();
        if (rules.empty())
            if (auto done = keep(0, before); !done) return done;
        if (before == zone_.name()) return sdk::ok();
        return keep(zone_.start_of(zone_.day_of(now + kAhead) + 1), zone_.name());
    });
}

sdk::Result<std::shared_ptr<const DayGrid>> SumDays::grid(const sdk::CallContext& context) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (grid_ && now < until_) return grid_;
    auto known = rules(context);
    if (!known) return known.error();
    grid_ = std::make_shared<const DayGrid>(std::move(*known));
    until_ = now + kLookAgain;
    return grid_;
}

}  // namespace whatsflow::analytics
