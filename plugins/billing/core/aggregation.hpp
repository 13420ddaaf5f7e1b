/// \file
/// How the events of a meter become one number for a period.
///
/// Three events of 5, 9 and 2 in a period: `sum` 16, `count` 3, `max` 9, `latest` 2. Three events that
/// name "a", "b" and "a" are 2 by `unique_count`. Ten units that are held from the 11th day of thirty on
/// are 10 × 20/30 = 6.667 by `time_weighted`. Whatever order the same events come in, and however often
/// each of them comes, the number is the same.
#pragma once

#include <optional>
#include <string_view>

namespace whatsflow::billing {

enum class Aggregation {
    sum,
    count,         ///< events, whatever their quantity
    unique_count,  ///< different values of the events
    max,           ///< the largest quantity of one event
    latest,        ///< the quantity of the event with the last timestamp; of two at one instant the larger
    time_weighted  ///< quantities are more or less of what is held; each unit counts for the days it is held
};

std::string_view to_text(Aggregation aggregation);
std::optional<Aggregation> read_aggregation(std::string_view text);

}  // namespace whatsflow::billing
