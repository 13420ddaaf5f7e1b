// A credit note, printed: what was taken off which line of which invoice, and where it went.
#include "tenant_pages.hpp"

#include <whatsflow/sdk/documents.hpp>

namespace whatsflow::billing {
namespace {

const CreditNote* note_in(const Account& account, const std::string& id) {
    for (const auto& note : account.credit_notes)
        if (note.id.text() == id) return &note;
    return nullptr;
}

sdk::Document document_of(const TenantFront& front, const Catalogue& catalogue, const Account& account,
                          const Invoice& invoice, const CreditNote& note) {
    const auto& words = front.words;
    const auto& currency = invoice.currency;
    sdk::DocumentTable table;
    table.columns = {
        {words("invoices.what"), 3, false}, {words("sum.tax"), 1.3, true}, {words("invoices.total"), 1.3, true}};
    for (const auto& line : note.lines) {
        const auto* of = invoice.find_line(line.line);
        table.rows.push_back({of == nullptr ? invoice.number : title_of(catalogue, of->code),
                              words.money(line.tax, currency), words.money(line.net + line.tax, currency)});
    }
    const auto add = [&](const char* key, Amount amount) {
        if (amount != 0) table.totals.push_back({words(key), "", words.money(amount, currency)});
    };
    add("credit_note.refunded", note.refunded);
    add("credit_note.credited", note.credited);
    add("credit_note.forgiven", note.forgiven);
    table.totals.push_back({words("sum.total"), "", words.money(note.total, currency)});
    sdk::Document document;
    document.title = words("credit_note.title", {{"number", note.number}});
    document.issuer = front.seller.name;
    document.language = front.request.locale;
    document.blocks = {sdk::DocumentFacts{{{words("invoices.number"), note.number},
                                           {words("invoices.date"), words.date(note.issued_on)},
                                           {words("credit_note.of"), invoice.number}}},
                       parties_of(front, account), std::move(table)};
    if (!note.reason.empty()) document.blocks.push_back(sdk::DocumentParagraph{note.reason, true});
    document.footer = note.number;
    return document;
}

}  // namespace

TenantAnswer show_credit_note(const TenantFront& front) {
    auto id = front.request.parameters.get("id");
    if (!id.ends_with(".pdf")) return nothing_there();
    id.resize(id.size() - 4);
    const InvoiceId of{front.request.parameters.get("invoice")};
    const auto account = front.desk.with_invoice(front.request.context, front.tenant(), of);
    if (!account) return account.error();
    const auto* invoice = *account ? (*account)->find_invoice(of) : nullptr;
    const auto* note = invoice == nullptr ? nullptr : note_in(**account, id);
    if (note == nullptr || note->invoice != of) return nothing_there();
    const auto catalogue = front.desk.catalogue(front.request.context);
    if (!catalogue) return catalogue.error();
    const auto documents = sdk::find_service<sdk::Documents>(front.host);
    auto pdf = documents.call(&sdk::Documents::pdf, front.request.context,
                              document_of(front, **catalogue, **account, *invoice, *note));
    if (!pdf) return pdf.error();
    auto response = sdk::bytes(std::move(*pdf), "application/pdf");
    response.header("Content-Disposition", "inline; filename=\"credit-note-" + std::to_string(note->n) + ".pdf\"");
    return response;
}

}  // namespace whatsflow::billing
