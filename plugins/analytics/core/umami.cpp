#include "umami.hpp"

#include "event_time.hpp"
#include "web_address.hpp"

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

struct Limit {
    const char* field;
    std::size_t most;
};
constexpr Limit kTexts[] = {{"hostname", 100}, {"language", 35}, {"screen", 11}, {"title", 500}, {"url", 2000},
                            {"referrer", 2000}, {"name", 50}, {"tag", 50}, {"id", 50}, {"userAgent", 1000}};

bool is_website(std::string_view text) {
    return text.size() == 36 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
           });
}

/// Characters, as Umami counts them.
std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string text_in(const json& payload, const char* key) {
    const auto found = payload.find(key);
    return found != payload.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<sdk::Instant> told_seconds(const json& payload) {
    const auto found = payload.find("timestamp");
    if (found == payload.end() || !found->is_number()) return std::nullopt;
    const auto seconds = found->get<double>();
    if (!(seconds >= 0) || seconds > 1e11) return std::nullopt;
    return sdk::from_micros(static_cast<std::int64_t>(seconds * 1e6));
}

}  // namespace

sdk::Result<UmamiPost> read_umami(json body) {
    if (!body.is_object()) return sdk::fail("analytics.bad_event", "The body is no object.");
    UmamiPost post{{}, text_in(body, "type"), body.value("payload", json())};
    sdk::Error wrong{"analytics.bad_event", "The event is not as it should be.", {}};
    const auto complain = [&](const char* field, const char* code, const char* sentence) {
        wrong.fields.push_back({field, code, sentence});
    };
    if (post.type != "event" && post.type != "identify" && post.type != "performance")
        complain("type", "invalid", "One of event, identify, performance.");
    if (!post.payload.is_object()) {
        complain("payload", "required", "An object.");
        return wrong;
    }
    post.website = text_in(post.payload, "website");
    if (!is_website(post.website)) complain("website", "invalid", "The id of the site, a UUID.");
    for (const auto& [field, most] : kTexts) {
        const auto found = post.payload.find(field);
        if (found == post.payload.end() || found->is_null()) continue;
        if (!found->is_string()) complain(field, "invalid", "A text.");
        else if (length_of(found->get_ref<const std::string&>()) > most) complain(field, "too_long", "Shorter.");
    }
    if (const auto data = post.payload.find("data"); data != post.payload.end() && !data->is_null() && !data->is_object() && !data->is_array())
        complain("data", "invalid", "An object.");
    if (!wrong.fields.empty()) return wrong;
    return post;
}

sdk::Result<Event> event_of(const UmamiPost& post, const Arrival& arrival) {
    const auto& payload = post.payload;
    Event event;
    event.site = arrival.site;
    event.received_at = sdk::to_micros(arrival.received);
    event.occurred_at = sdk::to_micros(corrected(told_seconds(payload), std::nullopt, arrival.received));
    event.id = make_event_id();
    const auto name = text_in(payload, "name");
    event.name = post.type == "identify" ? "$identify" : post.type == "performance" ? "$performance" : name.empty() ? std::string(kPageView) : cut(name, longest::kName);
    auto user_agent = text_in(payload, "userAgent");
    if (user_agent.empty()) user_agent = arrival.user_agent;
    event.person = cut(text_in(payload, "id"), longest::kPerson);
    event.consented = !event.person.empty();
    event.visitor = event.person.empty() ? pseudonym_of_today(arrival, user_agent) : pseudonym_of(arrival, event.person);
    event.hostname = cut(text_in(payload, "hostname"), longest::kValue);
    put_address(event, text_in(payload, "url"), text_in(payload, "referrer"));
    put_client(event, user_agent);
    event.country = arrival.country;
    event.language = cut(text_in(payload, "language"), 35);
    if (event.language.empty()) event.language = arrival.language;
    event.bot = static_cast<std::int64_t>(bot_on_page(user_agent));
    if (event.bot == 0 && arrival.prefetched) event.bot = static_cast<std::int64_t>(BotReason::prefetched);
    json properties = json::object();
    if (const auto data = payload.find("data"); data != payload.end()) {
        if (data->is_object()) properties = *data;
        else if (data->is_array()) properties["data"] = *data;
    }
    for (const auto& [from, to] : {std::pair{"title", "$title"}, {"tag", "$tag"}, {"screen", "$screen"}})
        if (auto text = text_in(payload, from); !text.empty()) properties[to] = std::move(text);
    for (const char* measure : {"lcp", "inp", "cls", "fcp", "ttfb"})
        if (const auto found = payload.find(measure); found != payload.end() && found->is_number()) properties[measure] = *found;
    auto kept = kept_properties(std::move(properties));
    if (!kept) return kept.error();
    event.properties = std::move(*kept);
    return event;
}

json umami_answer(const Event& event) {
    if (event.bot != 0) return {{"beep", "boop"}};
    static constexpr HashKey kFixed{'u', 'm', 'a', 'm', 'i'};
    const auto visitor = std::to_string(event.site) + ":" + std::to_string(event.visitor);
    const auto session = uuid_text(keyed_digest(kFixed, visitor));
    // Without the visitor's own counter a visit is, as at Umami, an hour of the clock.
    const auto visit = uuid_text(keyed_digest(kFixed, visitor + ":" + std::to_string(event.occurred_at / kHour)));
    return {{"cache", session + "." + visit}, {"sessionId", session}, {"visitId", visit}};
}

}  // namespace whatsflow::analytics
