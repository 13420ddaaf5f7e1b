/// \file
/// The store of analytics in ClickHouse: events and visits in a table each, everything counted when asked.
#pragma once

#include "server.hpp"

#include <whatsflow/sdk/draft/analytics_store.hpp>

#include <mutex>

namespace whatsflow::clickhouse {

class ClickHouseStore final : public sdk::draft::AnalyticsStore {
public:
    using Selection = sdk::draft::AnalyticsSelection;
    using Tally = sdk::draft::AnalyticsTally;
    using Part = sdk::draft::AnalyticsPart;
    using Record = sdk::draft::AnalyticsRecord;

    explicit ClickHouseStore(Server server) : server_(std::move(server)) {}

    sdk::Result<void> append(const sdk::CallContext& context, const std::vector<const Record*>& events,
                             const std::vector<const sdk::draft::AnalyticsVisit*>& visits) override;
    sdk::Result<Tally> total(const sdk::CallContext& context, const Selection& selection) override;
    sdk::Result<std::vector<Part>> by_time(const sdk::CallContext& context, const Selection& selection,
                                           std::int64_t step, std::int64_t phase) override;
    sdk::Result<std::vector<Part>> by_value(const sdk::CallContext& context, const Selection& selection,
                                            const std::string& dimension, std::size_t most) override;
    sdk::Result<std::vector<Part>> by_site(const sdk::CallContext& context, const Selection& selection,
                                           std::size_t most) override;
    sdk::Result<std::int64_t> visitors(const sdk::CallContext& context, const Selection& selection) override;
    sdk::Result<std::vector<Record>> read(const sdk::CallContext& context, const Selection& selection,
                                          const sdk::draft::AnalyticsPlace& after, std::size_t most) override;
    sdk::Result<sdk::draft::AnalyticsErased> erase(const sdk::CallContext& context,
                                                   const Selection& selection) override;
    sdk::Result<std::int64_t> forget_before(const sdk::CallContext& context, std::int64_t at) override;
    sdk::Result<std::int64_t> forget_visits_before(const sdk::CallContext& context, std::int64_t at) override;

private:
    /// Tallies by a column or an expression, visits joined to events.
    sdk::Result<std::vector<Part>> grouped(const sdk::CallContext& context, const Selection& selection,
                                           const std::string& key_of_events, const std::string& key_of_visits,
                                           const std::string& further_condition) const;
    /// Makes database and tables the first time.
    sdk::Result<void> prepare(const sdk::CallContext& context);
    sdk::Result<std::int64_t> number(const sdk::CallContext& context, const std::string& sql) const;
    /// Deletes, and waits until it is done.
    sdk::Result<void> remove(const sdk::CallContext& context, const std::string& table,
                             const std::string& condition) const;
    sdk::Result<std::int64_t> drop_parts(const sdk::CallContext& context, const std::string& table, std::int64_t at,
                                         const char* time) const;
    std::string from(const char* table) const;

    const Server server_;
    std::mutex preparing_;
    bool is_prepared_ = false;
};

/// ` WHERE site IN (1) AND occurred_at >= 0 AND …`
std::string where_of_events(const sdk::draft::AnalyticsSelection& selection);

}  // namespace whatsflow::clickhouse
