/// \file
/// What the plan of a tenant allows: features that are in it or not, meters that have a limit.
///
///     if (!may_use(host, context, "broadcasts")) return upgrade_page();
///
///     auto sent = consume(host, context, "messages", 1, message_id);
///     if (!sent) return problem(402, sent.error());   // says what is used up, and until when
///
///     // What takes long, or is many at once, is held back first: all of it or nothing.
///     auto held = entitlements.call(&Entitlements::reserve, context, "messages", 1'000, std::chrono::minutes{10});
///     …                                               // send; 940 went out
///     entitlements.call(&Entitlements::commit, context, held->id, 940);
///
/// The tenant is the context's. Units are whole: messages, contacts, devices. A meter counts per
/// billing period, or is a gauge (seats) that goes down again with negative units. An event id, up
/// to 200 characters and unique in the tenant, makes asking twice count once, through crashes too;
/// it shares its space with the events that programs report to `/v1/usage`.
///
/// Without a provider of this service nothing is limited: a system without billing has no plans.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::sdk {

/// What happens at the limit of a meter.
enum class MeterLimit {
    hard,       ///< refused
    soft,       ///< let through; the rest is billed or forgiven
    grace,      ///< let through up to a share beyond the limit, then refused
    unlimited,  ///< counted only
};

std::string_view to_text(MeterLimit limit);

/// How a tenant stands with a meter.
struct MeterStanding {
    std::string meter;
    MeterLimit kind = MeterLimit::unlimited;
    std::optional<std::int64_t> limit{};  ///< empty: unlimited
    std::int64_t used = 0;
    std::int64_t reserved = 0;  ///< held back, not used yet
    std::string resets_on{};    ///< local date `2026-04-10`; empty for a gauge

    /// Above the limit, such as after a change to a smaller plan: what is there stays, nothing is added.
    bool is_over() const { return limit && used > *limit; }
    /// What is left up to the limit; empty: unlimited.
    std::optional<std::int64_t> left() const {
        if (!limit) return std::nullopt;
        return std::max<std::int64_t>(0, *limit - used - reserved);
    }
};

struct Consumption {
    MeterStanding standing;
    bool repeated = false;  ///< this event was counted before: nothing was added
};

struct MeterReservation {
    std::string id;
    Instant expires_at{};  ///< held back until then; afterwards free for others
    MeterStanding standing;
};

/// [pool-, job- and event-thread] Blocks for a transaction, except allowed(), which answers from
/// memory once a tenant is known (a microsecond; at most two seconds behind a change made by
/// another host). Callers of one tenant that come at the same time share a transaction: ask from
/// as many threads as there are.
///
/// Errors: `entitlements.limit_reached` (say it to the user: the message is a sentence),
/// `entitlements.not_included` (no plan, not paid, suspended), `entitlements.unknown_meter`,
/// `entitlements.bad_units`, `entitlements.unknown_reservation` (expired, released), `database.*`
/// and `plugin.*`: ask again later with the same event id.
class Entitlements : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.entitlements", 1};

    /// Whether the plan has the feature, and the flag of the same name, if there is one, is on for
    /// the tenant. While the database is away the last answer holds for ten minutes, then false.
    virtual Result<bool> allowed(const CallContext& context, std::string_view feature) = 0;
    virtual Result<MeterStanding> standing(const CallContext& context, std::string_view meter) = 0;

    /// Counts `units`, if the limit lets them through: all of them or none. Once it has answered
    /// they are counted for good. An empty event id counts each time.
    virtual Result<Consumption> consume(const CallContext& context, std::string_view meter, std::int64_t units,
                                        std::string_view event_id) = 0;

    /// Holds back `units` (at least 1) for `lasts` (up to a day).
    virtual Result<MeterReservation> reserve(const CallContext& context, std::string_view meter, std::int64_t units,
                                             Milliseconds lasts) = 0;
    /// Uses `units` of what is held back, from 0 to all, and gives the rest back. Saying it again
    /// is `repeated`.
    virtual Result<Consumption> commit(const CallContext& context, std::string_view reservation,
                                       std::int64_t units) = 0;
    /// Gives all of it back. Ok also when there is nothing any more.
    virtual Result<void> release(const CallContext& context, std::string_view reservation) = 0;

protected:
    ~Entitlements() override;
};

/// Whether the context's tenant may use a feature. False when that cannot be found out.
inline bool may_use(Host& host, const CallContext& context, std::string_view feature) {
    const auto entitlements = find_service<Entitlements>(host);
    if (!entitlements) return true;
    const auto answer = entitlements.call(&Entitlements::allowed, context, feature);
    return answer && *answer;
}

/// Counts units of a meter for the context's tenant, or says why it may not.
inline Result<Consumption> consume(Host& host, const CallContext& context, std::string_view meter, std::int64_t units,
                                   std::string_view event_id) {
    const auto entitlements = find_service<Entitlements>(host);
    if (!entitlements) return Consumption{MeterStanding{.meter = std::string(meter)}};
    return entitlements.call(&Entitlements::consume, context, meter, units, event_id);
}

}  // namespace whatsflow::sdk
