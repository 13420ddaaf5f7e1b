/// \file
/// How much of an event a question reads. Looking at many, each column costs more than the query.
#pragma once

#include "built_in_store.hpp"

namespace whatsflow::analytics {

/// The columns to select, in the order of read_into().
std::string columns_of(Detail detail);

/// Fills what `detail` has of a row; the rest of the event stays as it is.
void read_into(AnalyticsRecord& event, const sdk::Row& row, Detail detail);

}  // namespace whatsflow::analytics
