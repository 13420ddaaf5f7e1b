#include "webhook_sender.hpp"

#include "webhook_catalogue.hpp"
#include "webhook_signature.hpp"

#include <array>

namespace whatsflow::app {

using namespace std::chrono_literals;

namespace {

/// Pauses after the first, second, … failure, as the Standard Webhooks specification proposes.
constexpr std::array<std::chrono::seconds, 9> kPauses{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};
constexpr std::chrono::seconds kLongestCall{15};
constexpr int kGone = 410;

std::optional<sdk::Instant> next_try(const WebhookDelivery& delivery, sdk::Instant now) {
    const auto failures = static_cast<std::size_t>(delivery.attempts);
    if (failures >= kPauses.size()) return std::nullopt;
    return now + kPauses[failures];
}

std::int64_t seconds_of(sdk::Instant instant) {
    return sdk::to_micros(instant) / 1'000'000;
}

std::string readable(std::string body) {
    for (char& c : body)
        if (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') c = ' ';
    return body;
}

}  // namespace

sdk::Result<void> WebhookSender::start() {
    for (const auto& event : webhook_events()) {
        const auto subscriber = "app.webhooks." + std::string(event.name);
        auto done = host_.outbox().subscribe_in_transaction(
            subscriber, event.source,
            [this](sdk::Transaction& tx, const sdk::Envelope& envelope) { return take(tx, envelope); });
        if (!done) return done;
    }
    return host_.jobs().handle(WebhookDeliveries::kJob, [this](sdk::JobRun& run) { return deliver(run); },
                               {.lease = 60s, .at_once = 8});
}

sdk::Result<void> WebhookSender::take(sdk::Transaction& tx, const sdk::Envelope& envelope) {
    if (envelope.tenant.empty()) return sdk::ok();
    const auto source = envelope.type.text();
    const auto& events = webhook_events();
    const auto event = std::ranges::find(events, source, &WebhookEvent::source);
    if (event == events.end()) return sdk::ok();
    const auto context = sdk::on_behalf_of({}, envelope.tenant);
    const auto endpoints = endpoints_.list(tx, context);
    if (!endpoints) return endpoints.error();
    const auto payload =
        webhook_payload(event->name, sdk::to_rfc3339(envelope.occurred_at), promised_fields(*event, envelope.json()));
    for (const auto& endpoint : *endpoints) {
        if (!endpoint.is_enabled() || !endpoint.wants(event->name)) continue;
        const auto added = deliveries_.add(tx, context, endpoint.id, "msg_" + envelope.id, std::string(event->name),
                                           payload, host_.clock().now());
        if (!added) return added.error();
    }
    return sdk::ok();
}

sdk::Result<std::string> WebhookSender::send_test(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto now = host_.clock().now();
    const auto payload = webhook_payload(kTestEvent, sdk::to_rfc3339(now), {{"endpoint", endpoint.id}});
    std::string id;
    const auto done = host_.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto added = deliveries_.add(tx, request.context, endpoint.id, "msg_" + sdk::make_uuid(),
                                           std::string(kTestEvent), payload, now);
        if (!added) return added.error();
        id = added->value_or("");
        return sdk::ok();
    });
    if (!done) return done.error();
    return id;
}

sdk::Result<void> WebhookSender::deliver(sdk::JobRun& run) {
    const auto& context = run.context();
    const auto delivery = deliveries_.find(context, run.payload().value("delivery", ""));
    if (!delivery) return delivery.error();
    if (!*delivery || (*delivery)->state == "delivered" || (*delivery)->state == "failed") return sdk::ok();
    const auto endpoint = endpoints_.find(host_.database(), context, (*delivery)->endpoint_id);
    if (!endpoint) return endpoint.error();
    if (!*endpoint) return sdk::ok();
    const bool is_test = (*delivery)->event == kTestEvent;
    if (!(*endpoint)->is_enabled() && !is_test)
        return deliveries_.give_up(host_.database(), context, (*delivery)->id, "The endpoint was switched off.");
    const auto secrets = endpoints_.secrets(context, (*endpoint)->id);
    if (!secrets) return secrets.error();
    return conclude(run, **endpoint, **delivery, send(context, **endpoint, **delivery, *secrets));
}

