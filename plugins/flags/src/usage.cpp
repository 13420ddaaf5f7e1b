#include "usage.hpp"

#include "core/dependencies.hpp"
#include "core/moment.hpp"

#include <whatsflow/sdk/identity.hpp>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr std::int64_t kHour = 3'600'000'000;
constexpr std::size_t kMostFlags = 5'000;
constexpr std::size_t kLongestName = 255;
constexpr auto kOldest = std::chrono::hours{24 * 7};

/// At most `most` bytes, never half a character.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (text[most] & 0xc0) == 0x80) --most;
    return text.substr(0, most);
}

std::string told_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

constexpr std::int64_t kMostCounted = 1'000'000'000;

std::int64_t count_of(const json& value) {
    if (!value.is_number_integer()) return 0;
    return std::clamp<std::int64_t>(value.get<std::int64_t>(), 0, kMostCounted);
}

std::int64_t count_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? 0 : count_of(*found);
}

sdk::Response refused(const char* sentence) {
    return sdk::problem(400, "bad_report", sentence);
}

/// How often a program asked for a flag, within an hour.
struct Count {
    std::string flag;
    std::string program;
    std::int64_t hour = 0;
    std::int64_t yes = 0;
    std::int64_t no = 0;
    std::map<std::string, std::int64_t> variants{};
};

/// By the names that the flag has, and all others under no name.
std::map<std::string, std::int64_t> variants_in(const json& counts, const RuleSet& rules, const std::string& flag) {
    std::map<std::string, std::int64_t> told;
    const auto found = counts.find("variants");
    if (found == counts.end() || !found->is_object()) return told;
    const auto* feature = rules.find(flag);
    const auto names = feature ? variant_names_of(*feature) : std::vector<std::string>{};
    const auto is_known = [&](const std::string& name) {
        return name == "disabled" || (name.size() <= kLongestName && std::ranges::find(names, name) != names.end());
    };
    for (const auto& [name, value] : found->items())
        if (const auto count = count_of(value); count > 0) {
            auto& sum = told[is_known(name) ? name : std::string{}];
            sum = std::min(sum + count, kMostCounted);
        }
    return told;
}

sdk::Result<void> add(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& environment,
                      const Count& count) {
    const bool lite = where.dialect() == sdk::Dialect::sqlite;
    const auto done = where.execute(
        context,
        std::string(
            "INSERT INTO flags_usage (environment, name, app_name, hour_at, yes_count, no_count) VALUES (?, ?, ?, ?, "
            "?, ?) ") +
            (lite ? "ON CONFLICT (environment, name, app_name, hour_at) DO UPDATE SET yes_count = yes_count + "
                    "excluded.yes_count, no_count = no_count + excluded.no_count"
                  : "ON DUPLICATE KEY UPDATE yes_count = yes_count + VALUES(yes_count), no_count = no_count + "
                    "VALUES(no_count)"),
        {environment, count.flag, count.program, count.hour, count.yes, count.no});
    if (!done) return done.error();
    for (const auto& [variant, given] : count.variants)
        if (const auto kept = where.execute(
                context,
                std::string("INSERT INTO flags_variant_usage (environment, name, app_name, variant, hour_at, "
                            "given_count) VALUES (?, ?, ?, ?, ?, ?) ") +
                    (lite ? "ON CONFLICT (environment, name, app_name, variant, hour_at) DO UPDATE SET given_count = "
                            "given_count + excluded.given_count"
                          : "ON DUPLICATE KEY UPDATE given_count = given_count + VALUES(given_count)"),
                {environment, count.flag, count.program, variant, count.hour, given});
            !kept)
            return kept.error();
    return sdk::ok();
}

