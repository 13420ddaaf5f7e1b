/// \file
/// How many entries the audit log has of each of the last days, for the dashboard's chart.
/// Counted at most once a minute, whoever looks.
#pragma once

#include "panel.hpp"
#include "words.hpp"

#include <whatsflow/sdk/http.hpp>

#include <mutex>
#include <optional>

namespace whatsflow::admin {

class DailyActivity {
public:
    explicit DailyActivity(Panel& panel) : panel_(panel) {}
    /// For the theme's partial `chart`; null when the trail cannot be read or has nothing.
    nlohmann::json chart(const sdk::Request& request, const Words& words);

private:
    nlohmann::json count(const sdk::CallContext& context, sdk::Instant now);

    Panel& panel_;
    std::mutex mutex_;
    std::optional<sdk::Instant> counted_at_;
    nlohmann::json points_;
};

}  // namespace whatsflow::admin
