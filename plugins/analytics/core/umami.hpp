/// \file
/// Events as Umami's tracker and `@umami/node` send them: `POST /api/send`.
#pragma once

#include "arrival.hpp"

namespace whatsflow::analytics {

struct UmamiPost {
    std::string website;  ///< the site's public id
    std::string type;     ///< `event`, `identify`, `performance`
    nlohmann::json payload;
};

/// Error `analytics.bad_event`, with the fields that are wrong.
sdk::Result<UmamiPost> read_umami(nlohmann::json body);
sdk::Result<Event> event_of(const UmamiPost& post, const Arrival& arrival);

/// What the client is answered: it returns `cache` with the next event. For a bot, `beep` and `boop`.
nlohmann::json umami_answer(const Event& event);

}  // namespace whatsflow::analytics