sdk::Result<void> note(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& environment,
                       const json& program, sdk::Instant now) {
    const bool lite = where.dialect() == sdk::Dialect::sqlite;
    const auto done = where.execute(
        context,
        std::string("INSERT INTO flags_programs (environment, app_name, sdk, seen_at) VALUES (?, ?, ?, ?) ") +
            (lite ? "ON CONFLICT (environment, app_name, sdk) DO UPDATE SET seen_at = excluded.seen_at"
                  : "ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)"),
        {environment, cut(told_in(program, "appName"), 120), cut(told_in(program, "sdkVersion"), 120), now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

bool is_flag_name(const std::string& name) {
    return !name.empty() && name.size() <= kLongestName;
}

std::int64_t hour_of(sdk::Instant at) {
    return sdk::to_micros(at) / kHour * kHour;
}

/// The objects of a list that may be missing; nothing for what is no list, or too long.
std::optional<std::vector<json>> objects_in(const json& body, const char* key) {
    const auto found = body.find(key);
    std::vector<json> objects;
    if (found == body.end() || found->is_null()) return objects;
    if (!found->is_array() || found->size() > kMostFlags) return std::nullopt;
    for (const auto& each : *found)
        if (each.is_object()) objects.push_back(each);
    return objects;
}

}  // namespace

sdk::Response take_registration(sdk::Host& host, const sdk::Request& request, int status) {
    const auto body = request.json();
    if (!body || !body->is_object()) return refused("The body is no JSON object.");
    if (told_in(*body, "appName").empty()) return refused("appName is missing.");
    const auto kept = note(host.database(), request.context, request.identity->environment, *body, host.clock().now());
    return kept ? sdk::Response(status) : sdk::problem(503, kept.error());
}

sdk::Response take_metrics(sdk::Host& host, const Board& board, const sdk::Request& request, int status) {
    const auto body = request.json();
    if (!body || !body->is_object()) return refused("The body is no JSON object.");
    const auto name = cut(told_in(*body, "appName"), 120);
    if (name.empty()) return refused("appName is missing.");
    const auto bucket = body->find("bucket");
    if (bucket == body->end() || !bucket->is_object()) return refused("bucket is missing.");
    const auto counted = bucket->value("toggles", json::object());
    if (!counted.is_object() || counted.size() > kMostFlags)
        return refused("bucket.toggles is no object of at most 5,000 flags.");
    const auto hour = hour_of(host.clock().now());
    const auto served = board.served(request.identity->environment);
    const auto kept = host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (const auto& [flag, counts] : counted.items()) {
            if (!counts.is_object() || !is_flag_name(flag)) continue;
            const Count count{flag,
                              name,
                              hour,
                              count_in(counts, "yes"),
                              count_in(counts, "no"),
                              variants_in(counts, *served->rules, flag)};
            if (auto done = add(tx, request.context, request.identity->environment, count); !done) return done;
        }
        return sdk::ok();
    });
    return kept ? sdk::Response(status) : sdk::problem(503, kept.error());
}

sdk::Response take_many_metrics(sdk::Host& host, const Board& board, const sdk::Request& request) {
    const auto body = request.json();
    if (!body || !body->is_object()) return refused("The body is no JSON object.");
    const auto programs = objects_in(*body, "applications");
    const auto counts = objects_in(*body, "metrics");
    if (!programs || !counts) return refused("applications and metrics are lists of at most 5,000.");
    const auto now = host.clock().now();
    const auto& environment = request.identity->environment;
    const auto served = board.served(environment);
    const auto is_ours = [&](const json& each) {
        const auto told = told_in(each, "environment");
        return !told_in(each, "appName").empty() && (told.empty() || told == environment);
    };
    const auto kept = host.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (const auto& each : *programs)
            if (is_ours(each))
                if (auto done = note(tx, request.context, environment, each, now); !done) return done;
        for (const auto& each : *counts) {
            const auto flag = told_in(each, "featureName");
            if (!is_ours(each) || !is_flag_name(flag)) continue;
            // When it was counted, unless that lies ahead or further back than pages look.
            const auto told = parse_moment(told_in(each, "timestamp"));
            const auto at = told && *told <= now && now - *told < kOldest ? *told : now;
            const Count count{flag,
                              cut(told_in(each, "appName"), 120),
                              hour_of(at),
                              count_in(each, "yes"),
                              count_in(each, "no"),
                              variants_in(each, *served->rules, flag)};
            if (auto done = add(tx, request.context, environment, count); !done) return done;
        }
        return sdk::ok();
    });
    return kept ? sdk::Response(202) : sdk::problem(503, kept.error());
}

sdk::Result<std::vector<VariantCount>> counted_variants(sdk::Host& host, const sdk::CallContext& context,
                                                        const std::string& environment, const std::string& flag,
                                                        sdk::Instant since) {
    const auto rows = host.database().query(
        context,
        "SELECT variant, app_name, CAST(SUM(given_count) AS SIGNED) AS given_sum, MAX(hour_at) AS last_at FROM "
        "flags_variant_usage WHERE environment = ? AND name = ? AND hour_at >= ? GROUP BY variant, app_name ORDER BY "
        "variant, app_name LIMIT 500",
        {environment, flag, since});
    if (!rows) return rows.error();
    std::vector<VariantCount> counts;
    for (const auto& row : *rows)
        counts.push_back({row.text("variant"), row.text("app_name"), row.integer("given_sum"), row.integer("last_at")});
    return counts;
}

sdk::Result<void> forget_old_usage(sdk::Host& host) {
    constexpr auto kKept = std::chrono::hours{24 * 30};
    sdk::CallContext context;
    context.request_id = "flags.usage";
    for (const char* sql :
         {"DELETE FROM flags_usage WHERE hour_at < ?", "DELETE FROM flags_variant_usage WHERE hour_at < ?",
          "DELETE FROM flags_programs WHERE seen_at < ?"})
        if (const auto done = host.database().execute(context, sql, {host.clock().now() - kKept}); !done)
            return done.error();
    return sdk::ok();
}

}  // namespace whatsflow::flags
