#include "query_api.hpp"

#include "pages/value_sample.hpp"

#include <whatsflow/sdk/api_operation.hpp>

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr std::size_t kMostRows = 1'000;
constexpr const char* kDimensions[] = {"event",    "page",    "entry",   "host",   "source", "medium",
                                       "campaign", "country", "browser", "system", "device", "language"};

constexpr const char* kParameters[] = {"metric", "event", "from", "to", "bots", "site", "time_zone", "interval", "by"};

struct Metric {
    const char* name;
    std::int64_t (*value)(const AnalyticsTally&);
};
constexpr Metric kMetrics[] = {{"events", [](const AnalyticsTally& t) { return t.events; }},
                               {"views", [](const AnalyticsTally& t) { return t.views; }},
                               {"visits", [](const AnalyticsTally& t) { return t.visits; }},
                               {"visitors", [](const AnalyticsTally& t) { return t.visitors; }}};

struct Query {
    const Metric* metric = &kMetrics[0];
    Asked asked;
    std::int64_t step = kDay;
    TimeZone zone;
    std::string by;
    std::string site;

    bool is_of_visitors() const { return std::string_view(metric->name) == "visitors"; }
};

sdk::Result<Query> read_query(const sdk::Request& request, std::int64_t now) {
    Query query;
    sdk::Error wrong{"invalid", "Some parameters are not understood.", {}};
    const auto given = [&](const char* name) { return request.query.get(name); };
    // One that is misspelled would be a number of something else.
    for (const auto& [name, value] : request.query.entries())
        if (std::ranges::find(kParameters, name) == std::end(kParameters))
            wrong.fields.push_back({name, "unknown", "There is no such parameter."});
    if (const auto name = given("metric"); !name.empty()) {
        const auto found = std::ranges::find_if(kMetrics, [&](const auto& each) { return name == each.name; });
        if (found == std::end(kMetrics))
            wrong.fields.push_back({"metric", "invalid", "One of events, views, visits, visitors."});
        else
            query.metric = found;
    }
    if (auto event = given("event"); !event.empty()) query.asked.names = {std::move(event)};
    query.site = given("site");
    query.asked.to = now + 24 * kHour;
    if (auto zone = TimeZone::named(given("time_zone")))
        query.zone = std::move(*zone);
    else
        wrong.fields.push_back({"time_zone", "invalid", "A time zone of IANA, such as Asia/Colombo."});
    if (const auto text = given("from"); !text.empty()) {
        const auto at = read_time(text, false, query.zone);
        if (!at)
            wrong.fields.push_back({"from", "invalid", "A date, or an instant of RFC 3339."});
        else
            query.asked.from = *at;
    }
    if (const auto text = given("to"); !text.empty()) {
        const auto at = read_time(text, true, query.zone);
        if (!at)
            wrong.fields.push_back({"to", "invalid", "A date, or an instant of RFC 3339."});
        else
            query.asked.to = *at;
    }
    if (wrong.fields.empty() && query.asked.from > query.asked.to)
        wrong.fields.push_back({"to", "before_from", "Not before 'from'."});
    const auto bots = given("bots");
    if (bots == "include")
        query.asked.bots = Bots::include;
    else if (bots == "only")
        query.asked.bots = Bots::only;
    else if (!bots.empty() && bots != "exclude")
        wrong.fields.push_back({"bots", "invalid", "One of exclude, include, only."});
    const auto interval = given("interval");
    if (interval == "hour")
        query.step = kHour;
    else if (!interval.empty() && interval != "day")
        wrong.fields.push_back({"interval", "invalid", "One of hour, day."});
    query.by = given("by");
    if (!query.by.empty() && std::ranges::none_of(kDimensions, [&](const char* each) { return query.by == each; }))
        wrong.fields.push_back(
            {"by", "invalid",
             "One of event, page, entry, host, source, medium, campaign, country, browser, system, device, language."});
    if (!query.by.empty() && !query.asked.names.empty())
        wrong.fields.push_back({"by", "invalid", "Not together with 'event'."});
    if (!wrong.fields.empty()) return wrong;
    return query;
}

