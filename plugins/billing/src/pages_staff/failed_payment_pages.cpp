#include "failed_payment_pages.hpp"

#include "invoice_pages.hpp"
#include "tenant_names.hpp"

#include <set>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr const char* kFailedPath = "/failed-payments";
constexpr int kFailedShown = 50;
constexpr int kFailedAPiece = 500;
/// As many as a page shows: each is a question to a bank.
constexpr std::size_t kMostRetried = 50;
/// A charge that is begun is waited for; with less than this left none is begun.
constexpr std::chrono::seconds kTimeForOne{20};

sdk::Result<sdk::Response> export_failed(const StaffOffice& office, const sdk::Request& request) {
    return csv_of("failed-payments.csv", {"invoice", "number", "tenant", "due_on", "due", "total", "currency"},
                  [&office, context = over_all(request, "billing.payments.failed_export")](
                      const std::string& after, std::string& lines) -> sdk::Result<std::string> {
                      auto open = context;
                      open.deadline = sdk::CallContext::Deadline::max();
                      const auto slice = office.back_office.failed_payments(open, after, kFailedAPiece);
                      if (!slice) return slice.error();
                      for (const auto& row : slice->rows)
                          lines += csv_line({row.id.text(), row.number, row.tenant.text(), row.due_on.text(),
                                             std::to_string(row.amount_due), std::to_string(row.total), row.currency});
                      return slice->next;
                  });
}

sdk::Result<sdk::Response> list_failed(const StaffOffice& office, const sdk::Request& request) {
    const auto slice = office.back_office.failed_payments(over_all(request, "billing.payments.failed"),
                                                          request.query.get("after"), kFailedShown);
    if (!slice) return slice.error();
    const ListShape shape{kFailedPath, "failed_payments", {"invoice", "tenant", "due_on", "#due", "#total"}, {},
                          true,        "circle-alert"};
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows)
        rows.push_back({{"id", row.id.text()},
                        {"row_label", row.number},
                        {"menu", false},
                        {"cells",
                         {invoice_cell(row.id, row.number), names.cell_of(row.tenant), cell(row.due_on.text()),
                          money_cell(row.amount_due, row.currency), money_cell(row.total, row.currency)}}});
    auto model = list_model(office, request, shape, std::move(rows), slice->next);
    if (request.identity->may(kPaymentsManage) && !slice->rows.empty())
        model["table"]["bulk"] = {
            {"bulk_id", "failed"},
            {"bulk_path", std::string(kFailedPath) + "/retry"},
            {"choices", {{{"value", "retry"}, {"label", office.text(request.locale, "actions.retry")}}}}};
    return sdk::page("billing/staff_list", std::move(model));
}

/// One of those that were ticked, and what a charge would do or has done.
struct Ticked {
    InvoiceRow row;
    std::string outcome;         ///< in words
    std::string state = "idle";  ///< the colour of it
    bool charges = false;        ///< a charge can be begun
};

std::vector<InvoiceId> ticked_in(const sdk::Fields& form) {
    std::vector<InvoiceId> ids;
    std::set<std::string> known;
    for (const auto& [name, value] : form.entries())
        if (name == "id" && is_id(value) && ids.size() < kMostRetried && known.insert(value).second)
            ids.emplace_back(value);
    return ids;
}

bool is_taken_by_provider(const Account& account, const InvoiceId& id) {
    const auto* invoice = account.find_invoice(id);
    return invoice != nullptr && std::ranges::any_of(account.subscriptions, [&](const Subscription& each) {
               return each.id == invoice->subscription && each.provider_run.has_value();
           });
}

/// What charging it would do, and nothing is done.
sdk::Result<std::optional<Ticked>> looked_at(const StaffOffice& office, const sdk::Request& request,
                                             const InvoiceId& id) {
    const auto context = over_all(request, "billing.payments.retry_many");
    const auto row = office.finance.invoice(context, id);
    if (!row) return row.error();
    if (!*row) return std::optional<Ticked>{};
    Ticked ticked{**row, {}, "idle", false};
    const auto& locale = request.locale;
    const auto account = office.desk.with_invoice(context, ticked.row.tenant, id);
    if (!account) return account.error();
    if (!*account) return std::optional<Ticked>{};
    const auto shown = office.desk.preview(context, ticked.row.tenant, {Command{Pay{id}}, {}, {}, std::nullopt, false});
    const auto methods = office.desk.methods(context, ticked.row.tenant);
    if (!methods) return methods.error();
    if (!shown) {
        if (!shown.error().code.starts_with("billing.")) return shown.error();
        ticked.outcome = shown.error().message;
    } else if (is_taken_by_provider(**account, id)) {
        ticked.outcome = office.text(locale, "retry_many.by_provider");
    } else if (methods->empty()) {
        ticked.outcome = office.text(locale, "retry_many.no_method");
    } else {
        ticked.charges = true;
        ticked.state = "busy";
        const auto& method = methods->front();
        ticked.outcome = office.text(locale, "retry_many.will",
                                     {{"amount", money(ticked.row.amount_due, ticked.row.currency)},
                                      {"method", (method.brand.empty() ? method.kind : method.brand) +
                                                     (method.last4.empty() ? "" : " ••••" + method.last4)}});
    }
    return std::optional(std::move(ticked));
}

