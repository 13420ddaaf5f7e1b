#include "payment_pages.hpp"

#include "approval_pages.hpp"
#include "invoice_pages.hpp"
#include "tenant_names.hpp"

#include <whatsflow/sdk/money.hpp>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr int kPaymentsShown = 50;
constexpr int kPaymentsAPiece = 500;
constexpr const char* kPaymentsPath = "/payments";

ListShape payment_list(const StaffOffice& office, const sdk::Request& request) {
    ListShape shape{kPaymentsPath,
                    "payments",
                    {"invoice", "tenant", "kind", "status", "#amount", "provider", "started_at"},
                    {{"status", {"unknown", "pending", "succeeded", "declined", "not_attempted"}},
                     {"kind", {"charge", "refund", "chargeback", "chargeback_reversal"}}},
                    true,
                    "credit-card"};
    ListChoice providers{"provider", {}};
    if (const auto known = office.desk.providers(request.context))
        for (const auto& provider : *known) providers.values.push_back(provider.id);
    shape.choices.push_back(std::move(providers));
    if (const auto tenant = request.query.get("tenant"); is_id(tenant)) shape.kept = "tenant=" + tenant;
    return shape;
}

PaymentFilter payments_wanted(const sdk::Request& request, const ListShape& shape) {
    PaymentFilter filter;
    filter.status = chosen(request, shape.choices[0]);
    filter.kind = chosen(request, shape.choices[1]);
    filter.provider = chosen(request, shape.choices[2]);
    if (const auto tenant = request.query.get("tenant"); is_id(tenant)) filter.tenant = TenantId{tenant};
    return filter;
}

json payment_row(const StaffOffice& office, const sdk::Request& request, TenantNames& names, const PaymentRow& row) {
    return {{"id", row.id.text()},
            {"row_label", row.invoice_number},
            {"menu", false},
            {"cells",
             {cell(row.invoice_number,
                   {{"cell_path", std::string(kPaymentsPath) + "/" + row.id.text()}, {"is_row_link", true}}),
              names.cell_of(row.tenant), cell(office.word(request.locale, to_text(row.kind))),
              status_cell(office, request.locale, to_text(row.status)), money_cell(row.amount, row.currency),
              cell(row.provider), cell("", {{"cell_at", sdk::to_micros(row.started_at)}})}}};
}

sdk::Result<sdk::Response> list_payments(const StaffOffice& office, const sdk::Request& request) {
    const auto shape = payment_list(office, request);
    const auto slice =
        office.back_office.payments(over_all(request, "billing.payments.list"), payments_wanted(request, shape),
                                    request.query.get("after"), kPaymentsShown);
    if (!slice) return slice.error();
    TenantNames names(office, request);
    std::vector<json> rows;
    for (const auto& row : slice->rows) rows.push_back(payment_row(office, request, names, row));
    return sdk::page("billing/staff_list", list_model(office, request, shape, std::move(rows), slice->next));
}

sdk::Result<sdk::Response> export_payments(const StaffOffice& office, const sdk::Request& request) {
    const auto filter = payments_wanted(request, payment_list(office, request));
    return csv_of(
        "payments.csv",
        {"id", "tenant", "invoice", "kind", "status", "amount", "currency", "provider", "reference", "code",
         "started_at"},
        [&office, filter, context = over_all(request, "billing.payments.export")](
            const std::string& after, std::string& lines) -> sdk::Result<std::string> {
            auto open = context;
            open.deadline = sdk::CallContext::Deadline::max();
            const auto slice = office.back_office.payments(open, filter, after, kPaymentsAPiece);
            if (!slice) return slice.error();
            for (const auto& row : slice->rows)
                lines += csv_line({row.id.text(), row.tenant.text(), row.invoice_number, std::string(to_text(row.kind)),
                                   std::string(to_text(row.status)), std::to_string(row.amount), row.currency,
                                   row.provider, row.reference, row.code, sdk::to_rfc3339(row.started_at)});
            return slice->next;
        });
}

struct ShownPayment {
    PaymentRow row;
    Account account;
};

sdk::Result<ShownPayment> payment_asked_for(const StaffOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    if (!is_id(id)) return nothing_there();
    const auto context = over_all(request, "billing.payments.one");
    const auto row = office.back_office.payment(context, PaymentId{id});
    if (!row) return row.error();
    if (!*row) return nothing_there();
    auto account = office.desk.with_invoice(context, (*row)->tenant, (*row)->invoice);
    if (!account) return account.error();
    if (!*account) return nothing_there();
    return ShownPayment{**row, std::move(**account)};
}

