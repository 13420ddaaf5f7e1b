/// \file
/// Where analytics events go when they leave the house: a warehouse, another product.
///
/// The analytics plugin keeps a cursor for each sink and hands over batches; a sink sends
/// one and says what became of it. The sink keeps no queue and retries nothing by itself:
/// then a crash loses nothing, and back-off is decided in one place.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

/// A fact about a visit or a user. Read-only for the sink.
struct AnalyticsEvent {
    std::string id;         ///< UUID, the same at every attempt: the destination's dedupe key
    std::string name;       ///< `page_view`, or what the application chose
    Instant occurred_at{};  ///< by the corrected clock of the sender
    Instant received_at{};
    TenantId tenant;         ///< empty for the platform's own sites
    std::string site;        ///< id of the site or project the event belongs to
    std::string visitor_id;  ///< pseudonymous, changes daily unless the visitor agreed
    std::string user_id;     ///< set for signed-in people only
    std::string session_id;
    std::string url;  ///< without query parameters that are not on the allow-list
    std::string referrer;
    std::string country;  ///< ISO 3166-1 alpha-2, or empty
    std::optional<Money> revenue;
    nlohmann::json properties = nlohmann::json::object();  ///< flat: text, numbers, booleans
    /// What the visitor agreed to at the time of sending, not of recording: `analytics`,
    /// `marketing`. Events of categories a sink asks for arrive only with that consent.
    std::set<std::string> consent;
};

struct AnalyticsBatch {
    std::string id;  ///< the same at every attempt of the same batch
    std::vector<AnalyticsEvent> events;
    unsigned attempt = 1;
};

/// What a sink can take. The caller cuts its batches accordingly.
struct AnalyticsSinkLimits {
    std::size_t max_events = 500;         ///< per batch
    std::size_t max_bytes = 1'000'000;    ///< of the batch as JSON, roughly
    std::optional<Milliseconds> max_age;  ///< older events are not offered
    std::string consent = "analytics";    ///< the consent an event needs; empty: none
    bool can_erase = false;
};

/// One event that will never be taken, whatever is tried.
struct AnalyticsRejection {
    std::string event_id;
    std::string code;     ///< stable: `invalid_name`, `too_old`
    std::string message;  ///< without personal data
};

struct AnalyticsDelivery {
    enum class Outcome {
        delivered,  ///< every event is taken, except those in `rejected`
        retry,      ///< nothing is certain: offer the same batch again, after `retry_after`
        refused,    ///< the destination refuses everything: configuration or account
    };
    Outcome outcome = Outcome::retry;
    /// With delivered: the events to give up. A bad event never fails its neighbours.
    std::vector<AnalyticsRejection> rejected;
    std::optional<Milliseconds> retry_after;  ///< from the destination's Retry-After
    std::string message;                      ///< why, when not delivered; for the admin panel

    static AnalyticsDelivery delivered(std::vector<AnalyticsRejection> rejected = {});
    static AnalyticsDelivery retry(std::string message, std::optional<Milliseconds> after = std::nullopt);
    static AnalyticsDelivery refused(std::string message);
};

/// A person asked to be forgotten. Every id that is set identifies the same person.
struct AnalyticsErasure {
    std::string id;  ///< of the request; the same at every attempt
    TenantId tenant;
    std::string user_id;
    std::string visitor_id;
};

/// Reads `Retry-After`: seconds, or an HTTP date measured against `now`. Never negative,
/// never more than a day; nothing when the header makes no sense.
std::optional<Milliseconds> read_retry_after(std::string_view value, Instant now);

/// Provided with the property {"sink", "<name>"}.
/// [job-thread] One batch at a time per sink. May block until the context's deadline.
class AnalyticsSink : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.analytics_sink", 1};

    /// [any thread] From memory.
    virtual Result<AnalyticsSinkLimits> limits() const = 0;

    /// Sends one batch. 408, 429 and 5xx and a dead line are `retry`; 401 and 403 are
    /// `refused`; a 400 is found to the event and reported in `rejected`, never answered by
    /// dropping or retrying the whole batch.
    virtual Result<AnalyticsDelivery> send(const CallContext& context, const AnalyticsBatch& batch) = 0;

    /// Forgets a person at the destination. Only called with `can_erase`; the default answers
    /// `refused`, which staff see as a task to do by hand.
    virtual Result<AnalyticsDelivery> erase(const CallContext& context, const AnalyticsErasure& erasure);

protected:
    ~AnalyticsSink() override;
};

}  // namespace whatsflow::sdk
