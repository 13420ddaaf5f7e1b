// A document's lines and sums, and why each line is what it is.
#include "tenant_pages.hpp"

#include "core/explain.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

std::string line_title(const TenantFront& front, const Catalogue& catalogue, const InvoiceLine& line) {
    const auto name = title_of(catalogue, line.code);
    switch (line.type) {
        case LineType::usage: return front.words("line.usage", {{"what", name}});
        case LineType::proration_credit:
            return front.words(line.usage ? "line.usage_less" : "line.credit", {{"what", name}});
        case LineType::fixed: return line.note;
        case LineType::adjustment: return line.note.empty() ? front.words("line.adjustment") : line.note;
        default: return line.quantity > 1 ? name + " × " + front.words.number(line.quantity) : name;
    }
}

std::string why_usage(const TenantFront& front, const std::string& currency, const InvoiceLine& line) {
    const auto& why = *line.usage;
    const auto used = front.words.number(why.used);
    const auto parts = why.units + why.included.value_or(0) * why.whole;
    // What is not beyond the plan is known in whole units only.
    const auto weighted = why.units > 0 ? parts_text(parts, why.whole) : used;
    const auto how = why.aggregation == Aggregation::sum
                         ? front.words("why.used", {{"used", used}})
                         : front.words("why.made." + std::string(to_text(why.aggregation)),
                                       {{"used", why.aggregation == Aggregation::time_weighted ? weighted : used},
                                        {"parts", front.words.number(parts)},
                                        {"days", front.words.number(why.whole)}});
    const auto over = why.whole == 1 ? front.words.number(why.units) : parts_text(why.units, why.whole);
    auto text = front.words("why.usage", {{"used", how},
                                          {"included", front.words.number(why.included.value_or(0))},
                                          {"over", over},
                                          {"price", front.words.money(why.price, currency)}});
    if (line.credit) text += " " + front.words("why.less", {{"amount", front.words.money(line.amount, currency)}});
    if (why.billed_before > 0)
        text += " " + front.words("why.billed_before", {{"amount", front.words.money(why.billed_before, currency)}});
    return text;
}

std::string why_credit(const TenantFront& front, const Account& account, const std::string& currency,
                       const InvoiceLine& line) {
    const auto& why = *line.credit;
    const auto* invoice = account.find_invoice(why.invoice);
    return front.words(why.whole ? "why.credit_whole" : "why.credit_part",
                       {{"invoice", invoice == nullptr ? front.words("why.earlier") : invoice->number},
                        {"paid", front.words.money(why.net, currency)},
                        {"days", std::to_string(line.span.days())},
                        {"of", std::to_string(line.full.days())},
                        {"amount", front.words.money(line.amount, currency)}});
}

std::string why_recurring(const TenantFront& front, const std::string& currency, const InvoiceLine& line) {
    const auto& words = front.words;
    auto text = words(
        "price.per", {{"amount", words.money(line.unit_price, currency)}, {"interval", words.interval(line.interval)}});
    if (line.quantity != 1) text += " × " + words.number(line.quantity);
    if (line.span.days() != line.full.days())
        text += " × " + words("why.days",
                              {{"days", std::to_string(line.span.days())}, {"of", std::to_string(line.full.days())}});
    return text + " = " + words.money(line.amount, currency);
}

json sum_row(std::string label, std::string value, bool strong = false) {
    return {{"label", std::move(label)}, {"value", std::move(value)}, {"is_total", strong}};
}

/// Each authority by itself where a tax service has said them; and who owes the tax, where that is not us.
std::string why_taxed(const TenantFront& front, const std::string& currency, const InvoiceLine& line) {
    const auto& words = front.words;
    const auto& terms = line.tax_terms;
    if (terms.reverse_charge) return ". " + words("why.reverse_charge");
    if (line.tax == 0 && terms.percent.zero()) return {};
    if (line.is_charge() && !terms.shares.empty()) {
        std::string text;
        for (const auto& share : terms.shares) {
            const auto name = share.percent.zero() ? share.name : share.name + " " + share.percent.text() + " %";
            text += ". " + words(terms.inclusive ? "why.share_inside" : "why.share",
                                 {{"tax", name}, {"amount", words.money(share.amount, currency)}});
        }
        return text;
    }
    return ". " + words(terms.inclusive ? "why.tax_inside" : "why.tax",
                        {{"percent", terms.percent.text()}, {"amount", words.money(line.tax, currency)}});
}

}  // namespace

std::string why_charged(const TenantFront& front, const Catalogue&, const Account& account, const Invoice& invoice,
                        const InvoiceLine& line) {
    const auto& words = front.words;
    const auto& currency = invoice.currency;
    std::string text;
    if (line.usage)
        text = why_usage(front, currency, line);
    else if (line.credit)
        text = why_credit(front, account, currency, line);
    else if (line.type == LineType::fixed)
        text = words("why.fixed", {{"amount", words.money(line.amount, currency)}});
    else if (line.type == LineType::adjustment)
        text = words("why.adjustment", {{"amount", words.money(line.amount, currency)}});
    else
        text = why_recurring(front, currency, line);
    for (const auto& share : line.coupons)
        text += ". " + words(share.redemption.text().empty() ? "why.reduction" : "why.coupon",
                             {{"coupon", share.coupon},
                              {"worth", share.percent ? share.percent->text() + " %"
                                                      : words.money(share.of_amount.value_or(0), currency)},
                              {"amount", words.money(share.share, currency)}});
    text += why_taxed(front, currency, line);
    return text + ".";
}

sdk::DocumentParties parties_of(const TenantFront& front, const Account& account) {
    const auto& words = front.words;
    auto buyer = front.request.identity->tenant_name;
    if (const auto& tax_id = account.profile.tax.tax_id; !tax_id.empty())
        buyer += "\n" + words("invoice.tax_id") + " " + tax_id;
    return {{{words("invoice.billed_by"), front.seller.lines(words("invoice.tax_id"))},
             {words("invoice.billed_to"), std::move(buyer)}}};
}

json document_model(const TenantFront& front, const Catalogue& catalogue, const Account& account,
                    const Invoice& invoice) {
    const auto& words = front.words;
    const auto& currency = invoice.currency;
    auto lines = json::array();
    for (const auto& line : invoice.lines)
        lines.push_back({{"label", line_title(front, catalogue, line)},
                         {"span", line.span.empty() ? json(false) : json(words.span(line.span))},
                         {"amount", words.money(line.amount, currency)},
                         {"why", why_charged(front, catalogue, account, invoice, line)}});
    auto sums = json::array();
    const auto add = [&](const char* key, Amount amount, bool always = false, bool strong = false) {
        if (amount != 0 || always) sums.push_back(sum_row(words(key), words.money(amount, currency), strong));
    };
    if (invoice.discount != 0 || invoice.tax != 0) add("sum.subtotal", invoice.subtotal, true);
    add("sum.discount", -invoice.discount);
    add("sum.tax", invoice.tax);
    add("sum.total", invoice.total, true, true);
    if (invoice.total > 0) {
        add("sum.credit", -invoice.credit_applied);
        add("sum.credit_notes", -invoice.credit_noted);
        add("sum.carried", -invoice.carried_over);
        add("sum.paid", -invoice.amount_paid);
        if (invoice.amount_due() != invoice.total) add("sum.due", invoice.amount_due(), true, true);
    }
    return {{"lines", std::move(lines)}, {"sums", std::move(sums)}};
}

}  // namespace whatsflow::billing