sdk::Response ticked_page(const StaffOffice& office, const sdk::Request& request, const std::vector<Ticked>& all,
                          const char* lead, json forms) {
    const auto& locale = request.locale;
    const ListShape shape{kFailedPath, "failed_payments", {"invoice", "tenant", "#due", "outcome"}, {},
                          false,       "circle-alert"};
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& each : all)
        rows.push_back({{"id", each.row.id.text()},
                        {"row_label", each.row.number},
                        {"menu", false},
                        {"cells",
                         {invoice_cell(each.row.id, each.row.number), names.cell_of(each.row.tenant),
                          money_cell(each.row.amount_due, each.row.currency),
                          cell(each.outcome, {{"cell_status", each.state}})}}});
    auto model = list_model(office, request, shape, std::move(rows), {});
    model["title"] = model["heading"] = office.text(locale, "retry_many.title");
    model["lead"] = office.text(locale, lead);
    model["breadcrumbs"] =
        json::array({{{"label", office.text(locale, "failed_payments_title")}, {"link_path", kFailedPath}}});
    model["forms"] = std::move(forms);
    return sdk::page("billing/staff_list", std::move(model));
}

/// What would happen, with the form that does it.
sdk::Result<sdk::Response> preview_retries(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    std::vector<Ticked> all;
    StaffForm confirm(office, request, std::string(kFailedPath) + "/retry/confirm", "actions.confirm");
    confirm.line("reason", "", false, "reason").hidden("key", sdk::make_uuid());
    bool any = false;
    for (const auto& id : ticked_in(*form)) {
        auto ticked = looked_at(office, request, id);
        if (!ticked) return ticked.error();
        if (!*ticked) continue;
        if ((*ticked)->charges) confirm.hidden("id", id.text());
        any = any || (*ticked)->charges;
        all.push_back(*std::move(*ticked));
    }
    if (all.empty()) return bad_input("Tick at least one invoice.");
    return ticked_page(office, request, all, "preview_lead", any ? json::array({confirm.model()}) : json::array());
}

/// How the newest charge of the invoice ended.
void note_end(const StaffOffice& office, const sdk::Request& request, const Account& account, Ticked& ticked) {
    const auto* invoice = account.find_invoice(ticked.row.id);
    if (invoice != nullptr) ticked.row.amount_due = invoice->amount_due();
    const Payment* last = nullptr;
    for (const auto& payment : account.payments)
        if (payment.invoice == ticked.row.id && payment.kind == PaymentKind::charge) last = &payment;
    if (last == nullptr) return;
    ticked.outcome = office.word(request.locale, to_text(last->status)) +
                     (last->decline_code.empty() ? "" : ": " + last->decline_code);
    ticked.state = last->status == PaymentStatus::succeeded ? "good" : last->unresolved() ? "busy" : "bad";
}

/// The charges, one after the other. What cannot be charged keeps nobody else waiting. The same form again
/// charges nobody again: each invoice has its key.
sdk::Result<sdk::Response> retry_many(const StaffOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto key = form->get("key");
    if (!is_id(key)) return bad_input("The form was not complete. Open the page again.");
    std::vector<Ticked> all;
    for (const auto& id : ticked_in(*form)) {
        const auto row = office.finance.invoice(over_all(request, "billing.payments.retry_many"), id);
        if (!row) return row.error();
        if (!*row) continue;
        Ticked ticked{**row, office.text(request.locale, "retry_many.no_time"), "warn", false};
        if (request.context.remaining() > kTimeForOne) {
            const auto done =
                office.desk.act(over_all(request, "billing.payments.retry_many"), (*row)->tenant,
                                {Command{Pay{id}}, key + ":" + id.text(), {}, {}}, by_staff(request, *reason));
            ticked.state = "idle";
            if (done)
                note_end(office, request, done->account, ticked);
            else
                ticked.outcome = done.error().message;
        }
        all.push_back(std::move(ticked));
    }
    if (all.empty()) return bad_input("Tick at least one invoice.");
    return ticked_page(office, request, all, "retry_many.lead", json::array());
}

}  // namespace

sdk::Result<void> register_failed_payment_pages(const StaffOffice& office) {
    const sdk::NavigationEntry failed{
        sdk::Site::admin, "money", "billing.staff.failed_payments_title", "circle-alert", kFailedPath,
        kPaymentsRead,    120};
    if (auto done = office.host.contribute(failed); !done) return done;
    return StaffRoutes(office)
        .get(kFailedPath, kPaymentsRead, "Invoices whose payment was refused", &list_failed)
        .get("/failed-payments.csv", kPaymentsRead, "The same as a file", &export_failed)
        .post("/failed-payments/retry", kPaymentsManage, "Shows what charging some again would do", &preview_retries)
        .post_patiently("/failed-payments/retry/confirm", kPaymentsManage, "Charges some of them again", &retry_many)
        .done();
}

}  // namespace whatsflow::billing::staff
