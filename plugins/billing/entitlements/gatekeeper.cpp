#include "gatekeeper.hpp"

#include "running/teller.hpp"

#include <whatsflow/sdk/feature_flags.hpp>

namespace whatsflow::billing {
namespace {

sdk::Result<void> has_tenant(const sdk::CallContext& context) {
    if (context.tenant.empty())
        return sdk::fail("entitlements.not_included", "Nobody is asked about: the call has no tenant.");
    return sdk::ok();
}

}  // namespace

sdk::Result<bool> Gatekeeper::allowed(const sdk::CallContext& context, std::string_view feature) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    const auto grant = grants_.get(context, context.tenant);
    if (!grant) return grant.error();
    if (!(*grant)->has(feature)) return false;
    const sdk::FlagContext who{.targeting_key = context.tenant.text(),
                               .attributes = {{"plan", (*grant)->live->plan()}}};
    return sdk::flag_value(sdk::find_service<sdk::FeatureFlags>(transitions_.host()), feature, true, who);
}

sdk::Result<sdk::MeterStanding> Gatekeeper::standing(const sdk::CallContext& context, std::string_view meter) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    return lanes_.standing(context, context.tenant, std::string(meter));
}

sdk::Result<sdk::Consumption> Gatekeeper::consume(const sdk::CallContext& context, std::string_view meter,
                                                  std::int64_t units, std::string_view event_id) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    if (event_id.size() > 200)
        return sdk::fail("entitlements.bad_units", "The id of an event has at most 200 characters.");
    const auto sums = adds_up(context, std::string(meter));
    if (!sums) return sums.error();
    if (!*sums) return count_event(context, std::string(meter), units, std::string(event_id));
    return lanes_.serve(context, context.tenant, std::string(meter),
                        {.units = units, .event = std::string(event_id), .reservation = {}});
}

sdk::Result<bool> Gatekeeper::adds_up(const sdk::CallContext& context, const std::string& code) {
    const auto grant = grants_.get(context, context.tenant);
    if (!grant) return grant.error();
    const auto* meter = (*grant)->catalogue->find_meter(code);
    if (meter == nullptr) return true;  // the lane says so
    const auto today = local_date((*grant)->now(transitions_.host().clock()), (*grant)->time_zone);
    const auto* counter = (*grant)->open_counter(code, today);
    return (counter == nullptr ? meter->aggregation : counter->aggregation) == Aggregation::sum;
}

sdk::Result<sdk::Consumption> Gatekeeper::count_event(const sdk::CallContext& context, const std::string& meter,
                                                      std::int64_t units, const std::string& event_id) {
    const auto grant = grants_.get(context, context.tenant);
    if (!grant) return grant.error();
    if (auto may = may_use(**grant); !may) return may.error();
    const auto today = local_date((*grant)->now(transitions_.host().clock()), (*grant)->time_zone);
    const auto* counter = (*grant)->open_counter(meter, today);
    const auto* known = (*grant)->catalogue->find_meter(meter);
    const auto way = counter == nullptr ? known->aggregation : counter->aggregation;
    ReportUsage usage{meter, units, event_id, std::nullopt, {}};
    if (way == Aggregation::unique_count) {
        usage.value = digest_of(std::exchange(usage.event_id, {}));
        if (event_id.empty())
            return sdk::fail("entitlements.bad_units", "'" + meter + "' counts different values: name one.");
    }
    Request request;
    request.command = usage;
    const auto step =
        transitions_.run(context, context.tenant, wanted_by(request), {},
                         [&](Account& account, const Surroundings& around) { return apply(account, request, around); });
    if (!step) {
        const auto& [code, message] = std::tie(step.error().code, step.error().message);
        if (code == "billing.limit_exceeded") return sdk::fail("entitlements.limit_reached", message);
        if (code == "billing.not_subscribed") return sdk::fail("entitlements.not_included", message);
        if (code == "billing.bad_quantity") return sdk::fail("entitlements.bad_units", message);
        return step.error();
    }
    const auto standing = lanes_.standing(context, context.tenant, meter);
    if (!standing) return standing.error();
    return sdk::Consumption{*standing, step->changes.repeated};
}

sdk::Result<sdk::MeterReservation> Gatekeeper::reserve(const sdk::CallContext& context, std::string_view meter,
                                                       std::int64_t units, sdk::Milliseconds lasts) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    if (units < 1 || lasts <= sdk::Milliseconds::zero() || lasts > std::chrono::hours{24})
        return sdk::fail("entitlements.bad_units", "At least one unit is held back, for up to a day.");
    const auto sums = adds_up(context, std::string(meter));
    if (!sums) return sums.error();
    if (!*sums)
        return sdk::fail("entitlements.bad_units",
                         "'" + std::string(meter) + "' does not add up: nothing of it is held back.");
    sdk::MeterReservation held{sdk::make_uuid(), transitions_.host().clock().now() + lasts, {}};
    auto done = lanes_.serve(context, context.tenant, std::string(meter),
                             {.units = units, .event = {}, .reservation = held.id, .until = held.expires_at});
    if (!done) return done.error();
    held.standing = std::move(done->standing);
    return held;
}

sdk::Result<sdk::Consumption> Gatekeeper::commit(const sdk::CallContext& context, std::string_view reservation,
                                                 std::int64_t units) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    return lanes_.commit(context, context.tenant, std::string(reservation), units);
}

sdk::Result<void> Gatekeeper::release(const sdk::CallContext& context, std::string_view reservation) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    return lanes_.release(context, context.tenant, std::string(reservation));
}

}  // namespace whatsflow::billing
