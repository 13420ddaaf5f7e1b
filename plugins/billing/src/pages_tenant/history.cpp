// Payments and movements of credit, newest first.
#include "tenant_pages.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {
constexpr int kMovementsAPage = 25;
}

TenantAnswer show_history(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const auto after = tidy_code(front.request.query.get("after"), 200);
    const auto credit_after = tidy_code(front.request.query.get("credit"), 200);
    const auto paid = front.desk.payments(front.request.context, front.tenant(), after, kMovementsAPage);
    if (!paid) return paid.error();
    const auto credit = front.desk.credit_entries(front.request.context, front.tenant(), credit_after, kMovementsAPage);
    if (!credit) return credit.error();
    const auto& words = front.words;
    const auto& profile = standing->account.profile;
    auto payments = json::array();
    for (const auto& row : paid->rows) {
        if (row.status == PaymentStatus::not_attempted) continue;  // nobody was asked for money
        auto shown = status_of(words, "payment_state", to_text(row.status));
        shown["label"] = words("payment." + std::string(to_text(row.kind)));
        shown["date"] = words.date(local_date(row.started_at, profile.time_zone));
        shown["amount"] = words.money(row.amount, row.currency);
        shown["number"] = row.invoice_number;
        shown["invoice_path"] = "/billing/invoices/" + sdk::encode_url(row.invoice.text());
        payments.push_back(std::move(shown));
    }
    auto entries = json::array();
    for (const auto& row : credit->rows)
        entries.push_back({{"date", words.date(row.on)},
                           {"reason", row.reason},
                           {"amount", words.money(row.amount, profile.currency)}});
    const auto older = [&](const char* name, const std::string& next) {
        return next.empty() ? json(false) : json("/billing/history?" + std::string(name) + "=" + sdk::encode_url(next));
    };
    json payment_pages{{"newer_path", after.empty() ? json(false) : json("/billing/history")},
                       {"older_path", older("after", paid->next)},
                       {"caption", words("history.payments")},
                       {"shown_text", false}};
    json credit_pages{{"newer_path", credit_after.empty() ? json(false) : json("/billing/history")},
                      {"older_path", older("credit", credit->next)},
                      {"caption", words("history.credit")},
                      {"shown_text", false}};
    return sdk::page("billing/tenant_history",
                     {{"title", words("history.title")},
                      {"header", header_of(words("history.title"), words("history.lead"),
                                           json::array({{{"label", words("nav")}, {"link_path", "/billing"}}}))},
                      {"has_payments", !payments.empty()},
                      {"payments", std::move(payments)},
                      {"payment_pages", std::move(payment_pages)},
                      {"has_entries", !entries.empty()},
                      {"entries", std::move(entries)},
                      {"credit_pages", std::move(credit_pages)}});
}

}  // namespace whatsflow::billing
