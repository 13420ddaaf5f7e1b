#include "explain.hpp"

#include <whatsflow/sdk/money.hpp>

namespace whatsflow::billing {
namespace {

std::string money(Amount amount, const std::string& currency) {
    return sdk::Money{amount, currency}.decimal();
}

std::string from_to(const Span& span) {
    return span.from.text() + " to " + span.to.text();
}

std::string times_text(const InvoiceLine& line, const std::string& currency) {
    auto text = money(line.unit_price, currency);
    if (line.quantity != 1) text += " × " + std::to_string(line.quantity);
    if (line.span.days() != line.full.days())
        text += " × " + std::to_string(line.span.days()) + " of " + std::to_string(line.full.days()) + " days";
    return text;
}

std::string explain_usage(const InvoiceLine& line, const std::string& currency) {
    const auto& why = *line.usage;
    auto text = line.code + ", " + from_to(line.span) + ": " + std::to_string(why.used) + " used, " +
                std::to_string(why.included.value_or(0)) + " included, " + std::to_string(why.units) +
                " beyond it, priced " + std::string(to_text(why.terms.model)) + " = " + money(why.price, currency);
    if (why.billed_before > 0) text += ", of which " + money(why.billed_before, currency) + " was billed before";
    return text;
}

std::string explain_credit(const Account& account, const InvoiceLine& line, const std::string& currency) {
    const auto& why = *line.credit;
    const auto* invoice = account.find_invoice(why.invoice);
    const auto paid =
        why.net == why.amount ? money(why.net, currency) : money(why.net, currency) + " after its discount";
    return line.code + ", unused from " + from_to(line.span) + ": what was charged for it on invoice " +
           (invoice == nullptr ? std::string("before") : invoice->number) + " (" + paid + "), " +
           (why.whole ? "all that was left of it"
                      : std::to_string(line.span.days()) + " of " + std::to_string(line.full.days()) + " days") +
           " = " + money(line.amount, currency);
}

}  // namespace

std::string explain(const Account& account, const Invoice& invoice, const InvoiceLine& line) {
    const auto& currency = invoice.currency;
    std::string text;
    switch (line.type) {
        case LineType::usage: text = explain_usage(line, currency); break;
        case LineType::proration_credit: text = explain_credit(account, line, currency); break;
        case LineType::adjustment: text = line.note + ": " + money(line.amount, currency); break;
        default:
            text = line.code + " per " + line.interval.text() + ", " + from_to(line.span) + ": " +
                   times_text(line, currency) + " = " + money(line.amount, currency);
            if (line.price_version > 0) text += " (price version " + std::to_string(line.price_version) + ")";
    }
    for (const auto& share : line.coupons)
        text +=
            "; coupon " + share.coupon +
            (share.percent ? " " + share.percent->text() + " %" : " " + money(share.of_amount.value_or(0), currency)) +
            " takes off " + money(share.share, currency);
    if (line.tax_terms.reverse_charge)
        text += "; " + line.tax_terms.reason;
    else if (line.tax != 0 || !line.tax_terms.percent.zero())
        text += "; " + line.tax_terms.reason + (line.tax_terms.inclusive ? ", contained: " : ": ") +
                money(line.tax, currency);
    return text;
}

}  // namespace whatsflow::billing
