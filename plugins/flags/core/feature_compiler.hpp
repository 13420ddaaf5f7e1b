/// \file
/// Definitions read into what evaluation runs on: one flag, or the segments that flags share.
///
/// Both throw Malformed with the place; what is merely unknown is kept, warned of, and false.
#pragma once

#include "rule_set.hpp"

namespace whatsflow::flags {

Segments compile_segments(const std::vector<Place>& places);

/// `text` is the definition as it is kept.
Feature compile_feature(const Place& place, const Segments& segments, std::string text);

}  // namespace whatsflow::flags
