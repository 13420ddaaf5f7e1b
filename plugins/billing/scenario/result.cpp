// The result of a story as the contract has it.
#include "core/mrr.hpp"
#include "runner.hpp"

namespace whatsflow::billing::scenario {
namespace {

using Json = nlohmann::ordered_json;

/// RFC 3339 with seconds, and the fraction only where there is one.
std::string moment(sdk::Instant at) {
    auto text = sdk::to_rfc3339(at);
    const auto point = text.find('.');
    if (point != std::string::npos && text.substr(point) == ".000000Z") text.replace(point, std::string::npos, "Z");
    return text;
}

Json maybe(const std::optional<LocalDate>& day) {
    return day ? Json(day->text()) : Json(nullptr);
}

Json line_of(const InvoiceLine& line) {
    return {{"type", to_text(line.type)},    {"code", line.code},
            {"from", line.span.from.text()}, {"to", line.span.to.text()},
            {"quantity", line.quantity},     {"amount", line.amount},
            {"discount", line.discount},     {"tax", line.tax}};
}

Json invoice_of(const Invoice& invoice) {
    Json lines = Json::array();
    for (const auto& line : invoice.lines) lines.push_back(line_of(line));
    return {{"n", invoice.n},
            {"number", invoice.number},
            {"date", invoice.issued_on.text()},
            {"status", to_text(invoice.state)},
            {"lines", std::move(lines)},
            {"subtotal", invoice.subtotal},
            {"discount", invoice.discount},
            {"tax", invoice.tax},
            {"total", invoice.total},
            {"credit_applied", invoice.credit_applied},
            {"amount_paid", invoice.amount_paid},
            {"amount_due", invoice.amount_due()}};
}

std::int64_t number_of(const Account& account, const InvoiceId& id) {
    const auto* invoice = account.find_invoice(id);
    return invoice == nullptr ? 0 : invoice->n;
}

Json subscription_of(const Subscription& subscription) {
    return {{"plan", subscription.plan()},
            {"interval", subscription.base().interval.text()},
            {"quantity", subscription.base().quantity},
            {"status", to_text(subscription.state)},
            {"access", to_text(access_of(subscription))},
            {"period_start", subscription.period().from.text()},
            {"period_end", subscription.period().to.text()},
            {"trial_end", maybe(subscription.trial_end)},
            {"cancel_at", maybe(subscription.cancel_at)}};
}

/// The counter of each meter as of the end of the story.
Json usage_of(const Outcomes& told) {
    Json usage = Json::array();
    if (told.account.subscriptions.empty()) return usage;
    const auto& subscription = told.account.subscriptions.back();
    auto today = told.account.today(told.end);
    if (!is_live(subscription.state)) today = std::min(today, subscription.period().to.plus_days(-1));
    for (const auto& meter : told.catalogue.meters) {
        Json shown{{"meter", meter.code},
                   {"period_start", subscription.period().from.text()},
                   {"used", 0},
                   {"limit", nullptr}};
        if (const auto limit = limit_of(told.catalogue, subscription, meter.code)) shown["limit"] = *limit;
        for (const auto& counter : told.account.counters)
            if (counter.meter == meter.code && counter.subscription == subscription.id &&
                counter.period.contains(today)) {
                shown["period_start"] = counter.period.from.text();
                shown["used"] = counter.used;
            }
        usage.push_back(std::move(shown));
    }
    return usage;
}

template <class Entries, class Show>
Json list_of(const Entries& entries, Show show) {
    Json list = Json::array();
    for (const auto& each : entries) list.push_back(show(each));
    return list;
}

}  // namespace

nlohmann::ordered_json result_of(const Outcomes& told) {
    const auto& account = told.account;
    Json result;
    result["invoices"] = list_of(account.invoices, invoice_of);
    result["credit_notes"] = list_of(account.credit_notes, [&](const CreditNote& note) -> Json {
        return {{"n", note.n},
                {"number", note.number},
                {"date", note.issued_on.text()},
                {"invoice", number_of(account, note.invoice)},
                {"net", note.net},
                {"tax", note.tax},
                {"total", note.total}};
    });
    result["credits"] = list_of(account.credit_entries, [](const CreditEntry& entry) -> Json {
        return {{"date", entry.on.text()}, {"amount", entry.amount}, {"reason", entry.reason}};
    });
    result["credit_balance"] = account.credit_balance();
    result["payments"] = list_of(account.payments, [&](const Payment& payment) -> Json {
        return {{"at", moment(payment.started_at)},
                {"invoice", number_of(account, payment.invoice)},
                {"amount", payment.amount},
                {"status", to_text(payment.status)}};
    });
    result["subscriptions"] = list_of(account.subscriptions, subscription_of);
    result["usage"] = usage_of(told);
    result["timeline"] = list_of(told.events, [](const BillingEvent& event) -> Json {
        return {{"at", moment(event.at)}, {"event", event.type}};
    });
    result["mrr"] = mrr_of(account, told.catalogue).rounded();
    result["ledger"] = {{"balanced", trial_balance(told.postings).balanced}};
    result["errors"] = list_of(told.errors, [](const StepError& error) -> Json {
        return {{"step", error.step}, {"code", error.code}, {"message", error.message}};
    });
    return result;
}

}  // namespace whatsflow::billing::scenario
