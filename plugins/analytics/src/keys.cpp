#include "keys.hpp"

#include "core/event_time.hpp"

namespace whatsflow::analytics {
namespace {

constexpr const char* kPurpose = "pseudonyms";
constexpr const char* kLasting = "lasting";

}  // namespace

sdk::Result<HashKey> Keys::kept(const sdk::CallContext& context, const std::string& name) {
    auto& database = host_.database();
    for (int tries = 0; tries < 2; ++tries) {
        const auto row = database.query_one(context, "SELECT sealed FROM analytics_keys WHERE name = ?", {name});
        if (!row) return row.error();
        if (*row) {
            const auto opened = host_.vault().open(kPurpose, (*row)->text("sealed"));
            if (!opened) return opened.error();
            return key_of(opened->reveal());
        }
        const auto sealed = host_.vault().seal(kPurpose, sdk::Secret(text_of(random_key())));
        if (!sealed) return sealed.error();
        // Another program may be quicker; then its key holds.
        const auto made = database.execute(context, "INSERT INTO analytics_keys (name, sealed, created_at) VALUES (?, ?, ?)",
                                           {name, *sealed, host_.clock().now()});
        if (!made && made.error().code != "database.duplicate") return made.error();
    }
    return sdk::fail("analytics.no_key", "The key '" + name + "' could not be kept.");
}

sdk::Result<PseudonymKeys> Keys::current(const sdk::CallContext& context) {
    const auto now = sdk::to_micros(host_.clock().now());
    const std::lock_guard lock(mutex_);
    if (day_.holds(now)) return keys_;
    const auto days = days_.grid(context);
    if (!days) return days.error();
    const auto day = (*days)->at(now);
    const auto lasting = kept(context, kLasting);
    if (!lasting) return lasting.error();
    const auto today = kept(context, "day-" + (*days)->zone(now).date(day.from));
    if (!today) return today.error();
    keys_ = {*lasting, *today};
    day_ = day;
    return keys_;
}

sdk::Result<void> Keys::forget_old(const sdk::CallContext& context) {
    const auto days = days_.grid(context);
    if (!days) return days.error();
    const auto today = (*days)->at(sdk::to_micros(host_.clock().now()));
    const auto yesterday = (*days)->at(today.from - 1).from;
    const auto done = host_.database().execute(context, "DELETE FROM analytics_keys WHERE name <> ? AND created_at < ?",
                                               {kLasting, yesterday});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace whatsflow::analytics
