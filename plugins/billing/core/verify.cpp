// Documents computed again from what their lines say of themselves.
#include "explain.hpp"
#include "refusal.hpp"

namespace whatsflow::billing {
namespace {

class Findings {
public:
    explicit Findings(std::string document) : document_(std::move(document)) {}

    void expect(const std::string& line, const char* what, Amount stored, Amount right) {
        if (stored != right)
            found_.push_back({document_, line,
                              std::string(what) + " is " + std::to_string(stored) + ", its derivation gives " +
                                  std::to_string(right)});
    }
    void say(const std::string& line, std::string what) { found_.push_back({document_, line, std::move(what)}); }
    std::vector<Discrepancy> take() { return std::move(found_); }

private:
    std::string document_;
    std::vector<Discrepancy> found_;
};

Amount amount_again(const InvoiceLine& line) {
    switch (line.type) {
        case LineType::recurring:
            return prorated(times(line.unit_price, line.quantity), line.span.days(), line.full.days());
        case LineType::usage:
            return price_of_overage(line.usage->terms, Fraction(line.usage->units, line.usage->whole)) -
                   line.usage->billed_before;
        case LineType::proration_credit: {
            const auto& why = *line.credit;
            if (why.whole || why.amount == 0) return -why.remaining;
            const Wide top = static_cast<Wide>(times(line.unit_price, line.quantity)) * line.span.days() * why.net;
            return -std::min(why.remaining,
                             checked(round_half_up(top, static_cast<Wide>(line.full.days()) * why.amount)));
        }
        default: return times(line.unit_price, line.quantity);
    }
}

Amount tax_again(const InvoiceLine& line) {
    if (!line.credit) return line.type == LineType::adjustment ? 0 : tax_of(line.net(), line.tax_terms);
    const auto& why = *line.credit;
    return why.whole ? -why.remaining_tax
                     : -std::min(why.remaining_tax, tax_of_part(-line.amount, why.net, line.tax_terms));
}

void check_line(const InvoiceLine& line, Findings& findings) {
    const auto& id = line.id.text();
    const bool derived = (line.type != LineType::usage || line.usage) &&
                         (line.type != LineType::proration_credit || line.credit) && line.full.days() >= 0;
    if (!derived) return findings.say(id, "has lost its derivation");
    findings.expect(id, "amount", line.amount, amount_again(line));
    auto left = line.amount;
    Amount discount = 0;
    for (const auto& share : line.coupons) {
        if (share.percent) findings.expect(id, "the coupon's share", share.share, percent_of(left, *share.percent));
        left -= share.share;
        discount += share.share;
    }
    findings.expect(id, "discount", line.discount, discount);
    findings.expect(id, "tax", line.tax, tax_again(line));
    if (const auto& terms = line.tax_terms; terms.said) {
        Amount shares = 0;
        for (const auto& share : terms.shares) shares = sum(shares, share.amount);
        findings.expect(id, "the tax that was said", *terms.said, shares);
    }
    if (line.is_charge() && (line.credited < 0 || line.credited > line.net()))
        findings.say(id, std::to_string(line.credited) + " of " + std::to_string(line.net()) + " was credited");
}

}  // namespace

std::vector<Discrepancy> verify(const Account&, const Invoice& invoice) {
    Findings findings(invoice.number);
    try {
        Amount subtotal = 0;
        Amount discount = 0;
        Amount tax = 0;
        Amount total = 0;
        for (const auto& line : invoice.lines) {
            check_line(line, findings);
            subtotal = sum(subtotal, line.amount);
            discount = sum(discount, line.discount);
            tax = sum(tax, line.tax);
            total = sum(total, line.gross());
        }
        findings.expect({}, "subtotal", invoice.subtotal, subtotal);
        findings.expect({}, "discount", invoice.discount, discount);
        findings.expect({}, "tax", invoice.tax, tax);
        findings.expect({}, "total", invoice.total, total);
    } catch (const Refusal& why) {
        findings.say({}, why.error.message);
    }
    return findings.take();
}

std::vector<Discrepancy> verify(const Account& account, const CreditNote& note) {
    Findings findings(note.number);
    Amount net = 0;
    Amount tax = 0;
    for (const auto& line : note.lines) {
        net += line.net;
        tax += line.tax;
        if (account.find_line(line.line) == nullptr) findings.say(line.line.text(), "credits a line that is not there");
    }
    findings.expect({}, "net", note.net, net);
    findings.expect({}, "tax", note.tax, tax);
    findings.expect({}, "total", note.total, net + tax);
    return findings.take();
}

std::vector<Discrepancy> verify(const Account& account) {
    std::vector<Discrepancy> all;
    const auto add = [&](std::vector<Discrepancy> found) { all.insert(all.end(), found.begin(), found.end()); };
    for (const auto& invoice : account.invoices) add(verify(account, invoice));
    for (const auto& note : account.credit_notes) add(verify(account, note));
    Findings findings("credit balance");
    Amount entries = 0;
    for (const auto& entry : account.credit_entries) entries += entry.amount;
    findings.expect({}, "the balance", account.credit_balance(), entries);
    add(findings.take());
    return all;
}

}  // namespace whatsflow::billing
