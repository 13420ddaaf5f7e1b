#include "invoice_list.hpp"

#include "invoice_pages.hpp"
#include "tenant_names.hpp"

#include <set>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kInvoicesPath = "/invoices";
constexpr int kInvoicesShown = 50;
constexpr int kInvoicesAPiece = 500;

std::string typed_in(const sdk::Request& request) {
    auto typed = request.query.get("q");
    return typed.size() <= 100 ? typed : std::string{};
}

ListShape invoice_list(const StaffOffice& office, const sdk::Request& request) {
    ListShape shape{kInvoicesPath,
                    "invoices",
                    {"invoice", "tenant", "state", "issued_on", "due_on", "#total", "#due"},
                    {{"status", {"open", "paid", "uncollectible", "void"}}},
                    true,
                    "receipt-text"};
    ListChoice currencies{"currency", {}};
    std::set<std::string> sold_in;
    if (const auto catalogue = office.desk.catalogue(request.context))
        for (const auto& plan : (*catalogue)->plans)
            for (const auto& price : plan.prices) sold_in.insert(price.currency);
    currencies.values.assign(sold_in.begin(), sold_in.end());
    shape.choices.push_back(std::move(currencies));
    if (const auto typed = typed_in(request); !typed.empty()) shape.kept = "q=" + sdk::encode_url(typed);
    if (const auto tenant = request.query.get("tenant"); is_id(tenant))
        shape.kept += (shape.kept.empty() ? "tenant=" : "&tenant=") + tenant;
    return shape;
}

InvoiceFilter invoices_wanted(const StaffOffice& office, const sdk::Request& request, const ListShape& shape) {
    InvoiceFilter filter;
    filter.state = chosen(request, shape.choices[0]);
    filter.currency = chosen(request, shape.choices[1]);
    filter.number = typed_in(request);
    if (!filter.number.empty()) filter.tenants = tenants_called(office, request, filter.number);
    if (const auto tenant = request.query.get("tenant"); is_id(tenant)) filter.tenant = TenantId{tenant};
    return filter;
}

sdk::Result<sdk::Response> list_invoices(const StaffOffice& office, const sdk::Request& request) {
    const auto shape = invoice_list(office, request);
    const auto slice =
        office.back_office.invoices(over_all(request, "billing.invoices.list"), invoices_wanted(office, request, shape),
                                    request.query.get("after"), kInvoicesShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back({{"id", row.id.text()},
                        {"row_label", row.number},
                        {"menu", false},
                        {"cells",
                         {invoice_cell(row.id, row.number), names.cell_of(row.tenant),
                          status_cell(office, request.locale, to_text(row.state)), cell(row.issued_on.text()),
                          cell(row.due_on.text()), money_cell(row.total, row.currency),
                          money_cell(row.amount_due, row.currency)}}});
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    model["table"]["filters"]["search"] = {{"value", typed_in(request)},
                                           {"placeholder", office.text(request.locale, "invoices_search")}};
    if (const auto tenant = request.query.get("tenant"); is_id(tenant))
        model["table"]["filters"]["kept"].push_back({{"name", "tenant"}, {"value", tenant}});
    return sdk::page("billing/staff_list", std::move(model));
}

sdk::Result<sdk::Response> export_invoices(const StaffOffice& office, const sdk::Request& request) {
    const auto filter = invoices_wanted(office, request, invoice_list(office, request));
    return csv_of(
        "invoices.csv", {"id", "number", "tenant", "state", "issued_on", "due_on", "total", "paid", "due", "currency"},
        [&office, filter, context = over_all(request, "billing.invoices.export")](
            const std::string& after, std::string& lines) -> sdk::Result<std::string> {
            auto open = context;
            open.deadline = sdk::CallContext::Deadline::max();
            const auto slice = office.back_office.invoices(open, filter, after, kInvoicesAPiece);
            if (!slice) return slice.error();
            for (const auto& row : slice->rows)
                lines += csv_line({row.id.text(), row.number, row.tenant.text(), std::string(to_text(row.state)),
                                   row.issued_on.text(), row.due_on.text(), std::to_string(row.total),
                                   std::to_string(row.amount_paid), std::to_string(row.amount_due), row.currency});
            return slice->next;
        });
}

}  // namespace

sdk::Result<void> register_invoice_list(const StaffOffice& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin, "money", "billing.staff.invoices_title", "receipt-text", kInvoicesPath, kPaymentsRead, 107};
    if (auto done = office.host.contribute(entry); !done) return done;
    return StaffRoutes(office)
        .get(kInvoicesPath, kPaymentsRead, "Invoices, filtered and searched", &list_invoices)
        .get("/invoices.csv", kPaymentsRead, "Invoices as a file", &export_invoices)
        .done();
}

}  // namespace whatsflow::billing::staff
