/// \file
/// What a batch of events adds to the sums of hours and days.
///
/// Hours and their halves know totals and names of events; days every dimension, for visits and views too. Hours are
/// those of UTC, days those of a grid. Bots are summed apart. Sums only ever grow by what was stored in the same transaction, so they are exact.
#pragma once

#include "day_grid.hpp"
#include "hyperloglog.hpp"
#include "visits.hpp"

#include <compare>
#include <map>
#include <string>
#include <vector>

namespace whatsflow::analytics {

enum class Period { half_hour, hour, day };

struct CellKey {
    Period period = Period::hour;
    std::int64_t site = 0;
    std::int64_t start_at = 0;
    std::int64_t bot = 0;   ///< 0 or 1
    std::string dimension;  ///< `` for the total, `event`, `page`, `source`…
    std::string value;
    auto operator<=>(const CellKey&) const = default;
};

struct Tally {
    std::int64_t events = 0, views = 0, visits = 0, bounces = 0, seconds = 0;
    Sketch visitors{};

    void add(const Tally& other);
};

using Cells = std::map<CellKey, Tally>;

Cells roll_up(const std::vector<const sdk::draft::AnalyticsRecord*>& events, const std::vector<const Visit*>& visits,
              const DayGrid& days);

/// Names of dimensions, as cells and requests spell them.
namespace dimension {
inline constexpr const char* kTotal = "";
inline constexpr const char* kEvent = "event";
inline constexpr const char* kPage = "page";
inline constexpr const char* kEntry = "entry";
inline constexpr const char* kHost = "host";
inline constexpr const char* kSource = "source";
inline constexpr const char* kMedium = "medium";
inline constexpr const char* kCampaign = "campaign";
inline constexpr const char* kCountry = "country";
inline constexpr const char* kBrowser = "browser";
inline constexpr const char* kSystem = "system";
inline constexpr const char* kDevice = "device";
inline constexpr const char* kLanguage = "language";
}  // namespace dimension

/// So many values of a dimension are told apart in an hour or day; the rest is summed as `kOther`.
inline constexpr std::int64_t kMostValues = 1'000;
inline constexpr const char* kOther = "(other)";

/// The start of the half hour, hour or day in UTC.
std::int64_t start_of(Period period, std::int64_t at);

}  // namespace whatsflow::analytics
