#include "house_events.hpp"

#include "core/arrival.hpp"
#include "core/event_time.hpp"
#include "sites.hpp"

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

/// Somebody got a variant of a flag, by our own flags as by PostHog's clients.
constexpr const char* kExposed = "$feature_flag_called";
/// About a tenant, or about one of its people.
constexpr const char* kNoteAdded = "note_added";

}  // namespace

const std::vector<HouseEvent> kHouseEvents{
    {"landing.contact_message_received/1", "contacted"},
    {"accounts.tenant_created/1", "signed_up"},
    {"accounts.user_verified/1", "email_verified"},
    {"accounts.member_invited/1", "member_invited"},
    {"accounts.member_joined/1", "member_joined"},
    {"accounts.tenant_suspended/1", "tenant_suspended"},
    {"accounts.tenant_closed/1", "tenant_closed"},
    {"accounts.note_added/1", kNoteAdded},
    {"billing.subscription_started/1", "subscription_started"},
    {"billing.subscription_activated/1", "subscription_activated"},
    {"billing.trial_ended/1", "trial_ended"},
    {"billing.plan_changed/1", "plan_changed"},
    {"billing.payment_succeeded/1", "payment_succeeded"},
    {"billing.payment_failed/1", "payment_failed"},
    {"billing.payment_refunded/1", "payment_refunded"},
    {"billing.subscription_past_due/1", "subscription_past_due"},
    {"billing.subscription_recovered/1", "subscription_recovered"},
    {"billing.subscription_canceled/1", "subscription_canceled"},
    {"billing.limit_reached/1", "limit_reached"},
    {"billing.coupon_redeemed/1", "coupon_redeemed"},
    {"flags.flag_exposed/1", kExposed},
};

namespace {

constexpr const char* kKept[] = {"plan",   "interval", "country", "currency", "status",
                                 "reason", "role",     "topic",   "metric",   "provider", "kind"};

Event event_of(const sdk::Envelope& envelope, const char* name, const HashKey& lasting, sdk::Instant now) {
    const auto fields = envelope.json();
    Event event;
    event.site = own_site::kServer;
    event.id = event_id_of(envelope.id);
    event.id_is_senders = true;
    event.received_at = sdk::to_micros(now);
    event.occurred_at =
        envelope.occurred_at == sdk::Instant{} ? event.received_at : sdk::to_micros(envelope.occurred_at);
    event.name = name;
    // A tenant is who signs up, pays and leaves.
    event.person = envelope.tenant.empty() ? scalar_text(fields, "tenant") : envelope.tenant.text();
    if (event.name == kNoteAdded) event.person = cut(scalar_text(fields, "subject"), longest::kPerson);
    if (event.name == kExposed) event.person = cut(scalar_text(fields, "person"), longest::kPerson);
    Arrival nobody;
    nobody.site_id = "server";
    nobody.lasting = lasting;
    event.visitor = pseudonym_of(nobody, event.person.empty() ? envelope.id : event.person);
    event.consented = true;
    json properties = json::object();
    for (const char* key : kKept)
        if (auto text = scalar_text(fields, key); !text.empty()) properties[key] = std::move(text);
    if (const auto campaign = fields.find("campaign"); campaign != fields.end() && campaign->is_object()) {
        event.source = cut(scalar_text(*campaign, "utm_source"), longest::kValue);
        event.medium = cut(scalar_text(*campaign, "utm_medium"), longest::kValue);
        event.campaign = cut(scalar_text(*campaign, "utm_campaign"), longest::kValue);
    }
    event.country = cut(scalar_text(fields, "country"), 2);
    const auto amount = fields.find("amount");
    if (amount != fields.end() && amount->is_number_integer()) {
        event.revenue = amount->get<std::int64_t>();
        event.currency = cut(scalar_text(fields, "currency"), 3);
    }
    if (event.name == kExposed) {
        // Whoever got the variant, as PostHog's clients tell it.
        for (const auto& [from, to] : {std::pair{"flag", "$feature_flag"},
                                       {"variant", "$feature_flag_response"},
                                       {"environment", "environment"}})
            properties[to] = scalar_text(fields, from);
    }
    event.properties = properties.dump(-1, ' ', false, json::error_handler_t::replace);
    return event;
}

}  // namespace

sdk::Result<void> listen(sdk::Host& host, Keys& keys, Intake& intake) {
    for (const auto& each : kHouseEvents) {
        const auto handler = [&host, &keys, &intake,
                              name = each.name](const sdk::Envelope& envelope) -> sdk::Result<void> {
            sdk::CallContext context;
            context.request_id = "analytics.house_events";
            const auto known = keys.current(context);
            if (!known) return known.error();
            return intake.accept({event_of(envelope, name, known->lasting, host.clock().now())});
        };
        if (auto done = host.outbox().subscribe(std::string("analytics.") + each.name, each.recorded, handler); !done)
            return done;
    }
    return sdk::ok();
}

}  // namespace whatsflow::analytics
