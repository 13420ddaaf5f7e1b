/// \file
/// The store in the platform's own database: a table of events a day, sums by hour and day beside them.
///
/// A time is answered from the largest sums that fit into it, days, hours, halves of them, and what is left at its
/// edges from the events themselves: any time is exact, and a long one quick. Sums by day are cut at the
/// platform's midnights; values are summed by day only. With a filter, or for a person, only the events
/// know: then all of it is counted from them.
#pragma once

#include "core/roll_up.hpp"
#include "core/sample.hpp"
#include "day_tables.hpp"
#include "sum_days.hpp"

#include <whatsflow/sdk/draft/analytics_store.hpp>

#include <functional>
#include <map>

namespace whatsflow::analytics {

using sdk::draft::AnalyticsErased;
using sdk::draft::AnalyticsPart;
using sdk::draft::AnalyticsPlace;
using sdk::draft::AnalyticsRecord;
using sdk::draft::AnalyticsTally;
using Asked = sdk::draft::AnalyticsSelection;
using Bots = sdk::draft::AnalyticsBots;

/// What is read of an event: who did what when; with its page and visit; with its properties; all that walks ask;
/// all that is told apart by value; all there is, for an export.
enum class Detail { steps, places, properties, walk, dimensions, all };

class BuiltInStore final : public sdk::draft::AnalyticsStore {
public:
    using Events = std::vector<const AnalyticsRecord*>;
    using VisitList = std::vector<const Visit*>;
    using TableOfDay = std::map<std::int64_t, std::string>;  ///< by the start of the day

    BuiltInStore(sdk::Host& host, DayTables& tables, SumDays& days) : host_(host), tables_(tables), days_(days) {}

    /// The tables for these events, made where they are not there. Not inside a transaction.
    sdk::Result<TableOfDay> tables_for(const sdk::CallContext& context, const Events& events);
    /// Inside the transaction that also notes where the events came from.
    sdk::Result<void> append(sdk::Transaction& tx, const sdk::CallContext& context, const TableOfDay& tables,
                             const DayGrid& days, const Events& events, const VisitList& visits);
    sdk::Result<std::shared_ptr<const DayGrid>> days(const sdk::CallContext& context) { return days_.grid(context); }

    /// In a transaction of its own.
    sdk::Result<void> append(const sdk::CallContext& context, const Events& events, const VisitList& visits) override;
    sdk::Result<AnalyticsTally> total(const sdk::CallContext& context, const Asked& asked) override;
    sdk::Result<std::vector<AnalyticsPart>> by_time(const sdk::CallContext& context, const Asked& asked,
                                                    std::int64_t step, std::int64_t phase) override;
    sdk::Result<std::vector<AnalyticsPart>> by_value(const sdk::CallContext& context, const Asked& asked,
                                                     const std::string& dimension, std::size_t most) override;
    sdk::Result<std::vector<AnalyticsPart>> by_site(const sdk::CallContext& context, const Asked& asked,
                                                    std::size_t most) override;
    sdk::Result<std::int64_t> visitors(const sdk::CallContext& context, const Asked& asked) override;
    sdk::Result<std::vector<AnalyticsRecord>> read(const sdk::CallContext& context, const Asked& asked,
                                                   const AnalyticsPlace& after, std::size_t most) override;
    /// The same with less of each event, quicker.
    sdk::Result<std::vector<AnalyticsRecord>> read(const sdk::CallContext& context, const Asked& asked, Detail detail,
                                                   const AnalyticsPlace& after, std::size_t most);
    /// Every event of one part of the visitors (`Sample::part_of`), of those that are kept apart, in the order of time.
    /// Where has_samples() says no, some days are missing.
    sdk::Result<void> read_part(const sdk::CallContext& context, const Asked& asked, int part, Detail detail,
                                const std::function<void(const AnalyticsRecord&)>& use);
    /// The tables that read_part() reads.
    sdk::Result<std::vector<std::string>> sample_tables(const sdk::CallContext& context, std::int64_t from,
                                                        std::int64_t to) const {
        return tables_.samples(context, from, to);
    }
    /// What some of the visitors did in the times beside the sums, by value.
    struct Sampled {
        Sample sample;
        std::map<std::string, Tally> tallies;  ///< not scaled up
    };
    /// Whole days from their sums, as by_value() does, and what is beside them from a sample.
    sdk::Result<std::vector<AnalyticsPart>> by_value(const sdk::CallContext& context, const Asked& asked,
                                                     const std::string& dimension, std::size_t most,
                                                     const Sampled& beside);
    /// The times in which by_value() counts events one by one: sums by value know whole days only.
    sdk::Result<std::vector<Day>> beside_sums_by_value(const sdk::CallContext& context, const Asked& asked);
    sdk::Result<bool> has_samples(const sdk::CallContext& context, const Asked& asked);
    sdk::Result<AnalyticsErased> erase(const sdk::CallContext& context, const Asked& asked) override;
    sdk::Result<std::int64_t> forget_before(const sdk::CallContext& context, std::int64_t at) override;
    sdk::Result<std::int64_t> forget_visits_before(const sdk::CallContext& context, std::int64_t at) override;

private:
    /// Parts of a time, by the start of each.
    using Parts = std::map<std::int64_t, Tally>;
    struct Steps;
    /// What the sums by day hold of a time: whole days, `inside`; the rest is beside them.
    struct Fit {
        Day inside;
        std::vector<Day> beside;
    };

