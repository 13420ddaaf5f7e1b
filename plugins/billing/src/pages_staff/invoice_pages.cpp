#include "invoice_pages.hpp"

#include "tenant_names.hpp"

#include "core/explain.hpp"

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr std::string_view kPrinted = ".pdf";

std::string path_of_invoice(const InvoiceId& id) {
    return "/invoices/" + id.text();
}

struct ShownInvoice {
    TenantId tenant;
    Account account;
    InvoiceId id;

    const Invoice& invoice() const { return *account.find_invoice(id); }
};

sdk::Result<ShownInvoice> invoice_asked_for(const StaffOffice& office, const sdk::Request& request) {
    auto id = request.parameters.get("id");
    if (id.ends_with(kPrinted)) id.resize(id.size() - kPrinted.size());
    if (!is_id(id)) return nothing_there();
    const auto context = over_all(request, "billing.invoices.one");
    const auto row = office.finance.invoice(context, InvoiceId{id});
    if (!row) return row.error();
    if (!*row) return nothing_there();
    auto account = office.desk.with_invoice(context, (*row)->tenant, (*row)->id);
    if (!account) return account.error();
    if (!*account || (*account)->find_invoice((*row)->id) == nullptr) return nothing_there();
    return ShownInvoice{(*row)->tenant, std::move(**account), (*row)->id};
}

json payments_of(const StaffOffice& office, const sdk::Request& request, const ShownInvoice& shown) {
    json entries = json::array();
    for (auto payment = shown.account.payments.rbegin(); payment != shown.account.payments.rend(); ++payment) {
        if (payment->invoice != shown.id) continue;
        entries.push_back({{"icon", "credit-card"},
                           {"who", office.word(request.locale, to_text(payment->kind))},
                           {"text", money(payment->amount, shown.invoice().currency) + ", " +
                                        office.word(request.locale, to_text(payment->status))},
                           {"at", sdk::to_micros(payment->started_at)},
                           {"detail", payment->decline_code.empty() ? json(false) : json(payment->decline_code)},
                           {"entry_path", "/payments/" + payment->id.text()}});
    }
    return entries;
}

json actions_of(const StaffOffice& office, const sdk::Request& request, const ShownInvoice& shown) {
    json forms = json::array();
    if (shown.invoice().state != InvoiceState::open || !request.identity->may(kPaymentsManage)) return forms;
    const auto path = path_of_invoice(shown.id) + "/";
    // One key a form: sending it twice does it once.
    const auto add = [&](const char* action, const char* text, bool dangerous, const auto& fill) {
        StaffForm form(office, request, path + action, text);
        fill(form);
        form.line("reason", "", false, "reason").hidden("key", sdk::make_uuid());
        if (dangerous) form.dangerous();
        forms.push_back(form.model());
    };
    const auto nothing = [](StaffForm&) {};
    add("retry", "actions.retry", false, nothing);
    add("mark-paid", "actions.mark_paid", false, [](StaffForm& form) { form.line("reference", ""); });
    if (shown.invoice().dunning)
        add("extend", "actions.extend_dunning", false, [](StaffForm& form) { form.line("days", "7"); });
    add("write-off", "actions.write_off", true, nothing);
    add("void", "actions.void", true, nothing);
    fold(forms);
    return forms;
}

json shown_page(const StaffOffice& office, const sdk::Request& request, const ShownInvoice& shown) {
    const auto& invoice = shown.invoice();
    const auto& locale = request.locale;
    const auto label = [&](const char* name) { return office.text(locale, "columns." + std::string(name)); };
    TenantNames names(office, request);
    auto model = header(invoice.number, names.name_of(shown.tenant), office.text(locale, "invoices_title"),
                        "/invoices?tenant=" + shown.tenant.text());
    model["facts_title"] = office.text(locale, "details");
    model["facts"] = {
        fact(label("tenant"), names.name_of(shown.tenant), {{"fact_path", "/tenants/" + shown.tenant.text()}}),
        fact(label("state"), office.word(locale, to_text(invoice.state)),
             {{"fact_status", std::string(to_text(invoice.state))}}),
        fact(label("issued_on"), invoice.issued_on.text()),
        fact(label("due_on"), invoice.due_on.text()),
        fact(label("total"), money(invoice.total, invoice.currency)),
        fact(label("due"), money(invoice.amount_due(), invoice.currency))};
    if (invoice.dunning)
        model["facts"].push_back(
            fact(label("refused_on"),
                 office.text(locale, invoice.dunning->retries_stopped ? "dunning_stopped" : "dunning_runs",
                             {{"day", invoice.dunning->started_on.text()},
                              {"retries", std::to_string(invoice.dunning->retries_done)}})));
    model["csrf_token"] = request.csrf_token;
    return model;
}

sdk::Result<sdk::Response> printed_page(const StaffOffice& office, const sdk::Request& request,
                                        const ShownInvoice& shown) {
    if (!office.printed_invoice) return nothing_there();
    auto pdf = office.printed_invoice(request, shown.tenant, shown.account, shown.id);
    if (!pdf) return pdf.error();
    auto response = sdk::bytes(*std::move(pdf), "application/pdf");
    response.header("Content-Disposition", "inline; filename=\"invoice-" + shown.id.text() + ".pdf\"");
    return response;
}

