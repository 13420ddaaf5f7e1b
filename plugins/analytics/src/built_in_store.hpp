/// \file
/// The store in the platform's own database: a table of events a day, sums by hour and day beside them.
///
/// Sums of whole hours come from the roll-ups, the edges of a time from the events themselves, so that
/// any time is answered exactly, and a long one quickly. With a filter, or for a person, only the events
/// know: then all of it is counted from them.
#pragma once

#include "core/roll_up.hpp"
#include "day_tables.hpp"

#include <whatsflow/sdk/draft/analytics_store.hpp>

namespace whatsflow::analytics {

using sdk::draft::AnalyticsErased;
using sdk::draft::AnalyticsPart;
using sdk::draft::AnalyticsPlace;
using sdk::draft::AnalyticsRecord;
using sdk::draft::AnalyticsTally;
using Asked = sdk::draft::AnalyticsSelection;
using Bots = sdk::draft::AnalyticsBots;

/// Values are summed apart up to the thousandth; a list of filters names columns of events.
class BuiltInStore final : public sdk::draft::AnalyticsStore {
public:
    using Events = std::vector<const AnalyticsRecord*>;
    using VisitList = std::vector<const Visit*>;
    using TableOfDay = std::map<std::int64_t, std::string>;  ///< by the start of the day

    BuiltInStore(sdk::Host& host, DayTables& tables) : host_(host), tables_(tables) {}

    /// The tables for these events, made where they are not there. Not inside a transaction.
    sdk::Result<TableOfDay> tables_for(const sdk::CallContext& context, const Events& events);
    /// Inside the transaction that also notes where the events came from.
    sdk::Result<void> append(sdk::Transaction& tx, const sdk::CallContext& context, const TableOfDay& tables,
                             const Events& events, const VisitList& visits);

    /// In a transaction of its own.
    sdk::Result<void> append(const sdk::CallContext& context, const Events& events, const VisitList& visits) override;
    sdk::Result<AnalyticsTally> total(const sdk::CallContext& context, const Asked& asked) override;
    sdk::Result<std::vector<AnalyticsPart>> by_time(const sdk::CallContext& context, const Asked& asked,
                                                    std::int64_t step) override;
    sdk::Result<std::vector<AnalyticsPart>> by_value(const sdk::CallContext& context, const Asked& asked,
                                                     const std::string& dimension, std::size_t most) override;
    sdk::Result<std::vector<AnalyticsPart>> by_site(const sdk::CallContext& context, const Asked& asked,
                                                    std::size_t most) override;
    sdk::Result<std::int64_t> visitors(const sdk::CallContext& context, const Asked& asked) override;
    sdk::Result<std::vector<AnalyticsRecord>> read(const sdk::CallContext& context, const Asked& asked,
                                                   const AnalyticsPlace& after, std::size_t most) override;
    sdk::Result<AnalyticsErased> erase(const sdk::CallContext& context, const Asked& asked) override;
    sdk::Result<std::int64_t> forget_before(const sdk::CallContext& context, std::int64_t at) override;

private:
    using Hours = std::map<std::int64_t, Tally>;

    sdk::Result<bool> is_summed_up(const sdk::CallContext& context, const Asked& asked) const;
    sdk::Result<void> add_hours(const sdk::CallContext& context, const Asked& asked, std::int64_t from, std::int64_t to,
                                Hours& hours) const;
    sdk::Result<void> add_raw(const sdk::CallContext& context, const Asked& asked, std::int64_t from, std::int64_t to,
                              Hours& hours) const;
    sdk::Result<void> add_visits(const sdk::CallContext& context, const Asked& asked, std::int64_t from,
                                 std::int64_t to, Hours& hours) const;
    sdk::Result<Hours> hours_of(const sdk::CallContext& context, const Asked& asked) const;
    sdk::Result<std::vector<AnalyticsPart>> values_of_events(const sdk::CallContext& context, const Asked& asked,
                                                             const std::string& dimension, std::size_t most) const;

    sdk::Host& host_;
    DayTables& tables_;
};

/// What SQL says of a selection, but for its time: ` site IN (?, ?) AND name IN (?) AND bot = 0`.
struct Condition {
    std::string sql;
    sdk::DbValues values;
};
/// Over a table of events, or over that of visits, which knows fewer filters.
Condition condition_of(const Asked& asked);
/// Nothing when a filter is one that visits do not know.
std::optional<Condition> condition_of_visits(const Asked& asked);

/// Whether a dimension can be a filter.
bool is_filter(std::string_view dimension);

/// Deletes in pieces, so that no transaction holds others up; how many rows.
sdk::Result<std::int64_t> delete_in_pieces(sdk::Database& database, const sdk::CallContext& context,
                                           const std::string& table, const std::vector<std::string>& key,
                                           const std::string& condition, const sdk::DbValues& values);

}  // namespace whatsflow::analytics
