/// \file
/// Events as PostHog's clients send them: `/capture`, `/batch/`, `/i/v0/e/`.
///
///     auto post = read_posthog(json);              // one event, a list, or a batch
///     auto events = post->events_for(arrival);     // when the token has told the site
#pragma once

#include "arrival.hpp"

namespace whatsflow::analytics {

struct PostHogPost {
    std::string token;
    std::optional<sdk::Instant> sent_at;
    std::vector<nlohmann::json> events;
};

/// Error `analytics.bad_event`: a field is missing; the sentence says which, and of which event. One
/// bad event refuses the whole: nothing of it is kept.
sdk::Result<PostHogPost> read_posthog(nlohmann::json body, std::string_view token_elsewhere = {});
/// Also `analytics.too_large`.
sdk::Result<std::vector<Event>> events_of(PostHogPost post, const Arrival& arrival);

}  // namespace whatsflow::analytics
