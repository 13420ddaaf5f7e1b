/// \file
/// Filters with a name, which staff choose on any page: `From Sri Lanka, on a phone`.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <string>
#include <utility>
#include <vector>

namespace whatsflow::analytics {

struct Segment {
    std::string id;
    std::string name;
    std::vector<std::pair<std::string, std::string>> filters;  ///< dimension and value
};

inline constexpr std::size_t kMostSegments = 100;
/// By name.
sdk::Result<std::vector<Segment>> segments_of(sdk::SqlExecutor& where, const sdk::CallContext& context);
/// Error `database.duplicate` when the name is taken.
sdk::Result<void> add_segment(sdk::SqlExecutor& where, const sdk::CallContext& context, const Segment& segment,
                              sdk::Instant now);

/// A dated note that stands below every chart over that day, in whatever time zone it is read.
struct Annotation {
    std::string id;
    std::int64_t day_at = 0;  ///< the date, as its midnight in UTC
    std::string words;
    std::string author;
};

/// Of [from, to), the latest first; at most so many.
sdk::Result<std::vector<Annotation>> annotations_of(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                    std::int64_t from, std::int64_t to, std::size_t most);
sdk::Result<void> add_annotation(sdk::SqlExecutor& where, const sdk::CallContext& context, const Annotation& note,
                                 sdk::Instant now);

/// The split of an experiment that does not share evenly: `dark=90, light=10`.
struct Split {
    std::string id;
    std::string flag;
    std::string weights;
};

inline constexpr std::size_t kMostSplits = 200;
/// By flag.
sdk::Result<std::vector<Split>> splits_of(sdk::SqlExecutor& where, const sdk::CallContext& context);
sdk::Result<void> add_split(sdk::SqlExecutor& where, const sdk::CallContext& context, const Split& split,
                            sdk::Instant now);

}  // namespace whatsflow::analytics