sdk::Result<sdk::Response> show_invoice(const StaffOffice& office, const sdk::Request& request) {
    const auto shown = invoice_asked_for(office, request);
    if (!shown) return shown.error();
    if (request.parameters.get("id").ends_with(kPrinted)) return printed_page(office, request, *shown);
    auto model = shown_page(office, request, *shown);
    model["actions"].push_back({{"label", office.text(request.locale, "download_pdf")},
                                {"link_path", path_of_invoice(shown->id) + std::string(kPrinted)},
                                {"action_path", false},
                                {"opens", false},
                                {"primary", false},
                                {"danger", false},
                                {"action_icon", "download"}});
    model["tables"] = json::array({lines_of(office, request, shown->account, shown->invoice())});
    model["entries"] = payments_of(office, request, *shown);
    model["has_entries"] = !model["entries"].empty();
    model["forms"] = actions_of(office, request, *shown);
    model["notice"] = done_notice(office, request);
    return sdk::page("billing/staff_detail", std::move(model));
}

struct InvoiceAction {
    const char* name;
    const char* text;
    bool asks_again;  ///< cannot be taken back
};
constexpr InvoiceAction kInvoiceActions[] = {{"retry", "actions.retry", false},
                                             {"mark-paid", "actions.mark_paid", false},
                                             {"extend", "actions.extend_dunning", false},
                                             {"write-off", "actions.write_off", true},
                                             {"void", "actions.void", true}};

sdk::Result<Command> invoice_command(const std::string& action, const sdk::Fields& form, const InvoiceId& invoice) {
    if (action == "retry") return Command{Pay{invoice}};
    if (action == "write-off") return Command{WriteOff{invoice}};
    if (action == "void") return Command{VoidInvoice{invoice}};
    if (action == "extend") {
        const auto days = read_count(form.get("days"), 1, 365);
        if (!days) return sdk::fail("billing.bad_input", "Write a number of days from 1 to 365.");
        return Command{ExtendDunning{invoice, static_cast<int>(*days)}};
    }
    auto reference = form.get("reference");
    if (reference.empty() || reference.size() > 100 || csv_line({reference}).find('"') != std::string::npos)
        return sdk::fail("billing.bad_input", "Write the reference of the transfer, in at most 100 plain characters.");
    return Command{MarkPaid{invoice, std::move(reference)}};
}

sdk::Response asked_again(const StaffOffice& office, const sdk::Request& request, const sdk::Fields& form,
                          const ShownInvoice& shown, const InvoiceAction& action) {
    auto model = shown_page(office, request, shown);
    model["heading"] = office.text(request.locale, action.text);
    model["lead"] = office.text(request.locale, "preview_lead");
    StaffForm confirm(office, request, path_of_invoice(shown.id) + "/" + action.name, "actions.confirm");
    for (const auto* name : {"reason", "key"}) confirm.hidden(name, form.get(name));
    confirm.hidden("confirmed", "yes").dangerous();
    model["forms"] = json::array({confirm.model()});
    model["tables"] = json::array();
    model["entries"] = json::array();
    model["has_entries"] = false;
    model["notice"] = false;
    return sdk::page("billing/staff_detail", std::move(model));
}

sdk::Result<sdk::Response> do_to_invoice(const StaffOffice& office, const sdk::Request& request,
                                         const InvoiceAction& action) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto reason = reason_in(*form);
    if (!reason) return reason.error();
    const auto key = key_in(*form);
    if (!key) return key.error();
    const auto shown = invoice_asked_for(office, request);
    if (!shown) return shown.error();
    if (action.asks_again && form->get("confirmed") != "yes")
        return asked_again(office, request, *form, *shown, action);
    auto command = invoice_command(action.name, *form, shown->id);
    if (!command) return command.error();
    const auto done = office.desk.act(over_all(request, "billing.invoices.act"), shown->tenant,
                                      {*std::move(command), *key, {}, {}}, by_staff(request, *reason));
    if (!done) return done.error();
    return sdk::redirect_to(path_of_invoice(shown->id) + "?done=applied");
}

}  // namespace

json lines_of(const StaffOffice& office, const sdk::Request& request, const Account& account, const Invoice& invoice) {
    const auto label = [&](const char* name) { return office.text(request.locale, "columns." + std::string(name)); };
    json rows = json::array();
    const auto add = [&](const std::string& text, Amount amount) {
        rows.push_back({{"cells",
                         {{{"text", text}, {"is_number", false}, {"path", false}},
                          {{"text", money(amount, invoice.currency)}, {"is_number", true}, {"path", false}}}}});
    };
    for (const auto& line : invoice.lines) add(explain(account, invoice, line), line.net());
    if (invoice.tax != 0) add(label("tax"), invoice.tax);
    add(label("total"), invoice.total);
    if (invoice.credit_applied != 0) add(label("credit"), -invoice.credit_applied);
    if (invoice.credit_noted != 0) add(label("credit_notes"), -invoice.credit_noted);
    if (invoice.amount_paid != 0) add(label("paid"), -invoice.amount_paid);
    add(label("due"), invoice.amount_due());
    return {{"caption", label("line")},
            {"columns",
             {{{"label", label("line")}, {"is_number", false}}, {{"label", label("amount")}, {"is_number", true}}}},
            {"rows", std::move(rows)}};
}

json invoice_cell(const InvoiceId& id, const std::string& number) {
    return cell(number, {{"cell_path", path_of_invoice(id)}, {"is_row_link", true}});
}

sdk::Result<void> register_invoice_pages(const StaffOffice& office) {
    StaffRoutes routes(office);
    routes.get("/invoices/{id}", kPaymentsRead, "One invoice with the reason of every line, or with .pdf",
               &show_invoice);
    for (const auto& action : kInvoiceActions)
        routes.post_patiently(std::string("/invoices/{id}/") + action.name, kPaymentsManage,
                              "What staff does to an open invoice",
                              [&action](const StaffOffice& each, const sdk::Request& request) {
                                  return do_to_invoice(each, request, action);
                              });
    return routes.done();
}

}  // namespace whatsflow::billing::staff
