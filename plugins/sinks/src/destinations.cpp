#include "destinations.hpp"

#include "signature.hpp"

#include <algorithm>
#include <map>

namespace whatsflow::sinks {

using nlohmann::json;

namespace {

sdk::AnalyticsSinkLimits at_most(std::size_t events, std::size_t bytes) {
    sdk::AnalyticsSinkLimits limits;
    limits.max_events = events;
    limits.max_bytes = bytes;
    return limits;
}

sdk::AnalyticsSinkLimits of_google() {
    auto limits = at_most(25, 100'000);
    limits.max_age = std::chrono::hours{71};
    return limits;
}

sdk::OutgoingRequest post_json(std::string url, const json& body) {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = std::move(url);
    request.body = body_of(body);
    request.headers.add("Content-Type", "application/json");
    request.repeatable = true;  // events carry ids
    return request;
}

std::string person_of(const sdk::AnalyticsEvent& event) {
    return event.user_id.empty() ? event.visitor_id : event.user_id;
}

json properties_of(const sdk::AnalyticsEvent& event) {
    json properties = event.properties.is_object() ? event.properties : json::object();
    if (!event.url.empty()) properties["$current_url"] = event.url;
    if (!event.referrer.empty()) properties["$referring_domain"] = event.referrer;
    if (!event.session_id.empty()) properties["$session_id"] = event.session_id;
    if (event.revenue) {
        properties["revenue"] = event.revenue->decimal();
        properties["currency"] = event.revenue->currency;
    }
    return properties;
}

}  // namespace

Webhook::Webhook(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, sdk::Secret secret)
    : Destination(https, clock, at_most(500, 1'000'000)), url_(std::move(url)), secret_(std::move(secret)) {}

sdk::OutgoingRequest Webhook::request_for(Events events, const std::string& name) const {
    json list = json::array();
    for (const auto& event : events) {
        json one{{"id", event.id},
                 {"name", event.name},
                 {"occurred_at", sdk::to_rfc3339(event.occurred_at)},
                 {"site", event.site},
                 {"visitor", event.visitor_id},
                 {"url", event.url},
                 {"country", event.country},
                 {"properties", event.properties}};
        if (!event.tenant.empty()) one["tenant"] = event.tenant.text();
        if (!event.user_id.empty()) one["user"] = event.user_id;
        if (event.revenue) one["revenue"] = {{"amount", event.revenue->minor}, {"currency", event.revenue->currency}};
        list.push_back(std::move(one));
    }
    const auto now = clock().now();
    auto request = post_json(
        url_,
        {{"type", "analytics.events"}, {"timestamp", sdk::to_rfc3339(now)}, {"data", {{"events", std::move(list)}}}});
    const auto seconds = std::to_string(sdk::to_micros(now) / 1'000'000);
    request.headers.add("webhook-id", name);
    request.headers.add("webhook-timestamp", seconds);
    if (!secret_.empty())
        request.headers.add("webhook-signature",
                            webhook_signature(secret_.reveal(), name + "." + seconds + "." + request.body));
    return request;
}

GoogleAnalytics::GoogleAnalytics(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url,
                                 std::string measurement_id, sdk::Secret secret)
    : Destination(https, clock, of_google()),
      url_(std::move(url)),
      measurement_id_(std::move(measurement_id)),
      secret_(std::move(secret)) {}

sdk::Result<sdk::AnalyticsDelivery> GoogleAnalytics::send(const sdk::CallContext& context,
                                                          const sdk::AnalyticsBatch& batch) {
    std::map<std::string, std::vector<sdk::AnalyticsEvent>> by_client;
    for (const auto& event : batch.events) by_client[event.visitor_id].push_back(event);
    auto all = sdk::AnalyticsDelivery::delivered();
    for (const auto& [client, events] : by_client) {
        auto one = deliver(context, events, batch.id);
        if (one.outcome != sdk::AnalyticsDelivery::Outcome::delivered) return one;
        all.rejected.insert(all.rejected.end(), one.rejected.begin(), one.rejected.end());
    }
    return all;
}

std::string google_name(std::string_view name) {
    std::string fits;
    for (const char c : name)
        fits += std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128 ? c : '_';
    while (!fits.empty() && (fits.front() == '_' || std::isdigit(static_cast<unsigned char>(fits.front()))))
        fits.erase(0, 1);
    for (const char* reserved : {"firebase_", "ga_", "google_", "gtag"})
        if (fits.starts_with(reserved)) fits.insert(0, "x_");
    if (fits.empty()) fits = "event";
    if (fits == "pageview") fits = "page_view";
    for (const char* reserved : {"error", "session_start", "first_visit", "first_open", "user_engagement",
                                 "in_app_purchase", "ad_click", "app_remove"})
        if (fits == reserved) fits.insert(0, "x_");
    return fits.substr(0, 40);
}

sdk::OutgoingRequest GoogleAnalytics::request_for(Events events, const std::string&) const {
    constexpr std::size_t kMostParameters = 20, kLongest = 100;
    json list = json::array();
    for (const auto& event : events) {
        json parameters{{"session_id", event.session_id.empty() ? event.visitor_id : event.session_id},
                        {"engagement_time_msec", 1},
                        {"event_id", event.id}};  // by which an export of Google's can tell repeats apart
        if (!event.url.empty()) parameters["page_location"] = event.url.substr(0, kLongest);
        if (event.revenue) {
            parameters["currency"] = event.revenue->currency;
            parameters["value"] = std::stod(event.revenue->decimal());
        }
        for (const auto& [key, value] : event.properties.items()) {
            if (parameters.size() >= kMostParameters) break;
            if (key.starts_with("$")) continue;
            parameters[google_name(key)] =
                value.is_string() ? json(value.get<std::string>().substr(0, kLongest)) : value;
        }
        list.push_back({{"name", google_name(event.name)},
                        {"params", std::move(parameters)},
                        {"timestamp_micros", sdk::to_micros(event.occurred_at)}});
    }
    json body{{"client_id", events.front().visitor_id},
              {"events", std::move(list)},
              {"consent", {{"ad_user_data", "DENIED"}, {"ad_personalization", "DENIED"}}}};
    if (!events.front().user_id.empty()) body["user_id"] = events.front().user_id;
    auto request = post_json(url_ + "?measurement_id=" + sdk::encode_url(measurement_id_) +
                                 "&api_secret=" + sdk::encode_url(secret_.reveal()),
                             body);
    request.repeatable = false;  // Google knows no ids
    return request;
}

PostHog::PostHog(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, sdk::Secret token)
    : Destination(https, clock, at_most(500, 4'000'000)), url_(std::move(url)), token_(std::move(token)) {}

sdk::OutgoingRequest PostHog::request_for(Events events, const std::string&) const {
    json list = json::array();
    for (const auto& event : events) {
        auto properties = properties_of(event);
        properties["$lib"] = "whatsflow";
        properties["$geoip_disable"] = true;
        if (event.user_id.empty()) properties["$process_person_profile"] = false;
        list.push_back({{"event", event.name},
                        {"uuid", event.id},
                        {"distinct_id", person_of(event)},
                        {"timestamp", sdk::to_rfc3339(event.occurred_at)},
                        {"properties", std::move(properties)}});
    }
    return post_json(url_ + "/batch/", {{"api_key", token_.reveal()}, {"batch", std::move(list)}});
}

Mixpanel::Mixpanel(sdk::HttpsClient& https, const sdk::Clock& clock, std::string url, std::string project,
                   sdk::Secret token)
    : Destination(https, clock, at_most(2'000, 1'900'000)),
      url_(std::move(url)),
      project_(std::move(project)),
      token_(std::move(token)) {}

sdk::OutgoingRequest Mixpanel::request_for(Events events, const std::string&) const {
    json list = json::array();
    for (const auto& event : events) {
        auto properties = properties_of(event);
        properties["time"] = sdk::to_micros(event.occurred_at) / 1'000;
        properties["distinct_id"] = person_of(event);
        properties["$insert_id"] = event.id;
        list.push_back({{"event", event.name}, {"properties", std::move(properties)}});
    }
    auto request = post_json(url_ + "/import?strict=1&project_id=" + sdk::encode_url(project_), list);
    request.headers.add("Authorization", "Basic " + base64(token_.reveal() + ":"));
    return request;
}

/// `{"code":400,"failed_records":[{"index":1,"insert_id":"…","field":"…","message":"…"}]}`: the others are taken.
std::optional<std::vector<sdk::AnalyticsRejection>> Mixpanel::named_as_bad(Events events,
                                                                           const std::string& answer) const {
    const auto told = json::parse(answer, nullptr, false);
    if (!told.is_object() || !told.contains("failed_records") || !told["failed_records"].is_array())
        return std::nullopt;
    std::vector<sdk::AnalyticsRejection> bad;
    for (const auto& record : told["failed_records"]) {
        if (!record.is_object() || !record.contains("index") || !record["index"].is_number_unsigned())
            return std::nullopt;
        const auto index = record["index"].get<std::size_t>();
        if (index >= events.size()) return std::nullopt;
        bad.push_back({events[index].id, "invalid_" + record.value("field", std::string("event")),
                       record.value("message", std::string("Mixpanel does not take it."))});
    }
    return bad;
}

}  // namespace whatsflow::sinks
