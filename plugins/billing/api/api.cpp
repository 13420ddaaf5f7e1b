#include "api.hpp"

#include "running/teller.hpp"

#include <set>

namespace whatsflow::billing {
namespace {

using nlohmann::json;

constexpr std::size_t kMostUsage = 1'000;

/// Codes of the engine as statuses: what the caller can mend is 422, what stands in the way 409.
sdk::Response refused(const sdk::Error& error) {
    static const std::set<std::string> conflicts{"billing.already_subscribed",
                                                 "billing.version_conflict",
                                                 "billing.change_pending",
                                                 "billing.payment_unresolved",
                                                 "billing.raced",
                                                 "billing.no_change"};
    if (error.code == "billing.limit_exceeded") return sdk::problem(402, "limit_exceeded", error.message);
    if (error.code == "billing.not_subscribed" || error.code == "billing.no_tenant") return sdk::problem(404, error);
    if (conflicts.contains(error.code)) return sdk::problem(409, error);
    if (error.code.starts_with("database.") || error.code.starts_with("plugin."))
        return sdk::problem(503, "unavailable", "Try again in a minute.");
    return sdk::problem(422, error);
}

const TenantId& tenant_of(const sdk::Request& request) {
    return request.identity->tenant;
}

json date(const std::optional<LocalDate>& day) {
    return day ? json(day->text()) : json(nullptr);
}

json subscription_json(const Account& account, const Subscription& subscription) {
    json items = json::array();
    for (const auto& item : subscription.items)
        if (!item.ended)
            items.push_back({{"code", item.code},
                             {"interval", item.interval.text()},
                             {"quantity", item.quantity},
                             {"unit_price", item.unit_price}});
    return {{"id", subscription.id.text()},
            {"plan", subscription.plan()},
            {"interval", subscription.base().interval.text()},
            {"quantity", subscription.base().quantity},
            {"currency", account.profile.currency},
            {"status", std::string(to_text(subscription.state))},
            {"access", std::string(to_text(access_of(subscription)))},
            {"period_start", subscription.period().from.text()},
            {"period_end", subscription.period().to.text()},
            {"trial_end", date(subscription.trial_end)},
            {"cancel_at", date(subscription.cancel_at)},
            {"items", items},
            {"version", account.profile.version}};
}

json invoice_json(const Account& account, const Invoice& invoice) {
    json lines = json::array();
    for (const auto& line : invoice.lines)
        lines.push_back({{"type", std::string(to_text(line.type))},
                         {"code", line.code},
                         {"from", line.span.from.text()},
                         {"to", line.span.to.text()},
                         {"quantity", line.quantity},
                         {"unit_price", line.unit_price},
                         {"amount", line.amount},
                         {"discount", line.discount},
                         {"tax", line.tax}});
    json payments = json::array();
    for (const auto& payment : account.payments)
        if (payment.invoice == invoice.id)
            payments.push_back(
                {{"id", payment.id.text()},
                 {"kind", std::string(to_text(payment.kind))},
                 {"reference", payment.provider_reference.empty() ? payment.id.text() : payment.provider_reference},
                 {"status", std::string(to_text(payment.status))},
                 {"amount", payment.amount}});
    return {{"id", invoice.id.text()},
            {"number", invoice.number},
            {"status", std::string(to_text(invoice.state))},
            {"currency", invoice.currency},
            {"date", invoice.issued_on.text()},
            {"due", invoice.due_on.text()},
            {"subtotal", invoice.subtotal},
            {"discount", invoice.discount},
            {"tax", invoice.tax},
            {"total", invoice.total},
            {"credit_applied", invoice.credit_applied},
            {"amount_paid", invoice.amount_paid},
            {"amount_due", invoice.amount_due()},
            {"lines", lines},
            {"payments", payments}};
}

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

sdk::Response fields_refused(const std::vector<sdk::FieldError>& errors) {
    return sdk::problem(422, "invalid_fields", "Some fields are not acceptable.", errors);
}

/// What was answered to this key before: the answer, 409 while it is being made, 422 for another body.
std::optional<sdk::Response> told_before(sdk::Host& host, const sdk::Request& request, const std::string& key,
                                         const std::string& print) {
    const auto row = host.database().query_one(sdk::on_behalf_of(request.context, tenant_of(request)),
                                               "SELECT fingerprint, answer FROM billing_seen_keys WHERE tenant_id = "
                                               ":tenant AND kind = 'command' AND seen_key = ?",
                                               {key});
    if (!row) return refused(row.error());
    if (!*row) return std::nullopt;
    if ((*row)->text("fingerprint") != print)
        return sdk::problem(422, "billing.key_reused", "This Idempotency-Key was used for another request.");
    if ((*row)->is_null("answer"))
        return sdk::problem(409, "billing.in_flight", "The first request with this key is not answered yet.");
    return sdk::json(json::parse((*row)->text("answer")), 201);
}

sdk::Response subscribe(sdk::Host& host, Desk& desk, const sdk::Request& request) {
    const auto body = request.json();
    if (!body || !body->is_object()) return sdk::problem(400, "http.bad_json", "The body is not a JSON object.");
    std::vector<sdk::FieldError> wrong;
    const auto text = [&](const char* name, bool required) -> std::string {
        const auto found = body->find(name);
        if (found != body->end() && found->is_string() && found->get_ref<const std::string&>().size() <= 80)
            return *found;
        if (found != body->end() || required)
            wrong.push_back({name, found == body->end() ? "required" : "bad_value",
                             std::string("Give ") + name + " as a short text."});
        return {};
    };
    Subscribe wanted;
    wanted.plan = text("plan", true);
    const auto interval =
        read_interval(body->value("interval", json("month")).is_string() ? body->value("interval", "month") : "");
    if (!interval) wrong.push_back({"interval", "bad_value", "Give month or year."});
    PayWith pay;
    pay.provider = text("provider", false);
    pay.locale = request.locale;
    if (const auto coupon = text("coupon", false); !coupon.empty()) wanted.coupon = coupon;
    if (const auto trial = body->find("trial"); trial != body->end()) {
        if (trial->is_boolean())
            wanted.trial = *trial;
        else
            wrong.push_back({"trial", "bad_value", "Give true or false."});
    }
    if (const auto count = body->find("quantity"); count != body->end()) {
        if (count->is_number_integer() && *count >= 1 && *count <= kLargestQuantity)
            wanted.quantity = *count;
        else
            wrong.push_back({"quantity", "bad_value", "Give a number from 1."});
    }
    static const std::set<std::string> known{"plan", "interval", "provider", "trial", "coupon", "quantity"};
    for (const auto& [name, value] : body->items())
        if (!known.contains(name)) wrong.push_back({name, "unknown", "There is no such field."});
    if (!pay.provider.empty()) {
        const auto running = desk.providers(request.context);
        if (running && std::ranges::none_of(*running, [&](const ProviderRow& each) { return each.id == pay.provider; }))
            wrong.push_back({"provider", "unknown", "No such payment provider is running."});
    }
    if (!wrong.empty()) return fields_refused(wrong);
    wanted.interval = *interval;
    const auto key = request.headers.find("Idempotency-Key");
    if (key && (key->empty() || key->size() > 200))
        return sdk::problem(422, "billing.bad_key", "An Idempotency-Key has 1 to 200 characters.");
    Request command;
    command.command = wanted;
    if (key) {
        command.key = "api:" + std::string(*key);
        command.fingerprint = digest_of(body->dump());
        if (auto told = told_before(host, request, command.key, command.fingerprint)) return *std::move(told);
    }
    auto done = desk.act(request.context, tenant_of(request), command, {sdk::actor_of(request)}, pay);
    if (!done) return refused(done.error());
    if (done->changes.repeated)
        if (auto told = told_before(host, request, command.key, command.fingerprint)) return *std::move(told);
    json answer{{"subscription", nullptr}, {"invoice", nullptr}, {"checkout", nullptr}};
    if (const auto* live = done->account.live_subscription())
        answer["subscription"] = subscription_json(done->account, *live);
    if (!done->invoices.empty())
        if (const auto* invoice = done->account.find_invoice(done->invoices.front()))
            answer["invoice"] = invoice_json(done->account, *invoice);
    if (done->checkout) {
        const auto& page = done->checkout->page;
        json fields = json::object();
        if (page.form)
            for (const auto& [name, value] : page.form->fields) fields[name] = value;
        answer["checkout"] = {{"provider", done->checkout->provider},
                              {"method", page.form ? page.form->method : "GET"},
                              {"url", page.form ? page.form->action : page.url},
                              {"fields", fields}};
    }
    if (!command.key.empty())
        if (auto kept = host.database().execute(sdk::on_behalf_of(request.context, tenant_of(request)),
                                                "UPDATE billing_seen_keys SET answer = ? WHERE tenant_id = :tenant AND "
                                                "kind = 'command' AND seen_key = ?",
                                                {answer.dump(), command.key});
            !kept)
            host.log().warn("an answer was not kept for its idempotency key", {{"reason", kept.error().message}});
    return sdk::json(answer, 201);
}

sdk::Response list_invoices(Desk& desk, const sdk::Request& request) {
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

std::optional<sdk::Instant> instant_of(const json& value) {
    if (value.is_number_integer()) return sdk::from_micros(value.get<std::int64_t>() * 1'000'000);
    return std::nullopt;
}

sdk::Response take_usage(Desk& desk, const sdk::Request& request) {
    const auto body = request.json();
    if (!body) return sdk::problem(400, "http.bad_json", "The body is not JSON.");
    const json events = body->is_object() && body->contains("events") ? (*body)["events"] : json::array({*body});
    if (!events.is_array() || events.empty() || events.size() > kMostUsage)
        return fields_refused({{"events", "bad_value", "Give 1 to 1,000 events."}});
    std::vector<Request> commands;
    std::vector<sdk::FieldError> wrong;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto at = "events[" + std::to_string(i) + "].";
        const auto& event = events[i];
        ReportUsage usage;
        if (!event.is_object()) {
            wrong.push_back({at, "bad_value", "Each event is an object."});
            continue;
        }
        const auto id = event.find("id"), meter = event.find("meter"), quantity = event.find("quantity"),
                   time = event.find("timestamp");
        if (id == event.end() || !id->is_string() || id->get_ref<const std::string&>().empty() ||
            id->get_ref<const std::string&>().size() > 200)
            wrong.push_back({at + "id", "required", "Give a unique id of up to 200 characters."});
        else
            usage.event_id = *id;
        if (meter == event.end() || !meter->is_string())
            wrong.push_back({at + "meter", "required", "Name the meter."});
        else
            usage.meter = *meter;
        if (quantity != event.end() && !quantity->is_number_integer())
            wrong.push_back({at + "quantity", "bad_value", "Give a whole number."});
        else
            usage.quantity = quantity == event.end() ? 1 : quantity->get<std::int64_t>();
        if (time != event.end()) {
            usage.at = instant_of(*time);
            if (!usage.at) wrong.push_back({at + "timestamp", "bad_value", "Give seconds since 1970."});
        }
        if (!usage.event_id.empty() && ids.insert(usage.event_id).second)
            commands.push_back({usage, {}, {}, std::nullopt, false});
    }
    if (!wrong.empty()) return fields_refused(wrong);
    const auto done = desk.act_all(request.context, tenant_of(request), commands, {});
    if (!done) return refused(done.error());
    return sdk::json({{"accepted", events.size()}}, 202);
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
    const auto* plan = catalogue.find_plan(live->plan());
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

sdk::Result<void> register_api(sdk::Host& host, Desk& desk) {
    for (const auto* scope : {"billing:read", "billing:write"})
        if (auto done = host.contribute(sdk::PermissionDefinition{
                sdk::Site::api,
                scope,
                std::string("billing.api.") + std::string(scope == std::string("billing:read") ? "read" : "write"),
                {},
                false});
            !done)
            return done;
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