json payment_forms(const StaffOffice& office, const sdk::Request& request, const ShownPayment& shown) {
    json forms = json::array();
    const auto* invoice = shown.account.find_invoice(shown.row.invoice);
    if (invoice == nullptr || !request.identity->may(kPaymentsManage)) return forms;
    const auto path = std::string(kPaymentsPath) + "/" + shown.row.id.text();
    // One key a form: sending it twice does it once.
    if (invoice->state == InvoiceState::open) {
        forms.push_back(StaffForm(office, request, path + "/retry", "actions.retry")
                            .line("reason", "", false, "reason")
                            .hidden("key", sdk::make_uuid())
                            .model());
        forms.push_back(StaffForm(office, request, path + "/mark-paid", "actions.mark_paid")
                            .line("reference", "")
                            .line("reason", "", false, "reason")
                            .hidden("key", sdk::make_uuid())
                            .model());
    }
    if (const auto most = refundable(shown.account, *invoice); most > 0)
        forms.push_back(StaffForm(office, request, path + "/refund", "actions.refund")
                            .line("amount", sdk::Money{most, invoice->currency}.decimal(), false, "refund")
                            .choice("credit_note",
                                    {{"yes", office.word(request.locale, "with_note")},
                                     {"no", office.word(request.locale, "without_note")}},
                                    "yes")
                            .line("reason", "", false, "reason")
                            .hidden("key", sdk::make_uuid())
                            .dangerous()
                            .model());
    return forms;
}

sdk::Result<sdk::Response> show_payment(const StaffOffice& office, const sdk::Request& request) {
    const auto shown = payment_asked_for(office, request);
    if (!shown) return shown.error();
    const auto& row = shown->row;
    const auto label = [&](const char* name) { return office.text(request.locale, "columns." + std::string(name)); };
    auto model = header(row.invoice_number, "", office.text(request.locale, "payments_title"), kPaymentsPath);
    model["facts_title"] = office.text(request.locale, "details");
    model["facts"] = {fact(label("tenant"), TenantNames(office, request).name_of(row.tenant),
                           {{"fact_path", "/tenants/" + row.tenant.text()}}),
                      fact(label("invoice"), row.invoice_number, {{"fact_path", "/invoices/" + row.invoice.text()}}),
                      fact(label("kind"), office.word(request.locale, to_text(row.kind))),
                      fact(label("status"), office.word(request.locale, to_text(row.status)),
                           {{"fact_status", std::string(to_text(row.status))}}),
                      fact(label("amount"), money(row.amount, row.currency)),
                      fact(label("provider"), row.provider.empty() ? "–" : row.provider),
                      fact(label("started_at"), "", {{"fact_at", sdk::to_micros(row.started_at)}})};
    if (!row.reference.empty())
        model["facts"].push_back(fact(label("reference"), row.reference, {{"is_code", true}, {"is_copied", true}}));
    if (!row.code.empty()) model["facts"].push_back(fact(label("code"), row.code, {{"is_code", true}}));
    json entries = json::array();
    for (const auto& payment : shown->account.payments)
        entries.push_back({{"icon", "credit-card"},
                           {"who", office.word(request.locale, to_text(payment.kind))},
                           {"text", money(payment.amount, row.currency) + ", " +
                                        office.word(request.locale, to_text(payment.status))},
                           {"at", sdk::to_micros(payment.started_at)},
                           {"detail", payment.decline_code.empty() ? json(false) : json(payment.decline_code)},
                           {"entry_path", std::string(kPaymentsPath) + "/" + payment.id.text()}});
    model["has_entries"] = !entries.empty();
    model["entries"] = std::move(entries);
    model["forms"] = payment_forms(office, request, *shown);
    fold(model["forms"]);
    model["tables"] = json::array();
    model["notice"] = done_notice(office, request);
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

using PaymentCommand = sdk::Result<Command> (*)(const sdk::Fields& form, const ShownPayment& shown);

/// A large refund waits for a second person.
sdk::Result<sdk::Response> ask_to_refund(const StaffOffice& office, const sdk::Request& request,
                                         const ShownPayment& shown, const Refund& refund, const std::string& reason) {
    Approval wanted;
    wanted.kind = "refund";
    wanted.title = office.text(request.locale, "refund_of", {{"invoice", shown.row.invoice_number}});
    wanted.page = std::string(kPaymentsPath) + "/" + shown.row.id.text();
    wanted.currency = shown.row.currency;
    wanted.amount = *refund.amount;
    wanted.payload = {{"tenant", shown.row.tenant.text()},
                      {"invoice", refund.invoice.text()},
                      {"amount", *refund.amount},
                      {"credit_note", refund.credit_note}};
    return ask_second_person(office, request, wanted, reason);
}

/// Money that is sent back does not come again: first shown, then done.
sdk::Response refund_preview(const StaffOffice& office, const sdk::Request& request, const sdk::Fields& form,
                             const ShownPayment& shown, const Refund& refund) {
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    const auto back = std::string(kPaymentsPath) + "/" + shown.row.id.text();
    auto model = header(office.text(locale, "refund_of", {{"invoice", shown.row.invoice_number}}),
                        office.text(locale, "preview_lead"), shown.row.invoice_number, back);
    model["facts_title"] = office.text(locale, "preview_title");
    model["facts"] = {fact(label("tenant"), TenantNames(office, request).name_of(shown.row.tenant)),
                      fact(label("amount"), money(refund.amount.value_or(0), shown.row.currency)),
                      fact(office.text(locale, "fields.credit_note"),
                           office.word(locale, refund.credit_note ? "with_note" : "without_note"))};
    if (needs_second_person(office.settings.second_person_above, refund.amount.value_or(0), shown.row.currency))
        model["facts"].push_back(
            fact(office.text(locale, "second_person"), office.text(locale, "second_person_needed")));
    StaffForm confirm(office, request, back + "/refund", "actions.confirm");
    for (const auto* name : {"amount", "credit_note", "reason", "key"}) confirm.hidden(name, form.get(name));
    confirm.hidden("confirmed", "yes").dangerous();
    model["forms"] = json::array({confirm.model()});
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["tables"] = json::array();
    model["notice"] = false;
    model["csrf_token"] = request.csrf_token;
    return sdk::page("billing/staff_detail", std::move(model));
}

sdk::Result<sdk::Response> do_to_payment(const StaffOffice& office, const sdk::Request& request, PaymentCommand read) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto key = key_in(*form);
    if (!key) return key.error();
    const auto shown = payment_asked_for(office, request);
    if (!shown) return shown.error();
    auto command = read(*form, *shown);
    if (!command) return command.error();
    if (const auto* refund = std::get_if<Refund>(&*command); refund != nullptr && form->get("confirmed") != "yes")
        return refund_preview(office, request, *form, *shown, *refund);
    if (const auto* refund = std::get_if<Refund>(&*command);
        refund != nullptr &&
        needs_second_person(office.settings.second_person_above, refund->amount.value_or(0), shown->row.currency))
        return ask_to_refund(office, request, *shown, *refund, *reason);
    const auto done = office.desk.act(over_all(request, "billing.payments.act"), shown->row.tenant,
                                      {std::move(*command), *key, {}, {}}, by_staff(request, *reason));
    if (!done) return done.error();
    return sdk::redirect_to(std::string(kPaymentsPath) + "/" + shown->row.id.text() + "?done=applied");
}

