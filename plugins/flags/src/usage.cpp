#include "usage.hpp"

#include <whatsflow/sdk/identity.hpp>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::size_t kMostFlags = 5'000;

/// At most `most` bytes, never half a character.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (text[most] & 0xc0) == 0x80) --most;
    return text.substr(0, most);
}

std::string text_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t count_in(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return 0;
    return std::clamp<std::int64_t>(found->get<std::int64_t>(), 0, 1'000'000'000);
}

sdk::Response refused(const char* sentence) {
    return sdk::problem(400, "bad_report", sentence);
}

}  // namespace

sdk::Response take_registration(sdk::Host& host, const sdk::Request& request, int status) {
    const auto body = request.json();
    if (!body || !body->is_object()) return refused("The body is no JSON object.");
    const auto name = cut(text_in(*body, "appName"), 120);
    if (name.empty()) return refused("appName is missing.");
    const bool lite = host.database().dialect() == sdk::Dialect::sqlite;
    const auto kept = host.database().execute(
        request.context,
        std::string("INSERT INTO flags_programs (environment, app_name, sdk, seen_at) VALUES (?, ?, ?, ?) ") +
            (lite ? "ON CONFLICT (environment, app_name, sdk) DO UPDATE SET seen_at = excluded.seen_at"
                  : "ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)"),
        {request.identity->environment, name, cut(text_in(*body, "sdkVersion"), 120), host.clock().now()});
    return kept ? sdk::Response(status) : sdk::problem(503, kept.error());
}

sdk::Response take_metrics(sdk::Host& host, const sdk::Request& request, int status) {
    const auto body = request.json();
    if (!body || !body->is_object()) return refused("The body is no JSON object.");
    const auto name = cut(text_in(*body, "appName"), 120);
    if (name.empty()) return refused("appName is missing.");
    const auto bucket = body->find("bucket");
    if (bucket == body->end() || !bucket->is_object()) return refused("bucket is missing.");
    const auto counted = bucket->value("toggles", json::object());
    if (!counted.is_object() || counted.size() > kMostFlags)
        return refused("bucket.toggles is no object of at most 5,000 flags.");
    const auto hour = sdk::to_micros(host.clock().now()) / kHour * kHour;
    const bool lite = host.database().dialect() == sdk::Dialect::sqlite;
    const std::string sql =
        std::string(
            "INSERT INTO flags_usage (environment, name, app_name, hour_at, yes_count, no_count) VALUES (?, ?, ?, ?, "
            "?, ?) ") +
        (lite ? "ON CONFLICT (environment, name, app_name, hour_at) DO UPDATE SET yes_count = yes_count + "
                "excluded.yes_count, no_count = no_count + excluded.no_count"
              : "ON DUPLICATE KEY UPDATE yes_count = yes_count + VALUES(yes_count), no_count = no_count + "
                "VALUES(no_count)");
    const auto kept = host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (const auto& [flag, counts] : counted.items()) {
            if (!counts.is_object() || flag.empty() || flag.size() > 255) continue;
            const auto done = tx.execute(
                request.context, sql,
                {request.identity->environment, flag, name, hour, count_in(counts, "yes"), count_in(counts, "no")});
            if (!done) return done.error();
        }
        return sdk::ok();
    });
    return kept ? sdk::Response(status) : sdk::problem(503, kept.error());
}

}  // namespace whatsflow::flags