struct Rows {
    json all = json::array();
    std::string method = "exact";
    double share = 1;  ///< of the visitors, that they were counted among beside whole days
};

/// What one row takes; a number of visitors may be an estimate though everybody was looked at.
void add(Rows& rows, const Query& query, json row, const AnalyticsTally& tally) {
    row["count"] = query.metric->value(tally);
    rows.all.push_back(std::move(row));
    if (!tally.visitors_are_exact && rows.share == 1) rows.method = method_of(tally, query.is_of_visitors());
}

/// By a value whole days are known, and the rest is counted from its events: of many, among some of the visitors.
sdk::Result<Rows> rows_by_value(const pages::AnalyticsOffice& office, const sdk::CallContext& context,
                                const Query& query) {
    Rows rows;
    // They are counted twice: how often, and by how many.
    const auto sample = pages::value_sample(office, context, query.asked, office.look_at_events / 2);
    if (!sample) return sample.error();
    if (*sample) {
        const auto& taken = (*sample)->walked.sample;
        rows.share = static_cast<double>(taken.parts) / Sample::kParts;
        rows.method = "beside whole days estimated from one visitor in " + std::to_string(taken.one_in());
        const auto some = (*sample)->by_value(office, context, query.asked, query.by, kMostRows);
        if (!some) return some.error();
        for (const auto& each : *some) add(rows, query, {{"value", each.value}}, each.tally);
        return rows;
    }
    const auto all = office.store.by_value(context, query.asked, query.by, kMostRows);
    if (!all) return all.error();
    for (const auto& each : *all) add(rows, query, {{"value", each.value}}, each.tally);
    return rows;
}

sdk::Result<Rows> rows_of(const pages::AnalyticsOffice& office, const sdk::CallContext& context, const Query& query) {
    if (!query.by.empty()) return rows_by_value(office, context, query);
    const auto all = query.step == kHour ? office.store.by_time(context, query.asked, kHour)
                                         : office.store.by_day(context, query.asked, query.zone);
    if (!all) return all.error();
    Rows rows;
    for (const auto& each : *all) {
        if (rows.all.size() == 10 * kMostRows) break;
        add(rows, query,
            {{"at",
              query.step == kDay ? query.zone.date(each.start_at) : sdk::to_rfc3339(sdk::from_micros(each.start_at))}},
            each.tally);
    }
    return rows;
}

sdk::Response answer(const pages::AnalyticsOffice& office, const sdk::Request& request) {
    auto query = read_query(request, sdk::to_micros(office.host.clock().now()));
    if (!query) return sdk::problem(422, query.error());
    const auto mine = office.sites.of_reader(request.context, query->site);
    if (!mine) return sdk::problem(503, mine.error());
    for (const auto& site : *mine)
        if (query->site.empty() || query->site == site.id) query->asked.sites.push_back(site.number);
    if (!query->site.empty() && query->asked.sites.empty())
        return sdk::problem(404, "not_found", "There is no such site, or nothing was captured for it yet.");
    const auto total = office.store.total(request.context, query->asked);
    if (!total) return sdk::problem(503, total.error());
    const auto rows = rows_of(office, request.context, *query);
    if (!rows) return sdk::problem(503, rows.error());
    return sdk::json({{"total", query->metric->value(*total)},
                      {"method", method_of(*total, query->is_of_visitors())},
                      {"rows", rows->all},
                      {"rows_method", rows->method},
                      {"share", rows->share}});
}

json parameter(const char* name, const char* description, json schema) {
    return {{"name", name}, {"in", "query"}, {"description", description}, {"schema", std::move(schema)}};
}

}  // namespace

