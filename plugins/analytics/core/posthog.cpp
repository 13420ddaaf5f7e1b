#include "posthog.hpp"

#include "event_time.hpp"
#include "web_address.hpp"

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr std::size_t kMostEvents = 10'000;

sdk::Error refused(const std::string& sentence) {
    return sdk::fail("analytics.bad_event", sentence);
}

const json& properties_of(const json& event) {
    static const json kNone = json::object();
    const auto found = event.find("properties");
    return found != event.end() && found->is_object() ? *found : kNone;
}

std::string person_of(const json& event) {
    if (auto id = scalar_text(event, "distinct_id"); !id.empty()) return id;
    if (auto id = scalar_text(event, "$distinct_id"); !id.empty()) return id;
    return scalar_text(properties_of(event), "distinct_id");
}

std::string token_of(const json& object) {
    for (const char* key : {"api_key", "token", "$token"})
        if (auto token = scalar_text(object, key); !token.empty()) return token;
    return scalar_text(properties_of(object), "token");
}

std::optional<sdk::Instant> told_time(const json& event, sdk::Instant sent) {
    for (const auto* where : {&event, &properties_of(event)})
        if (const auto found = where->find("timestamp"); found != where->end() && found->is_string())
            return read_instant(found->get_ref<const std::string&>());
    // So many milliseconds before it was sent.
    const auto offset = event.find("offset");
    if (offset == event.end() || !offset->is_number()) return std::nullopt;
    const auto back = std::clamp(offset->get<double>(), 0.0, 1e12);
    return sent - std::chrono::milliseconds{static_cast<std::int64_t>(back)};
}

sdk::Result<void> check(const json& event, std::size_t place) {
    const auto which = place == 0 ? std::string("The event") : "Event " + std::to_string(place) + " of the batch";
    if (!event.is_object()) return refused(which + " is no object.");
    const auto name = event.find("event");
    if (name == event.end() || !name->is_string() || name->get_ref<const std::string&>().empty())
        return refused(which + " has no name in 'event'.");
    if (person_of(event).empty()) return refused(which + " has no 'distinct_id'.");
    if (const auto found = event.find("properties"); found != event.end() && !found->is_object() && !found->is_null())
        return refused(which + " has 'properties' that are no object.");
    return sdk::ok();
}

BotReason bot_of(const json& properties, const Arrival& arrival) {
    if (const auto told = scalar_text(properties, "$raw_user_agent"); !told.empty()) return bot_on_page(told);
    return scalar_text(properties, "$lib") == "web" ? bot_on_page(arrival.user_agent) : crawler_in(arrival.user_agent);
}

sdk::Result<Event> event_of(json& raw, const std::optional<sdk::Instant>& sent_at, const Arrival& arrival) {
    Event event;
    event.site = arrival.site;
    event.received_at = sdk::to_micros(arrival.received);
    event.occurred_at =
        sdk::to_micros(corrected(told_time(raw, sent_at.value_or(arrival.received)), sent_at, arrival.received));
    event.name = cut(raw["event"].get_ref<const std::string&>(), longest::kName);
    event.person = cut(person_of(raw), longest::kPerson);
    event.visitor = pseudonym_of(arrival, event.person);
    event.consented = true;  // whom the application names, it has asked
    json properties = raw.contains("properties") && raw["properties"].is_object() ? std::move(raw["properties"]) : json::object();
    auto uuid = scalar_text(raw, "uuid");
    if (uuid.empty()) uuid = scalar_text(properties, "$insert_id");
    event.id_is_senders = !uuid.empty();
    event.id = uuid.empty() ? make_event_id() : event_id_of(uuid);
    for (const char* key : {"$set", "$set_once"})
        if (raw.contains(key) && raw[key].is_object() && !properties.contains(key)) properties[key] = std::move(raw[key]);
    event.session = cut(scalar_text(properties, "$session_id"), longest::kValue);
    // A server that sends for its users is somewhere else than they are, and says so.
    const auto elsewhere = properties.find("$geoip_disable");
    if (elsewhere == properties.end() || *elsewhere != true) event.country = arrival.country;
    if (const auto url = scalar_text(properties, "$current_url"); !url.empty()) {
        event.hostname = cut(scalar_text(properties, "$host"), longest::kValue);
        put_address(event, url, scalar_text(properties, "$referrer"));
    }
    const auto told = scalar_text(properties, "$raw_user_agent");
    if (event.is_web) put_client(event, told.empty() ? std::string_view(arrival.user_agent) : std::string_view(told));
    event.bot = static_cast<std::int64_t>(bot_of(properties, arrival));
    auto kept = kept_properties(std::move(properties));
    if (!kept) return kept.error();
    event.properties = std::move(*kept);
    return event;
}

}  // namespace

sdk::Result<PostHogPost> read_posthog(json body, std::string_view token_elsewhere) {
    PostHogPost post;
    if (body.is_object()) {
        post.token = token_of(body);
        if (const auto sent = body.find("sent_at"); sent != body.end() && sent->is_string())
            post.sent_at = read_instant(sent->get_ref<const std::string&>());
        const auto batch = body.find("batch");
        if (batch == body.end()) {
            post.events.push_back(std::move(body));
        } else {
            if (!batch->is_array()) return refused("'batch' is no list.");
            for (auto& event : *batch) post.events.push_back(std::move(event));
        }
    } else if (body.is_array()) {
        for (auto& event : body) post.events.push_back(std::move(event));
    } else {
        return refused("The body is neither an event nor a list of events.");
    }
    if (post.events.empty()) return refused("There is no event in the body.");
    if (post.events.size() > kMostEvents)
        return sdk::fail("analytics.too_large", "At most 10,000 events in one request.");
    for (std::size_t i = 0; i < post.events.size(); ++i)
        if (auto fine = check(post.events[i], post.events.size() == 1 ? 0 : i + 1); !fine) return fine.error();
    if (post.token.empty()) post.token = token_of(post.events.front());
    if (post.token.empty()) post.token = token_elsewhere;
    return post;
}

sdk::Result<std::vector<Event>> events_of(PostHogPost post, const Arrival& arrival) {
    std::vector<Event> events;
    events.reserve(post.events.size());
    for (auto& raw : post.events) {
        auto event = event_of(raw, post.sent_at, arrival);
        if (!event) return event.error();
        events.push_back(std::move(*event));
    }
    return events;
}

}  // namespace whatsflow::analytics
