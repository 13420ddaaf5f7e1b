#include "tenant_panel.hpp"

#include "core/mrr.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr int kInvoicesInPanel = 5;

json invoices_of(const StaffOffice& office, const sdk::Request& request, const TenantId& tenant) {
    json rows = json::array();
    const auto slice = office.desk.invoices(over_all(request, "billing.tenant_panel"), tenant, {}, kInvoicesInPanel);
    if (!slice) return rows;
    for (const auto& row : slice->rows)
        rows.push_back(
            {{"number", row.number},
             {"invoice_path", request.identity->may(kPaymentsRead) ? json("/invoices/" + row.id.text()) : json(false)},
             {"date", row.issued_on.text()},
             {"amount", money(row.total, row.currency)},
             {"status", std::string(to_text(row.state))},
             {"status_text", office.word(request.locale, to_text(row.state))}});
    return rows;
}

sdk::Result<sdk::View> tenant_panel(const StaffOffice& office, const sdk::Request& request) {
    const TenantId tenant{request.parameters.get("id")};
    if (!is_id(tenant.text())) return sdk::View{};
    const auto context = over_all(request, "billing.tenant_panel");
    const auto account = office.desk.account(context, tenant);
    if (!account) return account.error();
    const auto catalogue = office.desk.catalogue(context);
    if (!catalogue) return catalogue.error();
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    const auto& currency = account->profile.currency;
    json facts = json::array();
    const auto* live = account->live_subscription();
    if (live == nullptr) {
        facts.push_back(fact(label("plan"), office.text(locale, "no_subscription")));
    } else {
        const auto* plan = (*catalogue)->find_plan(live->plan());
        facts = {fact(label("plan"), plan == nullptr ? live->plan() : plan->name,
                      {{"fact_path", "/subscriptions/" + live->id.text()}}),
                 fact(label("state"), office.word(locale, to_text(live->state)),
                      {{"fact_status", std::string(to_text(live->state))}}),
                 fact(label("price"), money(live->base().unit_price, currency) + ", " +
                                          office.word(locale, live->base().interval.text())),
                 fact(label("period"), live->period().from.text() + " – " + live->period().to.text()),
                 fact(office.text(locale, "revenue.mrr"), money(mrr_of(*account, **catalogue).rounded(), currency))};
        if (live->overdue != OverdueLevel::none)
            facts.push_back(fact(label("overdue"), office.word(locale, to_text(live->overdue)),
                                 {{"fact_status", std::string(to_text(live->overdue))}}));
        if (live->cancel_at) facts.push_back(fact(label("cancel_at"), live->cancel_at->text()));
    }
    Amount due = 0;
    for (const auto& invoice : account->invoices)
        if (invoice.state == InvoiceState::open) due += invoice.amount_due();
    facts.push_back(fact(label("due"), money(due, currency)));
    facts.push_back(fact(label("credit"), money(account->credit_balance(), currency)));
    auto rows = invoices_of(office, request, tenant);
    return sdk::View{
        "billing/staff_tenant_panel",
        {{"facts", std::move(facts)},
         {"has_invoices", !rows.empty()},
         {"invoices_title", office.text(locale, "last_invoices")},
         {"invoices", std::move(rows)},
         {"payments_path", "/payments?tenant=" + tenant.text()},
         {"payments_label", office.text(locale, "payments_title")},
         {"ledger_path",
          request.identity->may(kReportsRead) ? json("/reports/ledger?tenant=" + tenant.text()) : json(false)},
         {"subscribe_path", live == nullptr && request.identity->may(kSubscriptionsManage)
                                ? json("/subscriptions/new?tenant=" + tenant.text())
                                : json(false)},
         {"subscribe_label", office.text(locale, "actions.subscribe")},
         {"may_see_payments", request.identity->may(kPaymentsRead)},
         {"ledger_label", office.text(locale, "ledger_title")}}};
}

}  // namespace

sdk::Result<void> register_tenant_panel(const StaffOffice& office) {
    return office.host.contribute(
        sdk::DetailPanel{sdk::Site::admin, "tenant", "billing.tenant", "billing.staff.panel_title", kSubscriptionsRead,
                         20, [&office](const sdk::Request& request) { return tenant_panel(office, request); }});
}

}  // namespace whatsflow::billing::staff
