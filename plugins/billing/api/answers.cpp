#include "answers.hpp"

#include <set>

namespace whatsflow::billing {
namespace {

using nlohmann::json;

json date(const std::optional<LocalDate>& day) {
    return day ? json(day->text()) : json(nullptr);
}

}  // namespace

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
    if (error.code == "billing.tax_unavailable" || error.code == "billing.provider_runs_on")
        return sdk::problem(503, error);
    if (error.code.starts_with("database.") || error.code.starts_with("plugin."))
        return sdk::problem(503, "unavailable", "Try again in a minute.");
    return sdk::problem(422, error);
}

nlohmann::json subscription_json(const Account& account, const Subscription& subscription) {
    json items = json::array();
    for (const auto& item : subscription.items)
        if (!item.ended)
            items.push_back({{"code", item.code},
                             {"interval", item.interval.text()},
                             {"quantity", item.quantity},
                             {"next_quantity", item.next_quantity ? json(*item.next_quantity) : json(nullptr)},
                             {"unit_price", item.unit_price}});
    json scheduled = nullptr;
    if (subscription.scheduled)
        scheduled = {{"plan", subscription.scheduled->plan},
                     {"interval", subscription.scheduled->interval.text()},
                     {"on", subscription.scheduled->effective_on.text()}};
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
            {"pause_at", date(subscription.pause_at)},
            {"resume_at", date(subscription.resume_at)},
            {"scheduled", std::move(scheduled)},
            {"items", items},
            {"version", account.profile.version}};
}

nlohmann::json foreseen_json(const Invoice& invoice) {
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
                         {"tax", line.tax},
                         {"tax_reason", line.tax_terms.reason}});
    return {{"currency", invoice.currency},
            {"date", invoice.issued_on.text()},
            {"subtotal", invoice.subtotal},
            {"discount", invoice.discount},
            {"tax", invoice.tax},
            {"total", invoice.total},
            {"credit_applied", invoice.credit_applied},
            {"amount_due", invoice.amount_due()},
            {"lines", std::move(lines)}};
}

nlohmann::json draft_json(const WaitingDraft& draft, const Invoice& foreseen) {
    auto shown = foreseen_json(foreseen);
    shown.update({{"id", draft.id.text()},
                  {"status", "draft"},
                  {"subscription", draft.subscription.text()},
                  {"period_from", draft.day.text()},
                  {"final_on", draft.finalise_on.text()}});
    return shown;
}

nlohmann::json invoice_json(const Account& account, const Invoice& invoice) {
    json payments = json::array();
    for (const auto& payment : account.payments)
        if (payment.invoice == invoice.id)
            payments.push_back(
                {{"id", payment.id.text()},
                 {"kind", std::string(to_text(payment.kind))},
                 {"reference", payment.provider_reference.empty() ? payment.id.text() : payment.provider_reference},
                 {"status", std::string(to_text(payment.status))},
                 {"amount", payment.amount}});
    auto shown = foreseen_json(invoice);
    shown.update({{"id", invoice.id.text()},
                  {"number", invoice.number},
                  {"status", std::string(to_text(invoice.state))},
                  {"due", invoice.due_on.text()},
                  {"amount_paid", invoice.amount_paid},
                  {"payments", std::move(payments)}});
    return shown;
}

sdk::Response fields_refused(const std::vector<sdk::FieldError>& errors) {
    return sdk::problem(422, "invalid_fields", "Some fields are not acceptable.", errors);
}

}  // namespace whatsflow::billing
