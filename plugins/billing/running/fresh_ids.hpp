/// \file
/// Ids that the core asks for: UUIDs of version 7, which sort by time.
#pragma once

#include "core/ids.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::billing {

struct FreshIds final : IdSource {
    std::string make() override { return sdk::make_uuid(); }
};

}  // namespace whatsflow::billing
