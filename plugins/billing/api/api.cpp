#include "api.hpp"

#include "answers.hpp"

namespace whatsflow::billing {
namespace {

using nlohmann::json;

sdk::Response show_plans(Desk& desk, const sdk::Request& request, sdk::Instant at) {
    const auto catalogue = desk.catalogue(request.context);
    if (!catalogue) return refused(catalogue.error());
    const auto now = local_date(at, "UTC");
    json data = json::array();
    for (const auto& plan : (*catalogue)->plans) {
        if (plan.retired) continue;
        json prices = json::array();
        for (const auto& price : plan.prices)
            if (const auto* version = version_for_new(price, now))
                prices.push_back(
                    {{"interval", price.interval.text()}, {"currency", price.currency}, {"amount", version->amount}});
        json limits = json::object();
        for (const auto& [meter, limit] : plan.limits) limits[meter] = limit ? json(*limit) : json(nullptr);
        data.push_back({{"code", plan.code},
                        {"name", plan.name},
                        {"prices", prices},
                        {"trial_days", plan.trial_days},
                        {"limits", limits},
                        {"features", plan.features}});
    }
    return sdk::json({{"data", data}});
}

sdk::Response show_subscription(Desk& desk, const sdk::Request& request) {
    const auto account = desk.account(request.context, tenant_of(request));
    if (!account) return refused(account.error());
    const auto* live = account->live_subscription();
    if (live == nullptr) return sdk::problem(404, "billing.not_subscribed", "There is no subscription.");
    return sdk::json(subscription_json(*account, *live));
}

/// What each would be if it were made final now; one that would charge nothing is none.
sdk::Response list_drafts(Desk& desk, const sdk::Request& request) {
    const auto tenant = tenant_of(request);
    const auto account = desk.account(request.context, tenant);
    if (!account) return refused(account.error());
    json data = json::array();
    for (const auto& draft : account->waiting_drafts) {
        const auto shown =
            desk.preview(request.context, tenant, {FinaliseDraft{draft.id}, {}, {}, std::nullopt, false});
        if (!shown) return refused(shown.error());
        if (!shown->invoices.empty()) data.push_back(draft_json(draft, shown->invoices.front()));
    }
    return sdk::json({{"data", std::move(data)}, {"next", nullptr}});
}

sdk::Response list_invoices(Desk& desk, const sdk::Request& request) {
    // Only who asks for them gets them: a draft is no document, and has no number.
    if (const auto status = request.query.get("status"); !status.empty()) {
        if (status == "draft") return list_drafts(desk, request);
        return fields_refused({{"status", "bad_value", "Give 'draft', or leave it out."}});
    }
    int limit = 50;
    if (const auto asked = request.query.get("limit"); !asked.empty()) {
        if (asked.size() > 3 || asked.find_first_not_of("0123456789") != std::string::npos || std::stoi(asked) < 1)
            return fields_refused({{"limit", "bad_value", "Give a number from 1 to 200."}});
        limit = std::stoi(asked);
    }
    const auto slice = desk.invoices(request.context, tenant_of(request), request.query.get("after"), limit);
    if (!slice) return refused(slice.error());
    json data = json::array();
    for (const auto& row : slice->rows)
        data.push_back({{"id", row.id.text()},
                        {"number", row.number},
                        {"status", std::string(to_text(row.state))},
                        {"currency", row.currency},
                        {"date", row.issued_on.text()},
                        {"total", row.total},
                        {"amount_paid", row.amount_paid},
                        {"amount_due", row.amount_due}});
    return sdk::json({{"data", data}, {"next", slice->next.empty() ? json(nullptr) : json(slice->next)}});
}

sdk::Response show_invoice(Desk& desk, const sdk::Request& request) {
    const InvoiceId id{request.parameters.get("id")};
    const auto account = desk.with_invoice(request.context, tenant_of(request), id);
    if (!account) return refused(account.error());
    if (!*account) return sdk::not_found();
    return sdk::json(invoice_json(**account, *(*account)->find_invoice(id)));
}

sdk::Response show_entitlements(Desk& desk, const sdk::Request& request) {
    const auto account = desk.account(request.context, tenant_of(request));
    if (!account) return refused(account.error());
    const auto catalogue = desk.catalogue(request.context);
    if (!catalogue) return refused(catalogue.error());
    const auto now = desk.now(request.context, tenant_of(request));
    if (!now) return refused(now.error());
    return sdk::json(entitlements_of(*account, **catalogue, *now));
}

}  // namespace

json entitlements_of(const Account& account, const Catalogue& catalogue, sdk::Instant now) {
    const auto* live = account.live_subscription();
    json limits = json::object();
    // What is not paid for yet, or over, grants nothing.
    if (live == nullptr || access_of(*live) == Access::none)
        return {{"plan", nullptr}, {"access", "none"}, {"features", json::object()}, {"limits", limits}};
    const auto today = account.today(now);
    const auto* plan = catalogue.find_plan(live->plan(), live->base().plan_version);
    for (const auto& meter : catalogue.meters) {
        const auto limit = limit_of(catalogue, *live, meter.code);
        std::int64_t used = 0;
        json resets = nullptr;
        for (const auto& counter : account.counters)
            if (counter.subscription == live->id && counter.meter == meter.code && counter.period.contains(today)) {
                used = counter.used;
                if (meter.reset == MeterReset::period) resets = counter.period.to.text();
            }
        limits[meter.code] = {{"limit", limit ? json(*limit) : json(nullptr)}, {"used", used}, {"resets_on", resets}};
    }
    return {{"plan", live->plan()},
            {"access", std::string(to_text(access_of(*live)))},
            {"features", plan == nullptr ? json::object() : json(plan->features)},
            {"limits", limits}};
}

sdk::Result<void> register_api(sdk::Host& host, Teller& desk) {
    for (const auto* scope : {"billing:read", "billing:write"})
        if (auto done = host.contribute(sdk::PermissionDefinition{
                sdk::Site::api,
                scope,
                std::string("billing.api.") + std::string(scope == std::string("billing:read") ? "read" : "write"),
                {},
                false});
            !done)
            return done;
    if (auto done = describe_api(host); !done) return done;
    const auto read = sdk::Permission::named("billing:read");
    const auto write = sdk::Permission::named("billing:write");
    const auto add = [&](sdk::Method method, const char* pattern, const sdk::Permission& permission,
                         const char* summary, auto handler) {
        sdk::Route route{sdk::Site::api, method, pattern, permission, [handler](const sdk::Request& request) {
                             if (!request.identity || (request.identity->tenant.empty() && request.path != "/v1/plans"))
                                 return sdk::problem(403, "billing.no_tenant", "This token belongs to no tenant.");
                             return handler(request);
                         }};
        route.csrf = sdk::Csrf::exempt;
        route.limits.rate_class = sdk::RateClass::api;
        route.limits.body_bytes = 512 * 1024;
        route.limits.timeout = std::chrono::milliseconds{40'000};
        route.summary = summary;
        return host.route(std::move(route));
    };
    using sdk::Method;
    using sdk::Request;
    if (auto done = add(Method::get, "/v1/plans", read, "Plans and prices",
                        [&host, &desk](const Request& r) { return show_plans(desk, r, host.clock().now()); });
        !done)
        return done;
    if (auto done = add(Method::get, "/v1/subscription", read, "The subscription",
                        [&desk](const Request& r) { return show_subscription(desk, r); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription", write, "Subscribe",
                        [&host, &desk](const Request& r) { return subscribe(host, desk, r); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription/preview", read, "What a change would cost",
                        [&desk](const Request& r) { return preview_change(desk, r); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription/change", write, "Change plan, interval, quantity or an add-on",
                        [&host, &desk](const Request& r) { return change_subscription(host, desk, r); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription/cancel", write, "Cancel at the end of the period",
                        [&host, &desk](const Request& r) { return cancel_subscription(host, desk, r); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription/uncancel", write, "Withdraw a cancellation",
                        [&host, &desk](const Request& r) { return do_simply(host, desk, r, "uncancel", Uncancel{}); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription/pause", write, "Pause at the end of the period",
                        [&host, &desk](const Request& r) { return do_simply(host, desk, r, "pause", Pause{}); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/subscription/resume", write, "Resume, or withdraw a pause",
                        [&host, &desk](const Request& r) { return do_simply(host, desk, r, "resume", Resume{}); });
        !done)
        return done;
    if (auto done = add(Method::get, "/v1/invoices", read, "Invoices, newest first",
                        [&desk](const Request& r) { return list_invoices(desk, r); });
        !done)
        return done;
    if (auto done = add(Method::get, "/v1/invoices/{id}", read, "One invoice with its payments",
                        [&desk](const Request& r) { return show_invoice(desk, r); });
        !done)
        return done;
    if (auto done = add(Method::post, "/v1/usage", write, "Report usage, one event or a batch",
                        [&desk](const Request& r) { return take_usage(desk, r); });
        !done)
        return done;
    return add(Method::get, "/v1/entitlements", read, "What the plan allows and what is used of it",
               [&desk](const Request& r) { return show_entitlements(desk, r); });
}

}  // namespace whatsflow::billing