sdk::Result<Command> retry_in(const sdk::Fields&, const ShownPayment& shown) {
    return Command{Pay{shown.row.invoice}};
}

sdk::Result<Command> mark_paid_in(const sdk::Fields& form, const ShownPayment& shown) {
    auto reference = form.get("reference");
    if (reference.empty() || reference.size() > 100 || csv_line({reference}).find('"') != std::string::npos)
        return sdk::fail("billing.bad_input", "Write the reference of the transfer, in at most 100 plain characters.");
    return Command{MarkPaid{shown.row.invoice, std::move(reference)}};
}

sdk::Result<Command> refund_in(const sdk::Fields& form, const ShownPayment& shown) {
    const auto amount = read_money(form.get("amount"), shown.row.currency);
    if (!amount || *amount == 0) return sdk::fail("billing.bad_input", "Write the amount as a number, such as 29.00.");
    return Command{Refund{shown.row.invoice, *amount, form.get("credit_note") != "no"}};
}

StaffHandler doing(PaymentCommand read) {
    return
        [read](const StaffOffice& office, const sdk::Request& request) { return do_to_payment(office, request, read); };
}

}  // namespace

sdk::Result<void> register_payment_pages(const StaffOffice& office) {
    const sdk::NavigationEntry payments{
        sdk::Site::admin, "money", "billing.staff.payments_title", "credit-card", kPaymentsPath, kPaymentsRead, 110};
    if (auto done = office.host.contribute(payments); !done) return done;
    return StaffRoutes(office)
        .get(kPaymentsPath, kPaymentsRead, "Payments, filtered", &list_payments)
        .get("/payments.csv", kPaymentsRead, "Payments as a file", &export_payments)
        .get("/payments/{id}", kPaymentsRead, "One payment and its invoice", &show_payment)
        .post_patiently("/payments/{id}/retry", kPaymentsManage, "Charges again", doing(&retry_in))
        .post("/payments/{id}/mark-paid", kPaymentsManage, "Notes a transfer", doing(&mark_paid_in))
        .post_patiently("/payments/{id}/refund", kPaymentsManage, "Sends money back", doing(&refund_in))
        .done();
}

}  // namespace whatsflow::billing::staff
