/// \file
/// An event as its row in core_outbox_events, and back to the envelope that subscribers read.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/event.hpp>

#include <cstdint>
#include <string>

namespace whatsflow::outbox {

struct StoredEvent {
    std::string id;
    std::int64_t position = 0;  ///< 0: has none yet
    std::string type;           ///< `name/version`
    std::string tenant;
    std::string publisher;
    unsigned hop = 0;
    sdk::Instant occurred_at{};
    std::string body;  ///< its fields as JSON
};

/// The columns that `read_stored_event` needs, of the table named `e`.
inline constexpr const char* kEventColumns =
    "e.id AS id, e.position AS position, e.type AS type, e.tenant AS tenant, e.publisher AS publisher, e.hop AS hop, "
    "e.occurred_at AS occurred_at, e.body AS body";
StoredEvent read_stored_event(const sdk::Row& row);

/// Error `outbox.unreadable` when the body is not JSON. The envelope has no typed object, so
/// that read_event() takes the fields from the JSON whatever the reader's layout is.
sdk::Result<sdk::Envelope> to_envelope(const StoredEvent& event);

}  // namespace whatsflow::outbox
