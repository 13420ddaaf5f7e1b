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

/// What the number is, in the words of how it is made.
std::string used_text(const UsageDerivation& why) {
    const auto used = std::to_string(why.used);
    switch (why.aggregation) {
        case Aggregation::sum: break;
        case Aggregation::count: return used + " events";
        case Aggregation::unique_count: return used + " different ones";
        case Aggregation::max: return used + " at most";
        case Aggregation::latest: return used + " at the end";
        case Aggregation::time_weighted: {
            const auto parts = why.units + why.included.value_or(0) * why.whole;
            return why.units == 0 ? used + " held on average"
                                  : std::to_string(parts) + " days of one in a period of " + std::to_string(why.whole) +
                                        " = " + parts_text(parts, why.whole) + " held on average";
        }
    }
    return used + " used";
}

std::string explain_usage(const InvoiceLine& line, const std::string& currency) {
    const auto& why = *line.usage;
    auto text = line.code + ", " + from_to(line.span) + ": " + used_text(why) + ", " +
                std::to_string(why.included.value_or(0)) + " included, " + parts_text(why.units, why.whole) +
                " beyond it, priced " + std::string(to_text(why.terms.model)) + " = " + money(why.price, currency);
    if (why.billed_before > 0) text += ", of which " + money(why.billed_before, currency) + " was billed before";
    return text;
}

std::string explain_credit(const Account& account, const InvoiceLine& line, const std::string& currency) {
    const auto& why = *line.credit;
    if (line.usage)
        return explain_usage(line, currency) + "; it turned out to be less: " + money(line.amount, currency) +
               " goes back";
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

std::string parts_text(std::int64_t parts, std::int64_t whole) {
    if (parts % whole == 0) return std::to_string(parts / whole);
    const auto thousandths = Fraction(parts, whole).times(1'000, 1).rounded();
    const auto rest = std::to_string(1'000 + thousandths % 1'000).substr(1);
    return std::to_string(thousandths / 1'000) + "." + rest;
}

std::string explain(const Account& account, const Invoice& invoice, const InvoiceLine& line) {
    const auto& currency = invoice.currency;
    std::string text;
    switch (line.type) {
        case LineType::usage: text = explain_usage(line, currency); break;
        case LineType::proration_credit: text = explain_credit(account, line, currency); break;
        case LineType::adjustment: text = line.note + ": " + money(line.amount, currency); break;
        case LineType::fixed: text = line.note + ": " + money(line.amount, currency); break;
        default:
            text = line.code + " per " + line.interval.text() + ", " + from_to(line.span) + ": " +
                   times_text(line, currency) + " = " + money(line.amount, currency);
            if (line.price_version > 0) text += " (price version " + std::to_string(line.price_version) + ")";
    }
    for (const auto& share : line.coupons)
        text +=
            (share.redemption.text().empty() ? "; " + share.coupon + "," : "; coupon " + share.coupon) +
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
