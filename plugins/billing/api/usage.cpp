// POST /v1/usage: one event or a batch, all or none.
#include "answers.hpp"

#include <set>

namespace whatsflow::billing {
namespace {

using nlohmann::json;

constexpr std::size_t kMostUsage = 1'000;

/// Two or four digits at `at`; nothing when they are none.
std::optional<int> digits(const std::string& text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// RFC 3339, with a fraction of a second and any offset.
std::optional<sdk::Instant> read_rfc3339(const std::string& text) {
    const auto day = text.size() >= 20 ? read_date(text.substr(0, 10)) : std::nullopt;
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!day || !hour || !minute || !second || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':' || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    auto at = start_of_day(*day, "UTC") + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
              std::chrono::seconds{*second};
    std::size_t next = 19;
    if (text[next] == '.') {
        std::int64_t micros = 0, unit = 100'000;
        const auto begin = ++next;
        for (; next < text.size() && text[next] >= '0' && text[next] <= '9'; ++next, unit /= 10)
            micros += (text[next] - '0') * unit;
        if (next == begin) return std::nullopt;
        at += std::chrono::microseconds{micros};
    }
    if (text.size() == next + 1 && (text[next] == 'Z' || text[next] == 'z')) return at;
    const auto hours = digits(text, next + 1, 2), minutes = digits(text, next + 4, 2);
    if (text.size() != next + 6 || (text[next] != '+' && text[next] != '-') || !hours || !minutes ||
        text[next + 3] != ':' || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const auto offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return text[next] == '+' ? at - offset : at + offset;
}

}  // namespace

std::optional<sdk::Instant> read_timestamp(const json& value) {
    constexpr std::int64_t kFarthest = 253'402'300'800;  // the year 10000
    if (value.is_number_integer()) {
        const auto seconds = value.is_number_unsigned() && value.get<std::uint64_t>() > kFarthest
                                 ? kFarthest + 1
                                 : value.get<std::int64_t>();
        if (seconds < 0 || seconds > kFarthest) return std::nullopt;
        return sdk::from_micros(seconds * 1'000'000);
    }
    if (value.is_string()) return read_rfc3339(value.get_ref<const std::string&>());
    return std::nullopt;
}

sdk::Response take_usage(Desk& desk, const sdk::Request& request) {
    const auto body = request.json();
    if (!body) return sdk::problem(400, "http.bad_json", "The body is not JSON.");
    const json events = body->is_object() && body->contains("events") ? (*body)["events"] : json::array({*body});
    if (!events.is_array() || events.empty() || events.size() > kMostUsage)
        return fields_refused({{"events", "bad_value", "Give 1 to 1,000 events."}});
    std::vector<Request> commands;
    std::vector<sdk::FieldError> wrong;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto at = "events[" + std::to_string(i) + "].";
        const auto& event = events[i];
        ReportUsage usage;
        if (!event.is_object()) {
            wrong.push_back({at, "bad_value", "Each event is an object."});
            continue;
        }
        const auto id = event.find("id"), meter = event.find("meter"), quantity = event.find("quantity"),
                   time = event.find("timestamp"), value = event.find("value");
        if (id == event.end() || !id->is_string() || id->get_ref<const std::string&>().empty() ||
            id->get_ref<const std::string&>().size() > 200)
            wrong.push_back({at + "id", "required", "Give a unique id of up to 200 characters."});
        else
            usage.event_id = *id;
        if (meter == event.end() || !meter->is_string())
            wrong.push_back({at + "meter", "required", "Name the meter."});
        else
            usage.meter = *meter;
        if (quantity != event.end() && !quantity->is_number_integer())
            wrong.push_back({at + "quantity", "bad_value", "Give a whole number."});
        else
            usage.quantity = quantity == event.end() ? 1 : quantity->get<std::int64_t>();
        if (value != event.end()) {
            if (!value->is_string() || value->get_ref<const std::string&>().empty() ||
                value->get_ref<const std::string&>().size() > 1'000)
                wrong.push_back({at + "value", "bad_value", "Give what is counted once, in up to 1,000 characters."});
            else
                usage.value = digest_of(value->get_ref<const std::string&>());  // it may be a person's number
        }
        if (time != event.end()) {
            usage.at = read_timestamp(*time);
            if (!usage.at)
                wrong.push_back({at + "timestamp", "bad_value",
                                 "Give an instant such as 2026-03-10T08:00:00Z, or seconds since 1970."});
        }
        if (!usage.event_id.empty() && ids.insert(usage.event_id).second)
            commands.push_back({usage, {}, {}, std::nullopt, false});
    }
    if (!wrong.empty()) return fields_refused(wrong);
    // Ids keep an event from counting twice; the key also keeps two different bodies apart.
    if (const auto key = request.headers.find("Idempotency-Key")) {
        if (key->empty() || key->size() > 200)
            return sdk::problem(422, "billing.bad_key", "An Idempotency-Key has 1 to 200 characters.");
        commands.front().key = "usage:" + std::string(*key);
        commands.front().fingerprint = digest_of(body->dump());
    }
    const auto done = desk.act_all(request.context, tenant_of(request), commands, {});
    if (!done) return refused(done.error());
    return sdk::json({{"accepted", events.size()}}, 202);
}

}  // namespace whatsflow::billing
