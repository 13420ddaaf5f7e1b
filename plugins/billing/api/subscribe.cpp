// POST /v1/subscription.
#include "answers.hpp"
#include "body.hpp"
#include "once.hpp"

namespace whatsflow::billing {

void check_provider(Body& body, Teller& desk, const sdk::Request& request, const std::string& provider) {
    if (provider.empty()) return;
    const auto running = desk.providers(request.context);
    if (running && std::ranges::none_of(*running, [&](const ProviderRow& each) { return each.id == provider; }))
        body.wrong("provider", "unknown", "No such payment provider is running.");
}

sdk::Response subscribe(sdk::Host& host, Teller& desk, const sdk::Request& request) {
    Body body(request);
    if (auto refusal = body.refusal()) return *std::move(refusal);
    Subscribe wanted;
    wanted.plan = body.text("plan", true);
    const auto interval = read_interval(body.has("interval") ? body.text("interval", false) : "month");
    if (!interval) body.wrong("interval", "bad_value", "Give month or year.");
    Asked asked;
    asked.status = 201;
    asked.pay.provider = body.text("provider", false);
    asked.pay.locale = request.locale;
    if (const auto coupon = body.text("coupon", false); !coupon.empty()) wanted.coupon = coupon;
    wanted.trial = body.truth("trial").value_or(true);
    wanted.quantity = body.number("quantity", 1, kLargestQuantity).value_or(1);
    check_provider(body, desk, request, asked.pay.provider);
    if (auto refusal = body.refusal({"plan", "interval", "provider", "trial", "coupon", "quantity"}))
        return *std::move(refusal);
    wanted.interval = *interval;
    if (!asked.pay.provider.empty()) asked.pay.customer = owner_of(host, request);
    asked.command = wanted;
    asked.fingerprint = body.dump();
    return answer_once(host, desk, request, std::move(asked));
}

}  // namespace whatsflow::billing
