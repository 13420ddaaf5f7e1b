#include "tracker.hpp"

#include "core/body.hpp"
#include "core/event_time.hpp"
#include "core/web_address.hpp"

#include <fstream>
#include <sstream>

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr const char* kScript = "/a/script.js";
constexpr const char* kSend = "/a/event";
constexpr std::size_t kMostOfOne = 8 * 1024;

bool is_id(std::string_view segment) {
    const auto digits = std::ranges::count_if(segment, [](char c) { return c >= '0' && c <= '9'; });
    return segment.size() == 36 || (segment.size() > 20 && digits > 3) ||
           (!segment.empty() && static_cast<std::size_t>(digits) == segment.size());
}

/// Sent by a page of the same site.
bool is_own_page(const CaptureDesk& desk, const sdk::Request& request) {
    const auto origin = request.headers.find("Origin");
    if (!origin) return false;
    const auto host = request.headers.find("Host").value_or("");
    const auto scheme = origin->find("://");
    return *origin == desk.host.site_url(request.site) ||
           (scheme != std::string_view::npos && origin->substr(scheme + 3) == host);
}

std::optional<sdk::Identity> who_is_there(const CaptureDesk& desk, const sdk::Request& request) {
    if (request.site != sdk::Site::app) return std::nullopt;
    const auto authenticator = sdk::find_service<sdk::Authenticator>(desk.host, {{"site", "app"}});
    auto identity = authenticator.call(&sdk::Authenticator::identify, request);
    return identity ? std::move(*identity) : std::nullopt;
}

sdk::Response dropped(const char* why) {
    sdk::Response answer(202);
    answer.header("X-Analytics-Dropped", why);
    return answer;
}

sdk::Result<Event> event_of(const json& sent, const Arrival& arrival, const sdk::Request& request) {
    Event event;
    event.site = arrival.site;
    event.received_at = event.occurred_at = sdk::to_micros(arrival.received);
    event.id = make_event_id();
    const auto name = scalar_text(sent, "n");
    event.name = name.empty() ? std::string(kPageView) : cut(name, 50);
    event.hostname = cut(request.headers.find("Host").value_or(""), longest::kValue);
    put_address(event, scalar_text(sent, "u"), scalar_text(sent, "r"));
    event.path = page_of(event.path);
    put_client(event, arrival.user_agent);
    event.language = arrival.language;
    event.country = arrival.country;
    event.visitor = pseudonym_of_today(arrival, arrival.user_agent);
    event.consented = true;  // the script is loaded after the visitor agreed
    event.bot = static_cast<std::int64_t>(bot_on_page(arrival.user_agent));
    if (event.bot == 0 && sent.contains("b")) event.bot = static_cast<std::int64_t>(BotReason::automated);
    if (event.bot == 0 && arrival.prefetched) event.bot = static_cast<std::int64_t>(BotReason::prefetched);
    const auto data = sent.find("p");
    auto kept = kept_properties(data != sent.end() && data->is_object() ? *data : json::object());
    if (!kept) return kept.error();
    event.properties = std::move(*kept);
    return event;
}

/// The site that counts for one tenant: its id is the tenant's, so no token has it.
sdk::Result<std::int64_t> site_of_tenant(const CaptureDesk& desk, const sdk::CallContext& context,
                                         const sdk::Identity& identity) {
    return desk.sites.of_tenant_itself(context, identity.tenant, identity.tenant_name);
}

sdk::Response take(const CaptureDesk& desk, const sdk::Request& request) {
    if (!is_own_page(desk, request)) return sdk::problem(403, "foreign_origin", "Only pages of this site send here.");
    // The script does not run then; a page that was open before does.
    if (request.headers.find("DNT").value_or("") == "1" || request.headers.find("Sec-GPC").value_or("") == "1")
        return dropped("do-not-track");
    const auto body = read_json(request.body);
    if (!body) return refusal(body.error());
    if (!body->is_object()) return refusal(sdk::fail("analytics.bad_event", "The body is no object."));
    const auto identity = who_is_there(desk, request);
    if (identity && !identity->impersonator.empty()) return dropped("staff");
    const bool in_app = request.site == sdk::Site::app;
    const auto arrival =
        arrival_of(desk, request, in_app ? own_site::kApp : own_site::kLanding, in_app ? "app" : "landing");
    if (!arrival) return refusal(arrival.error());
    auto event = event_of(*body, *arrival, request);
    if (!event) return refusal(event.error());
    std::vector<Event> events{std::move(*event)};
    if (identity) {
        auto& own = events.front();
        own.person = identity->subject;
        own.consented = true;
        own.visitor = pseudonym_of(*arrival, own.person);
        if (const auto site = site_of_tenant(desk, request.context, *identity); site) {
            auto theirs = own;
            theirs.site = *site;
            theirs.id = make_event_id();
            events.push_back(std::move(theirs));
        }
    }
    if (auto kept = desk.intake.accept(events); !kept) return refusal(kept.error());
    return sdk::Response(202);
}

sdk::Result<std::string> script_in(const sdk::Host& host) {
    std::ifstream file(host.install_directory() + "/assets/script.js");
    std::ostringstream text;
    if (!(text << file.rdbuf()))
        return sdk::fail("analytics.no_script", "The script of the pages is not in the plugin's folder.");
    return text.str();
}

}  // namespace

std::string page_of(std::string_view path) {
    std::string page;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = path.find('/');
        const auto segment = path.substr(0, end);
        page += is_id(segment) ? std::string("/{id}") : "/" + std::string(segment);
        if (end == std::string_view::npos) break;
        path.remove_prefix(end);
    }
    return page.empty() ? "/" : cut(page, longest::kPath);
}

sdk::Result<void> register_tracker(const CaptureDesk& desk) {
    const auto script = script_in(desk.host);
    if (!script) return script.error();
    for (const auto site : {sdk::Site::landing, sdk::Site::app}) {
        auto page = sdk::get(site, kScript, sdk::Permission::everyone(), [text = *script](const sdk::Request&) {
            auto response = sdk::bytes(text, "text/javascript; charset=utf-8");
            response.header("Cache-Control", "public, max-age=3600");
            return response;
        });
        page.caching = sdk::Caching::shared;
        page.summary = "The script that counts pages";
        if (auto done = desk.host.route(std::move(page)); !done) return done;
        auto send = sdk::post(site, kSend, sdk::Permission::everyone(),
                              [desk](const sdk::Request& request) { return take(desk, request); });
        send.csrf = sdk::Csrf::exempt;
        send.limits.rate_class = sdk::RateClass::capture;
        send.limits.body_bytes = kMostOfOne;
        send.summary = "Takes an event of a page of this site";
        if (auto done = desk.host.route(std::move(send)); !done) return done;
        if (auto done = desk.host.contribute(sdk::PageScript{site, "analytics", kScript, "analytics", {}, {}, 50});
            !done)
            return done;
    }
    return sdk::ok();
}

}  // namespace whatsflow::analytics
