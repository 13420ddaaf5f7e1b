/// \file
/// What every page of analytics needs: where numbers come from, texts, the time that is looked at.
#pragma once

#include "../fan_out.hpp"
#include "../intake.hpp"
#include "../privacy.hpp"
#include "../segments.hpp"
#include "../sites.hpp"
#include "../store_in_use.hpp"

#include <whatsflow/sdk/money.hpp>

#include <functional>

namespace whatsflow::analytics::pages {

inline constexpr const char* kSee = "analytics.read";
inline constexpr const char* kManage = "analytics.manage";
inline constexpr const char* kHome = "/analytics";

/// [thread-safe] Lives as long as the plugin runs.
struct AnalyticsOffice {
    sdk::Host& host;
    Sites& sites;
    const StoreInUse& store;
    const Intake& intake;
    FanOut& fan_out;
    Privacy& privacy;
    const TimeZone zone;  ///< the platform's
    /// So many events are looked at one by one; of more, a sample of the visitors stands for all.
    const std::int64_t look_at_events;
    /// And for no longer than about so long: then the sample is smaller.
    const sdk::Milliseconds look_for;

    /// Whose days a reader sees: that of the person, else the platform's.
    TimeZone zone_of(const sdk::Request& request) const;

    /// The text below `analytics.pages.`, with {name} filled in.
    std::string text(const std::string& locale, std::string_view key,
                     const std::vector<std::pair<std::string, std::string>>& values = {}) const;
};

struct Span {
    std::int64_t from = 0, to = 0;  ///< [from, to)
};

/// Days that are looked at, in a time zone, and those before them to compare with.
struct Times {
    TimeZone zone;
    Span span;
    Span before;
    std::string from, to;  ///< as dates; `to` is the last day

    std::int64_t first_day = 0, days = 0;

    /// The instant at which the n-th of the days begins.
    std::int64_t start_of(std::int64_t n) const { return zone.start_of(first_day + n); }
};

/// Of `from` and `to` in the request; without them the last 28 days. At most 400.
Times times_in(const sdk::Request& request, std::int64_t now, const TimeZone& zone);

/// What a page asks about.
struct Scope {
    Times times;
    std::vector<ListedSite> sites;  ///< to choose from
    std::string site;               ///< the chosen one's id; empty: those of `numbers`
    std::vector<std::int64_t> numbers;
    Bots bots = Bots::exclude;
    std::vector<Segment> segments;  ///< to choose from
    std::string segment;            ///< the chosen one's id
    /// Of the segment, and those that somebody went into from a table.
    std::vector<std::pair<std::string, std::string>> filters, narrowed;

    Asked asked(Span span, std::vector<std::string> names = {}) const;
    /// `from=…&to=…&site=…`
    std::string query() const;
    /// The same, and only what has this value.
    std::string query_of(const std::string& dimension, const std::string& value) const;
};

/// Dimensions that a page can be narrowed to by a link, as `only_source=…`.
inline constexpr const char* kNarrowing[] = {dimension::kPage,     dimension::kSource,  dimension::kMedium,
                                             dimension::kCampaign, dimension::kCountry, dimension::kBrowser,
                                             dimension::kSystem,   dimension::kDevice,  dimension::kLanguage};

/// Without a choice: the sites with these numbers.
sdk::Result<Scope> scope_in(const AnalyticsOffice& office, const sdk::Request& request,
                            const std::vector<std::int64_t>& otherwise);

using Handler = std::function<sdk::Result<sdk::Response>(const AnalyticsOffice&, const sdk::Request&)>;

/// A page of the admin site; an error becomes the fitting answer here.
sdk::Result<void> staff_page(const AnalyticsOffice& office, std::string path, std::string summary, Handler handler);
sdk::RouteHandler answered(const AnalyticsOffice& office, Handler handler);

/// `12,345`
std::string grouped(std::int64_t number);
/// `12,345.60`, without the currency.
std::string decimal(const sdk::Money& amount);
/// `+12.3 %`, `-4.0 %`; from tenfold on `× 12`.
std::string change(std::int64_t now, std::int64_t before);
/// `12.3 %`; `–` of nothing.
std::string percent(double part, double whole);
/// `3 min 20 s`
std::string duration(std::int64_t seconds);

}  // namespace whatsflow::analytics::pages