    sdk::Result<Fit> fit(const sdk::CallContext& context, const Asked& asked);
    sdk::Result<bool> is_summed_up(const sdk::CallContext& context, const Asked& asked) const;
    sdk::Result<Parts> counted(const sdk::CallContext& context, const Asked& asked, const Steps& steps);
    /// Adds the sums by day that fit into steps; what is left over.
    sdk::Result<std::vector<Day>> add_days(const sdk::CallContext& context, const Asked& asked, const Steps& steps,
                                           Parts& parts);
    sdk::Result<void> add_hours(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                const Steps& steps, Parts& parts) const;
    sdk::Result<void> add_half_hours(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                     const Steps& steps, Parts& parts) const;
    sdk::Result<void> add_events(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                 const Steps& steps, Parts& parts) const;
    sdk::Result<void> add_visits(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                 const Steps& steps, Parts& parts) const;
    /// Calls `use` for rows of who was there, by pages; ` AND visitor >= ? …` is added to `sql`.
    sdk::Result<void> read_people(const sdk::CallContext& context, const std::string& sql, const sdk::DbValues& values,
                                  const std::function<void(const sdk::Row&, std::uint64_t)>& use) const;
    /// The sums of one table over [from, to), each row where it belongs.
    sdk::Result<void> read_sums(const sdk::CallContext& context, const Asked& asked, const char* table, const Day& span,
                                const std::function<void(const sdk::Row&)>& use) const;

    /// What tallies are told apart by: a dimension, or the site.
    struct Key;
    using Tallies = std::map<std::string, Tally>;
    /// With `beside`, what is beside the sums is that; without it is counted.
    sdk::Result<std::vector<AnalyticsPart>> by_dimension(const sdk::CallContext& context, const Asked& asked,
                                                         const std::string& dimension, std::size_t most,
                                                         const Sampled* beside);
    sdk::Result<std::vector<AnalyticsPart>> by_key(const sdk::CallContext& context, const Asked& asked, const Key& key,
                                                   std::size_t most, const Sampled* sampled);
    sdk::Result<Tallies> summed_keys(const sdk::CallContext& context, const Asked& asked, const Key& key,
                                     const Day& span, std::size_t most) const;
    sdk::Result<void> add_counted_keys(const sdk::CallContext& context, const Asked& asked, const Key& key,
                                       const Day& span, Tallies& tallies) const;
    sdk::Result<void> add_sketches(const sdk::CallContext& context, const Asked& asked, const Key& key, const Day& span,
                                   Tallies& tallies) const;
    sdk::Result<void> add_people(const sdk::CallContext& context, const Asked& asked, const Key& key, const Day& span,
                                 Tallies& tallies) const;

    sdk::Host& host_;
    DayTables& tables_;
    SumDays& days_;
};

/// Deletes in pieces, so that no transaction holds others up; how many rows.
sdk::Result<std::int64_t> delete_in_pieces(sdk::Database& database, const sdk::CallContext& context,
                                           const std::string& table, const std::vector<std::string>& key,
                                           const std::string& condition, const sdk::DbValues& values);

}  // namespace whatsflow::analytics
