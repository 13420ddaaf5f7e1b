#include "office.hpp"

#include "../query_api.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <cmath>
#include <cstdio>

namespace whatsflow::analytics::pages {

std::string AnalyticsOffice::text(const std::string& locale, std::string_view key,
                                  const std::vector<std::pair<std::string, std::string>>& values) const {
    return sdk::fill_in(host.translate(locale, "analytics.pages." + std::string(key)), values);
}

TimeZone AnalyticsOffice::zone_of(const sdk::Request& request) const {
    if (!request.identity || request.identity->time_zone.empty()) return zone;
    return TimeZone::named(request.identity->time_zone).value_or(zone);
}

Times times_in(const sdk::Request& request, std::int64_t now, const TimeZone& zone) {
    constexpr std::int64_t kUsual = 28, kMost = 400;
    const auto today = zone.day_of(now);
    const auto day = [&](const char* name) -> std::optional<std::int64_t> {
        const auto text = request.query.get(name);
        const auto at = text.size() == 10 ? read_time(text, false) : std::nullopt;
        return at ? std::optional(*at / kDay) : std::nullopt;
    };
    Times times;
    times.zone = zone;
    const auto end = std::min(day("to").value_or(today), today) + 1;
    times.first_day = std::clamp(day("from").value_or(end - kUsual), end - kMost, end - 1);
    times.days = end - times.first_day;
    times.span = {times.start_of(0), times.start_of(times.days)};
    times.before = {times.start_of(-times.days), times.span.from};
    times.from = day_text(times.first_day * kDay);
    times.to = day_text((end - 1) * kDay);
    return times;
}

Asked Scope::asked(Span span, std::vector<std::string> names) const {
    Asked asked;
    asked.sites = numbers;
    asked.from = span.from;
    asked.to = span.to;
    // A funnel may have a step twice; its events are there once.
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    asked.names = std::move(names);
    asked.bots = bots;
    asked.filters = filters;
    return asked;
}

std::string Scope::query() const {
    auto text = "from=" + times.from + "&to=" + times.to;
    if (!site.empty()) text += "&site=" + sdk::encode_url(site);
    if (!segment.empty()) text += "&segment=" + sdk::encode_url(segment);
    if (bots == Bots::include) text += "&bots=include";
    if (bots == Bots::only) text += "&bots=only";
    for (const auto& [dimension, value] : narrowed) text += "&only_" + dimension + "=" + sdk::encode_url(value);
    return text;
}

std::string Scope::query_of(const std::string& dimension, const std::string& value) const {
    auto further = *this;
    std::erase_if(further.narrowed, [&](const auto& each) { return each.first == dimension; });
    further.narrowed.emplace_back(dimension, value);
    return further.query();
}

sdk::Result<Scope> scope_in(const AnalyticsOffice& office, const sdk::Request& request,
                            const std::vector<std::int64_t>& otherwise) {
    Scope scope{times_in(request, sdk::to_micros(office.host.clock().now()), office.zone_of(request)),
                {},
                request.query.get("site"),
                otherwise,
                Bots::exclude,
                {},
                {},
                {},
                {}};
    auto all = office.sites.all(request.context);
    if (!all) return all.error();
    // Those that count one tenant's people are looked at beside the tenant.
    std::erase_if(*all, [](const auto& site) { return site.id == site.tenant; });
    scope.sites = std::move(*all);
    const auto chosen = std::ranges::find(scope.sites, scope.site, &ListedSite::id);
    if (chosen == scope.sites.end())
        scope.site.clear();
    else
        scope.numbers = {chosen->number};
    auto segments = segments_of(office.host.database(), request.context);
    if (!segments) return segments.error();
    scope.segments = std::move(*segments);
    const auto segment = std::ranges::find(scope.segments, request.query.get("segment"), &Segment::id);
    if (segment != scope.segments.end()) {
        scope.segment = segment->id;
        scope.filters = segment->filters;
    }
    for (const char* dimension : kNarrowing)
        if (auto value = cut(request.query.get(std::string("only_") + dimension), longest::kPath); !value.empty())
            scope.narrowed.emplace_back(dimension, std::move(value));
    scope.filters.insert(scope.filters.end(), scope.narrowed.begin(), scope.narrowed.end());
    if (request.query.get("bots") == "include") scope.bots = Bots::include;
    if (request.query.get("bots") == "only") scope.bots = Bots::only;
    return scope;
}

sdk::RouteHandler answered(const AnalyticsOffice& office, Handler handler) {
    return [&office, handler = std::move(handler)](const sdk::Request& request) {
        auto answer = handler(office, request);
        if (answer) return std::move(*answer);
        const auto& error = answer.error();
        if (error.code == "analytics.not_found") return sdk::not_found();
        if (error.code.starts_with("http.")) return sdk::problem(400, error);
        if (error.code.starts_with("analytics.")) return sdk::problem(422, error);
        const bool away = error.code == "database.unavailable" || error.code == "plugin.unavailable";
        office.host.log().error("a page of analytics failed", {{"path", request.path},
                                                               {"request_id", request.context.request_id},
                                                               {"code", error.code},
                                                               {"why", error.message}});
        return sdk::problem(away ? 503 : 500, "analytics.failed", office.text(request.locale, "failed"));
    };
}

sdk::Result<void> staff_page(const AnalyticsOffice& office, std::string path, std::string summary, Handler handler) {
    auto route =
        sdk::get(sdk::Site::admin, std::move(path), sdk::Permission::named(kSee), answered(office, std::move(handler)));
    route.summary = std::move(summary);
    return office.host.route(std::move(route));
}

std::string grouped(std::int64_t number) {
    auto text = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (auto at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
    return text;
}

std::string decimal(const sdk::Money& amount) {
    const auto text = amount.decimal();
    const auto point = std::min(text.find('.'), text.size());
    const auto digits = text.starts_with('-') ? text.substr(1, point - 1) : text.substr(0, point);
    auto whole = digits;
    for (auto at = whole.size(); at > 3;) whole.insert(at -= 3, ",");
    return (text.starts_with('-') ? "-" : "") + whole + text.substr(point);
}

std::string change(std::int64_t now, std::int64_t before) {
    constexpr std::int64_t kTold = 10;  // nobody reads “+1,100.0 %” as twelve times as many
    if (before > 0 && now / before >= kTold) return "× " + grouped((now + before / 2) / before);
    return (now >= before ? "+" : "") + percent(static_cast<double>(now - before), static_cast<double>(before));
}

std::string percent(double part, double whole) {
    if (whole == 0) return "–";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * part / whole);
    return text;
}

std::string duration(std::int64_t seconds) {
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    if (seconds < 2 * 86'400)
        return std::to_string(seconds / 3600) + " h " + std::to_string(seconds % 3600 / 60) + " min";
    return std::to_string(seconds / 86'400) + " d " + std::to_string(seconds % 86'400 / 3600) + " h";
}

}  // namespace whatsflow::analytics::pages
