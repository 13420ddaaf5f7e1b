/// \file
/// Events of the engine as envelopes for the outbox. Their fields are JSON: a listener reads them
/// with an event struct of its own.
#pragma once

#include "core/changes.hpp"

#include <whatsflow/sdk/event.hpp>

namespace whatsflow::billing::store {

sdk::Envelope envelope_of(const std::string& type, nlohmann::json fields, const TenantId& tenant);

}  // namespace whatsflow::billing::store
