#include "gatekeeper.hpp"

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
    return lanes_.serve(context, context.tenant, std::string(meter),
                        {.units = units, .event = std::string(event_id), .reservation = {}});
}

sdk::Result<sdk::MeterReservation> Gatekeeper::reserve(const sdk::CallContext& context, std::string_view meter,
                                                       std::int64_t units, sdk::Milliseconds lasts) {
    if (auto tenant = has_tenant(context); !tenant) return tenant.error();
    if (units < 1 || lasts <= sdk::Milliseconds::zero() || lasts > std::chrono::hours{24})
        return sdk::fail("entitlements.bad_units", "At least one unit is held back, for up to a day.");
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
