// The list of invoices, one of them, and the same printed.
#include "tenant_pages.hpp"

#include <whatsflow/sdk/documents.hpp>

namespace whatsflow::billing {

using nlohmann::json;

namespace {

constexpr int kInvoicesAPage = 25;

json cell(std::string text) {
    json made{{"text", std::move(text)}};
    for (const auto* unset : {"cell_path", "is_row_link", "cell_sub", "cell_status", "is_number", "is_code", "is_muted",
                              "cell_at", "cell_initials"})
        made[unset] = false;
    return made;
}

json row_of(const TenantFront& front, const InvoiceRow& invoice) {
    auto number = cell(invoice.number);
    number["cell_path"] = "/billing/invoices/" + sdk::encode_url(invoice.id.text());
    number["is_row_link"] = true;
    const auto state = status_of(front.words, "invoice_state", to_text(invoice.state));
    auto status = cell(state["status_text"]);
    status["cell_status"] = state["status"];
    number["cell_sub"] = front.words.date(invoice.issued_on);
    auto total = cell(front.words.money(invoice.total, invoice.currency));
    total["is_number"] = true;
    if (invoice.amount_due > 0 && invoice.amount_due != invoice.total)
        total["cell_sub"] =
            front.words("invoices.still_due", {{"amount", front.words.money(invoice.amount_due, invoice.currency)}});
    return {{"id", invoice.id.text()},
            {"row_label", invoice.number},
            {"menu", false},
            {"cells", json::array({number, status, total})}};
}

json columns_of(const TenantFront& front) {
    auto columns = json::array();
    for (const auto* key : {"number", "state", "total"})
        columns.push_back({{"label", front.words(std::string("invoices.") + key)},
                           {"sort_path", false},
                           {"is_up", false},
                           {"is_down", false},
                           {"is_number", std::string_view(key) == "total"}});
    return columns;
}

json payments_of(const TenantFront& front, const Account& account, const Invoice& invoice) {
    auto rows = json::array();
    for (const auto& payment : account.payments) {
        // Not attempted: nobody was asked for money.
        if (payment.invoice != invoice.id || payment.status == PaymentStatus::not_attempted) continue;
        auto row = status_of(front.words, "payment_state", to_text(payment.status));
        row["label"] = front.words("payment." + std::string(to_text(payment.kind)));
        row["date"] = front.words.date(local_date(payment.started_at, account.profile.time_zone));
        row["amount"] = front.words.money(payment.amount, invoice.currency);
        row["note"] =
            payment.status == PaymentStatus::declined ? json(front.words("payment.declined_note")) : json(false);
        rows.push_back(std::move(row));
    }
    return rows;
}

json credit_notes_of(const TenantFront& front, const Account& account, const Invoice& invoice) {
    auto rows = json::array();
    for (const auto& note : account.credit_notes)
        if (note.invoice == invoice.id)
            rows.push_back({{"number", note.number},
                            {"note_path", "/billing/invoices/" + sdk::encode_url(invoice.id.text()) + "/credit-notes/" +
                                              sdk::encode_url(note.id.text()) + ".pdf"},
                            {"date", front.words.date(note.issued_on)},
                            {"reason", note.reason},
                            {"amount", front.words.money(note.total, invoice.currency)}});
    return rows;
}

/// What waits for late usage, as it would be now: no document yet, so it has no number and is not printed.
sdk::Result<json> upcoming_of(const TenantFront& front) {
    auto upcoming = json::array();
    const auto account = front.desk.account(front.request.context, front.tenant());
    if (!account) return account.error();
    if (account->waiting_drafts.empty()) return upcoming;
    const auto catalogue = front.desk.catalogue(front.request.context);
    if (!catalogue) return catalogue.error();
    for (const auto& draft : account->waiting_drafts) {
        const auto shown = front.desk.preview(front.request.context, front.tenant(),
                                              {FinaliseDraft{draft.id}, {}, {}, std::nullopt, false});
        json model{{"note", front.words("upcoming.note", {{"date", front.words.date(draft.finalise_on)}})},
                   {"document", false}};
        if (shown && !shown->invoices.empty())
            model["document"] = document_model(front, **catalogue, *account, shown->invoices.front());
        upcoming.push_back(std::move(model));
    }
    return upcoming;
}

}  // namespace

TenantAnswer show_invoices(const TenantFront& front) {
    const auto after = tidy_code(front.request.query.get("after"), 200);
    const auto slice = front.desk.invoices(front.request.context, front.tenant(), after, kInvoicesAPage);
    if (!slice) return slice.error();
    auto upcoming = after.empty() ? upcoming_of(front) : sdk::Result<json>(json::array());
    if (!upcoming) return upcoming.error();
    auto rows = json::array();
    for (const auto& invoice : slice->rows) rows.push_back(row_of(front, invoice));
    json table{{"caption", front.words("invoices.title")},
               {"filters", false},
               {"bulk", false},
               {"has_menus", false},
               {"shown_text", false},
               {"columns", columns_of(front)},
               {"newer_path", after.empty() ? json(false) : json("/billing/invoices")},
               {"older_path",
                slice->next.empty() ? json(false) : json("/billing/invoices?after=" + sdk::encode_url(slice->next))},
               {"when_empty", false}};
    if (rows.empty())
        table["when_empty"] = {{"icon", "receipt-text"},
                               {"title", front.words("invoices.none_title")},
                               {"text", front.words("invoices.none_text")},
                               {"action", false},
                               {"actions", json::array()}};
    table["rows"] = std::move(rows);
    return sdk::page("billing/tenant_invoices",
                     {{"title", front.words("invoices.title")},
                      {"header", header_of(front.words("invoices.title"), front.words("invoices.lead"),
                                           json::array({{{"label", front.words("nav")}, {"link_path", "/billing"}}}))},
                      {"upcoming", *std::move(upcoming)},
                      {"table", std::move(table)}});
}

TenantAnswer show_invoice(const TenantFront& front) {
    auto name = front.request.parameters.get("id");
    const bool printed = name.ends_with(".pdf");
    if (printed) name.resize(name.size() - 4);
    const InvoiceId id{name};
    const auto account = front.desk.with_invoice(front.request.context, front.tenant(), id);
    if (!account) return account.error();
    const auto* invoice = *account ? (*account)->find_invoice(id) : nullptr;
    if (invoice == nullptr) return nothing_there();
    const auto catalogue = front.desk.catalogue(front.request.context);
    if (!catalogue) return catalogue.error();
    if (printed) {
        auto pdf = invoice_pdf(front, **catalogue, **account, *invoice);
        if (!pdf) return pdf.error();
        auto response = sdk::bytes(std::move(*pdf), "application/pdf");
        response.header("Content-Disposition", "inline; filename=\"invoice-" + std::to_string(invoice->n) + ".pdf\"");
        return response;
    }
    const auto path = "/billing/invoices/" + sdk::encode_url(id.text());
    auto header = header_of(
        front.words("invoice.title", {{"number", invoice->number}}),
        front.words("invoice.lead",
                    {{"issued", front.words.date(invoice->issued_on)}, {"due", front.words.date(invoice->due_on)}}),
        json::array({{{"label", front.words("nav")}, {"link_path", "/billing"}},
                     {{"label", front.words("invoices.title")}, {"link_path", "/billing/invoices"}}}));
    header["actions"] = json::array({{{"label", front.words("invoice.download")},
                                      {"link_path", path + ".pdf"},
                                      {"action_path", false},
                                      {"opens", false},
                                      {"primary", false},
                                      {"danger", false},
                                      {"action_icon", "download"}}});
    auto payments = payments_of(front, **account, *invoice);
    auto notes = credit_notes_of(front, **account, *invoice);
    return sdk::page(
        "billing/tenant_invoice",
        {{"title", front.words("invoice.title", {{"number", invoice->number}})},
         {"header", std::move(header)},
         {"state", status_of(front.words, "invoice_state", to_text(invoice->state))},
         {"amount", front.words.money(is_owed(*invoice) ? invoice->amount_due() : invoice->total, invoice->currency)},
         {"document", document_model(front, **catalogue, **account, *invoice)},
         {"may_pay", is_owed(*invoice) && !front.impersonated()},
         {"ways", is_owed(*invoice) && !front.impersonated() ? other_ways(front) : json::array()},
         {"pay_path", path + "/pay"},
         {"pay_label",
          front.words("overview.pay", {{"amount", front.words.money(invoice->amount_due(), invoice->currency)}})},
         {"guards", guard_fields(**account)},
         {"has_payments", !payments.empty()},
         {"payments", std::move(payments)},
         {"has_notes", !notes.empty()},
         {"notes", std::move(notes)}});
}

sdk::Result<std::string> invoice_pdf(const TenantFront& front, const Catalogue& catalogue, const Account& account,
                                     const Invoice& invoice) {
    const auto& words = front.words;
    const auto shown = document_model(front, catalogue, account, invoice);
    sdk::DocumentTable table;
    table.columns = {{words("invoices.what"), 3, false},
                     {words("invoices.period"), 2.2, false},
                     {words("invoices.total"), 1.3, true}};
    for (const auto& line : shown["lines"])
        table.rows.push_back({line["label"].get<std::string>() + "\n" + line["why"].get<std::string>(),
                              line["span"].is_string() ? line["span"].get<std::string>() : std::string(),
                              line["amount"].get<std::string>()});
    for (const auto& sum : shown["sums"])
        table.totals.push_back({sum["label"].get<std::string>(), "", sum["value"].get<std::string>()});
    sdk::Document document;
    document.title = words("invoice.title", {{"number", invoice.number}});
    document.issuer = front.seller.name;
    document.stamp = words("invoice_state." + std::string(to_text(invoice.state)));
    document.language = front.request.locale;
    document.blocks = {sdk::DocumentFacts{{{words("invoices.number"), invoice.number},
                                           {words("invoices.date"), words.date(invoice.issued_on)},
                                           {words("invoice.due_on"), words.date(invoice.due_on)}}},
                       parties_of(front, account), std::move(table)};
    document.footer = invoice.number;
    const auto documents = sdk::find_service<sdk::Documents>(front.host);
    return documents.call(&sdk::Documents::pdf, front.request.context, document);
}

}  // namespace whatsflow::billing