std::optional<std::int64_t> read_time(const std::string& text, bool is_end, const TimeZone& zone) {
    const auto at = read_instant(text);
    if (!at) return std::nullopt;
    if (text.size() != 10) return sdk::to_micros(*at);
    return zone.start_of(sdk::to_micros(*at) / kDay + (is_end ? 1 : 0));
}

sdk::Result<void> register_query(const pages::AnalyticsOffice& office) {
    auto& host = office.host;
    const sdk::PermissionDefinition scopes[] = {{sdk::Site::api, kCapture, "analytics.scopes.capture", {}, false},
                                                {sdk::Site::api, kRead, "analytics.scopes.read", {}, false}};
    for (const auto& scope : scopes)
        if (auto done = host.contribute(scope); !done) return done;
    auto route = sdk::get(sdk::Site::api, "/v1/analytics/query", sdk::Permission::named(kRead),
                          [&](const sdk::Request& request) { return answer(office, request); });
    route.limits.rate_class = sdk::RateClass::api;
    route.summary = "A number of events, views, visits or visitors, and its parts";
    if (auto done = host.route(std::move(route)); !done) return done;
    const json text{{"type", "string"}};
    const auto described = [](const char* words) { return json{{"type", "string"}, {"description", words}}; };
    return host.contribute(sdk::ApiOperation{
        sdk::Method::get,
        "/v1/analytics/query",
        {{"description",
          "Counts what the tokens of this tenant captured, or those of the platform for a token of its own. Exact "
          "within five seconds of acceptance; visitors beyond 256 are estimated, as `method` says. Bots are excluded "
          "unless asked for. By a dimension, whole days of the platform's time zone are summed up; where many events "
          "lie beside those, at the edges of days of another zone or of instants, these are counted among evenly "
          "chosen "
          "visitors, scaled up and added: `rows_method` says so, and `share` is how many of the visitors were looked "
          "at. Days of the platform's zone, or fewer of them, count everybody. The total is never a sample's."},
         {"parameters",
          {parameter("metric", "What is counted.",
                     {{"type", "string"}, {"enum", {"events", "views", "visits", "visitors"}}, {"default", "events"}}),
           parameter("event", "Only events of this name.", text),
           parameter("from", "A date, or an instant of RFC 3339.", text),
           parameter("to", "A date, which is included, or an instant, which is not.", text),
           parameter("bots", "What to do with automated visitors.",
                     {{"type", "string"}, {"enum", {"exclude", "include", "only"}}, {"default", "exclude"}}),
           parameter("time_zone", "Whose days dates and rows are, such as Asia/Colombo; without it UTC's.", text),
           parameter("interval", "How rows are cut.",
                     {{"type", "string"}, {"enum", {"hour", "day"}}, {"default", "day"}}),
           parameter("by", "Rows by a dimension instead.", {{"type", "string"}, {"enum", kDimensions}}),
           parameter("site",
                     "Only what this token captured, by its id. A token of the platform can also ask for its own "
                     "sites, which are counted only by name: landing, app, server.",
                     text)}},
         {"responses",
          {{"200",
            {{"description", "The number"},
             {"content",
              {{"application/json",
                {{"schema",
                  {{"type", "object"},
                   {"properties",
                    {{"total", {{"type", "integer"}}},
                     {"method", described("How the total was come by: exact, or estimated ±1.6 %.")},
                     {"rows", {{"type", "array"}, {"items", {{"type", "object"}}}}},
                     {"rows_method",
                      described("How the rows were come by: exact, estimated ±1.6 %, or beside whole days estimated "
                                "from one visitor in so many.")},
                     {"share",
                      {{"type", "number"},
                       {"description",
                        "Of the visitors, how many rows were counted among beside whole days: 1 is everybody."},
                       {"exclusiveMinimum", 0},
                       {"maximum", 1}}}}}}}}}}}}}}}},
        json::object()});
}

}  // namespace whatsflow::analytics
