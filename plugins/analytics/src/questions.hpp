/// \file
/// Numbers about what was captured, each with the way it was come by.
///
/// Sums of whole hours come from the roll-ups, the edges of a time from the events themselves, so
/// that any time is answered exactly, and a long one quickly.
#pragma once

#include "core/roll_up.hpp"
#include "day_tables.hpp"

namespace whatsflow::analytics {

enum class Bots { exclude, include, only };

struct Span {
    std::int64_t from = 0, to = 0;  ///< [from, to)
};

struct Asked {
    std::vector<std::int64_t> sites;
    Span span;
    std::string event;  ///< empty: all
    Bots bots = Bots::exclude;
};

struct Number {
    Tally tally;
    std::string method(bool of_visitors) const;  ///< `exact`, or `estimated ±1.6 %`
};

struct DatedTally {
    std::int64_t start_at = 0;
    Tally tally;
};

struct NamedTally {
    std::string value;
    Tally tally;
};

class Questions {
public:
    Questions(sdk::Host& host, const DayTables& tables) : host_(host), tables_(tables) {}

    sdk::Result<Number> total(const sdk::CallContext& context, const Asked& asked) const;
    /// By hours or days in UTC; those without events are left out.
    sdk::Result<std::vector<DatedTally>> by_time(const sdk::CallContext& context, const Asked& asked,
                                                 Period step) const;
    /// Of whole days in UTC, the most frequent first; `dimension` is one of dimension::.
    sdk::Result<std::vector<NamedTally>> by_value(const sdk::CallContext& context, const Asked& asked,
                                                  const std::string& dimension, std::size_t most) const;
    /// Sites by their views in whole days, the busiest first.
    sdk::Result<std::vector<std::pair<std::int64_t, Tally>>> by_site(const sdk::CallContext& context,
                                                                     const Asked& asked, std::size_t most) const;
    /// Different visitors since `from`, straight from the events.
    sdk::Result<std::int64_t> visitors_since(const sdk::CallContext& context, const Asked& asked) const;

private:
    sdk::Result<bool> is_summed_up(const sdk::CallContext& context, const Asked& asked) const;
    sdk::Result<void> add_hours(const sdk::CallContext& context, const Asked& asked, Span whole,
                                std::map<std::int64_t, Tally>& hours) const;
    sdk::Result<void> add_raw(const sdk::CallContext& context, const Asked& asked, Span part,
                              std::map<std::int64_t, Tally>& hours) const;
    sdk::Result<std::map<std::int64_t, Tally>> hours_of(const sdk::CallContext& context, const Asked& asked) const;

    sdk::Host& host_;
    const DayTables& tables_;
};

}  // namespace whatsflow::analytics