WebhookTry WebhookSender::send(const sdk::CallContext& context, const WebhookEndpoint& endpoint,
                               const WebhookDelivery& delivery, const std::vector<sdk::Secret>& secrets) {
    const auto now = host_.clock().now();
    const auto timestamp = seconds_of(now);
    std::string signatures;
    for (const auto& secret : secrets)
        signatures += (signatures.empty() ? "" : " ") +
                      webhook_signature(secret, delivery.message_id, timestamp, delivery.payload);
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = endpoint.url;
    request.body = delivery.payload;
    request.repeatable = true;
    request.max_response_bytes = 64 * 1024;
    request.public_only = !settings_.private_addresses;
    request.headers.add("Content-Type", "application/json");
    request.headers.add("User-Agent", "WhatsFlow-Webhooks/1");
    request.headers.add("webhook-id", delivery.message_id);
    request.headers.add("webhook-timestamp", std::to_string(timestamp));
    request.headers.add("webhook-signature", signatures);
    auto limited = context;
    limited.deadline = std::min(context.deadline, sdk::CallContext::Deadline::clock::now() + kLongestCall);

    const auto started = std::chrono::steady_clock::now();
    const auto answer = host_.https().send(limited, request);
    WebhookTry outcome;
    outcome.at = now;
    outcome.duration_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count();
    if (answer) {
        outcome.status = answer->status;
        outcome.response = readable(answer->body);
        if (!outcome.was_accepted()) outcome.error = "The receiver answered " + std::to_string(answer->status) + ".";
    } else {
        outcome.error = answer.error().message;
    }
    return outcome;
}

sdk::Result<void> WebhookSender::conclude(sdk::JobRun& run, const WebhookEndpoint& endpoint,
                                          const WebhookDelivery& delivery, const WebhookTry& outcome) {
    const auto& context = run.context();
    const bool is_test = delivery.event == kTestEvent;
    // A test is for somebody who is looking at the page: it is not repeated.
    const auto later = outcome.was_accepted() || is_test ? std::nullopt : next_try(delivery, outcome.at);
    const bool has_failed_long =
        endpoint.failing_since && outcome.at - *endpoint.failing_since >= settings_.disable_after;
    const bool disables =
        endpoint.is_enabled() && !is_test && !outcome.was_accepted() && (outcome.status == kGone || has_failed_long);
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const char* state = outcome.was_accepted() ? "delivered" : later && !disables ? "retrying" : "failed";
        const auto again = disables ? std::nullopt : later;
        if (auto kept = deliveries_.record(tx, context, delivery.id, state, outcome, again); !kept) return kept;
        if (outcome.was_accepted()) {
            if (auto kept = endpoints_.succeeded(tx, context, endpoint.id); !kept) return kept;
        } else if (!is_test) {
            if (auto kept = endpoints_.failed(tx, context, endpoint.id); !kept) return kept;
        }
        if (disables) {
            const std::string reason = outcome.status == kGone ? "gone" : "failing";
            if (auto kept = endpoints_.disable(tx, context, endpoint, reason); !kept) return kept;
        }
        if (again) {
            sdk::JobRequest job;
            job.kind = WebhookDeliveries::kJob;
            job.payload = run.payload();
            job.tenant = context.tenant;
            job.run_at = again;
            if (const auto added = host_.jobs().enqueue(tx, context, job); !added) return added.error();
        }
        return run.complete_in(tx);
    });
    if (done && disables) tell_disabled(context, endpoint);
    return done;
}

void WebhookSender::tell_disabled(const sdk::CallContext& context, const WebhookEndpoint& endpoint) {
    sdk::Notification notification{
        .idempotency_key = "webhook_disabled:" + endpoint.id + ":" + std::to_string(seconds_of(host_.clock().now())),
        .category = "product",
        .title = host_.translate("en", "app.webhooks.disabled_title"),
        .text = endpoint.url,
        .path = "/developers/webhooks/" + endpoint.id,
        .urgent = true};
    const auto told = notifier_.notify_roles(context, context.tenant, {"owner", "admin"}, notification);
    if (!told) host_.log().warn("nobody was told of a disabled webhook", {{"code", told.error().code}});
}

}  // namespace whatsflow::app
