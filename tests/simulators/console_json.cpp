#include "console_json.hpp"

namespace whatsflow::console {
namespace {

using nlohmann::json;

sdk::Money money_from(const json& from) {
    return {from.value("minor", std::int64_t{0}), from.value("currency", "")};
}

json money_json(const std::optional<sdk::Money>& money) {
    if (!money) return nullptr;
    return {{"minor", money->minor}, {"currency", money->currency}};
}

json method_json(const sdk::SavedPaymentMethod& method) {
    return {{"token", method.token.reveal()}, {"customer", method.customer}, {"kind", method.kind},
            {"brand", method.brand},          {"last4", method.last4},       {"exp_month", method.exp_month},
            {"exp_year", method.exp_year}};
}

std::string status_text(sdk::PaymentStatus status) {
    static const auto* words =
        new std::vector<std::string>{"not_found",      "pending",  "succeeded",          "failed",  "authorized",
                                     "refund_pending", "refunded", "partially_refunded", "disputed"};
    return words->at(static_cast<std::size_t>(status));
}

}  // namespace

sdk::CheckoutRequest checkout_from(const json& from) {
    sdk::CheckoutRequest request;
    request.reference = from.value("reference", "");
    request.idempotency_key = from.value("key", "");
    request.amount = money_from(from.value("amount", json::object()));
    request.description = from.value("description", "");
    const auto customer = from.value("customer", json::object());
    request.customer.id = customer.value("id", "");
    request.customer.first_name = customer.value("first_name", "");
    request.customer.email = customer.value("email", "");
    request.customer.phone = customer.value("phone", "");
    request.customer.country = customer.value("country", "");
    request.return_url = from.value("return_url", "https://app.test/billing");
    request.cancel_url = from.value("cancel_url", "https://app.test/billing?canceled");
    request.notify_url = from.value("notify_url", "");
    request.save_method = from.value("save_method", false);
    if (from.value("monthly", false)) request.recurrence.emplace();
    return request;
}

sdk::ChargeRequest charge_from(const json& from) {
    sdk::ChargeRequest request;
    request.reference = from.value("reference", "");
    request.idempotency_key = from.value("key", "");
    request.amount = money_from(from.value("amount", json::object()));
    request.description = from.value("description", "");
    request.notify_url = from.value("notify_url", "");
    const auto method = from.value("method", json::object());
    request.method.token = sdk::Secret{method.value("token", "")};
    request.method.customer = method.value("customer", "");
    request.method.kind = method.value("kind", "card");
    return request;
}

sdk::RefundRequest refund_from(const json& from) {
    return {from.value("key", ""), from.value("payment_id", ""), money_from(from.value("amount", json::object())),
            from.value("reason", "")};
}

sdk::PaymentNotice notice_from(const json& from, sdk::Instant now) {
    sdk::PaymentNotice notice;
    notice.body = from.value("body", "");
    const auto headers = from.value("headers", json::object());
    for (const auto& [name, value] : headers.items()) notice.headers.add(name, value.get<std::string>());
    notice.received_at =
        from.contains("received_at") ? sdk::from_micros(from["received_at"].get<std::int64_t>() * 1'000'000) : now;
    return notice;
}

json to_json(const sdk::Error& error) {
    return {{"error", error.code}, {"message", error.message}};
}

json to_json(const sdk::CheckoutPage& page) {
    json result{{"url", page.url}, {"session", page.session}};
    if (page.form) {
        result["action"] = page.form->action;
        for (const auto& [name, value] : page.form->fields) result["fields"][name] = value;
    }
    return result;
}

json to_json(const sdk::PaymentOutcome& outcome) {
    json result{{"outcome", sdk::to_text(outcome.outcome)},
                {"id", outcome.id},
                {"code", outcome.code},
                {"message", outcome.message},
                {"amount", money_json(outcome.amount)}};
    result["decline"] = outcome.decline == sdk::Decline::hard   ? "hard"
                        : outcome.decline == sdk::Decline::soft ? "soft"
                                                                : "none";
    if (outcome.page) result["page"] = to_json(*outcome.page);
    return result;
}

json to_json(const sdk::PaymentRecord& record) {
    return {{"status", status_text(record.status)},    {"payment_id", record.payment_id},
            {"reference", record.reference},           {"amount", money_json(record.amount)},
            {"refunded", money_json(record.refunded)}, {"fee", money_json(record.fee)}};
}

json to_json(const sdk::PaymentEvent& event) {
    json result{{"type", sdk::to_text(event.type)},
                {"event_id", event.event_id},
                {"trust", event.trust == sdk::NoticeTrust::fully_signed ? "full" : "partial"},
                {"reference", event.reference},
                {"payment_id", event.payment_id},
                {"subscription_id", event.subscription_id},
                {"customer_id", event.customer_id},
                {"refund_id", event.refund_id},
                {"dispute_id", event.dispute_id},
                {"code", event.code},
                {"occurred_at", sdk::to_micros(event.occurred_at)},
                {"amount", money_json(event.amount)}};
    if (event.method) result["method"] = method_json(*event.method);
    return result;
}

}  // namespace whatsflow::console
