/// \file
/// DRAFT: may change in any release; the id stays when it becomes stable.
///
/// Where captured events lie, and who answers questions about them. The analytics plugin has one of its
/// own, in the platform's database; another plugin may offer one made for it, such as ClickHouse.
///
/// Analytics reads what clients send, tells repeats apart, finds visits and keeps the place in its spool;
/// a store keeps what it is handed and counts. A batch whose end is not known comes again, the same to the
/// last byte: `append` must then count nothing twice.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/service.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::sdk::draft {

/// One event. Instants are microseconds in UTC; a site is a number of the analytics plugin.
struct AnalyticsRecord {
    std::int64_t site = 0;
    std::string id;                ///< sixteen bytes
    std::int64_t occurred_at = 0;  ///< by the sender's clock put right
    std::int64_t received_at = 0;
    std::string name;          ///< `$pageview`, or what the application chose
    std::int64_t visitor = 0;  ///< pseudonym: of the day, or of the person who is known
    std::string person;        ///< the id that the application gave; empty for those nobody knows
    std::int64_t visit = 0;    ///< number of the visit; 0: did not happen on a page
    std::string hostname;
    std::string path;
    std::string source;
    std::string medium;
    std::string campaign;
    std::string country;
    std::string browser;
    std::string system;
    std::string device;
    std::string language;
    std::int64_t bot = 0;  ///< 0: a person as far as one can tell
    bool consented = false;
    std::int64_t revenue = 0;  ///< minor units
    std::string currency;
    std::string properties;  ///< a JSON object
};

/// A visit as it now is; handed over again whenever an event has joined it.
struct AnalyticsVisit {
    std::int64_t site = 0, id = 0;
    std::int64_t visitor = 0;
    std::int64_t started_at = 0, last_at = 0;
    std::int64_t views = 0, events = 0, bot = 0;
    std::string entry_path, exit_path, hostname, source, medium, campaign, country, browser, system, device;

    /// What was handed over before, for a store that keeps sums: the difference is new.
    bool is_new = false;
    std::int64_t bounced_before = 0, seconds_before = 0;

    /// One page seen and nothing done.
    std::int64_t bounced() const { return views <= 1 && events == views ? 1 : 0; }
    std::int64_t seconds() const { return (last_at - started_at) / 1'000'000; }
};

enum class AnalyticsBots { exclude, include, only };

/// Which events are meant. A list or text that is empty means all.
struct AnalyticsSelection {
    std::vector<std::int64_t> sites;
    std::int64_t from = 0, to = 0;  ///< [from, to)
    std::vector<std::string> names;
    std::string person;
    AnalyticsBots bots = AnalyticsBots::exclude;
    /// A dimension and the value that it must have, each: `{"country", "LK"}`.
    std::vector<std::pair<std::string, std::string>> filters;
};

/// Visits count where they began; of a selection with names there are none.
struct AnalyticsTally {
    std::int64_t events = 0, views = 0, visits = 0, bounces = 0, seconds = 0;
    std::int64_t visitors = 0;
    bool visitors_are_exact = true;  ///< else within 1.63 %, one standard error
};

/// The tally of an hour, a day, a value or a site.
struct AnalyticsPart {
    std::int64_t start_at = 0;
    std::int64_t site = 0;
    std::string value;
    AnalyticsTally tally;
};

/// The place behind an event, in the order of time and id.
struct AnalyticsPlace {
    std::int64_t occurred_at = INT64_MIN;
    std::string id;
};

struct AnalyticsErased {
    std::int64_t events = 0, visits = 0;
    std::int64_t left_over = 0;  ///< events found when looking again; 0 is the proof
};

/// Provided with the property {"store", "<name>"}. [any thread but the loop]
/// Errors: `database.unavailable` when the store is away, and what it was handed comes again.
class AnalyticsStore : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.analytics_store", 1};

    virtual Result<void> append(const CallContext& context, const std::vector<const AnalyticsRecord*>& events,
                                const std::vector<const AnalyticsVisit*>& visits) = 0;

    virtual Result<AnalyticsTally> total(const CallContext& context, const AnalyticsSelection& selection) = 0;
    /// By steps of `step` microseconds, an hour or a day, that begin at `phase` + n × `step`: the days of Colombo have
    /// the phase of 18:30. Steps without events are left out; `phase` is less than `step`.
    virtual Result<std::vector<AnalyticsPart>> by_time(const CallContext& context, const AnalyticsSelection& selection,
                                                       std::int64_t step, std::int64_t phase) = 0;
    /// The most frequent first. `dimension` is `event`, `page`, `entry`, `host`, `source`,
    /// `medium`, `campaign`, `country`, `browser`, `system`, `device` or `language`.
    virtual Result<std::vector<AnalyticsPart>> by_value(const CallContext& context, const AnalyticsSelection& selection,
                                                        const std::string& dimension, std::size_t most) = 0;
    /// The sites with the most views.
    virtual Result<std::vector<AnalyticsPart>> by_site(const CallContext& context, const AnalyticsSelection& selection,
                                                       std::size_t most) = 0;
    /// Different visitors, counted one by one: for minutes.
    virtual Result<std::int64_t> visitors(const CallContext& context, const AnalyticsSelection& selection) = 0;
    /// Events of one site behind a place, in the order of time and id.
    virtual Result<std::vector<AnalyticsRecord>> read(const CallContext& context, const AnalyticsSelection& selection,
                                                      const AnalyticsPlace& after, std::size_t most) = 0;
    /// Removes the selected events, bots or not, and the visits they belong to, for good. Sums that name nobody
    /// may stay.
    virtual Result<AnalyticsErased> erase(const CallContext& context, const AnalyticsSelection& selection) = 0;
    /// Removes the events of whole days before that instant; how much went, in the store's own pieces.
    virtual Result<std::int64_t> forget_before(const CallContext& context, std::int64_t at) = 0;
    /// Removes visits that began before that instant: they may be kept longer or shorter than events.
    virtual Result<std::int64_t> forget_visits_before(const CallContext& context, std::int64_t at) = 0;

protected:
    ~AnalyticsStore() = default;
};

}  // namespace whatsflow::sdk::draft
