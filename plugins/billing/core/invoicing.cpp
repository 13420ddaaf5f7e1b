#include "invoicing.hpp"

#include "settlement.hpp"

#include <limits>
#include <tuple>

namespace whatsflow::billing {
namespace {

void add_up(Invoice& invoice) {
    for (const auto& line : invoice.lines) {
        invoice.subtotal = sum(invoice.subtotal, line.amount);
        invoice.discount = sum(invoice.discount, line.discount);
        invoice.tax = sum(invoice.tax, line.tax);
        invoice.total = sum(invoice.total, line.gross());
    }
}

LedgerAccount earned_on(const InvoiceLine& line) {
    return line.type == LineType::adjustment ? LedgerAccount::carried_receivable : LedgerAccount::deferred_revenue;
}

void post_issue(Transition& t, const Invoice& invoice) {
    for (const auto& line : invoice.lines) {
        t.ledger.move(t.today, LedgerAccount::receivable, earned_on(line), line.net_without_tax(), "line",
                      line.id.text());
        t.ledger.move(t.today, LedgerAccount::receivable, LedgerAccount::tax_payable, line.tax, "line", line.id.text());
    }
}

void count_coupons(Transition& t, const Invoice& invoice, LocalDate period) {
    for (const auto& line : invoice.lines)
        for (const auto& share : line.coupons)
            for (auto& redemption : t.account.redemptions) {
                if (redemption.id != share.redemption) continue;
                const auto* coupon = t.catalogue.find_coupon(redemption.coupon);
                if (redemption.amount_left) *redemption.amount_left -= share.share;
                if (share.counts_period) {
                    ++redemption.periods_used;
                    redemption.last_period = period;
                }
                const bool once = coupon == nullptr || coupon->duration.kind == CouponDuration::Kind::once;
                redemption.ended = once && (!redemption.amount_left || *redemption.amount_left == 0);
            }
}

void count_usage(Transition& t, const Invoice& invoice, Amount sign) {
    for (const auto& line : invoice.lines)
        for (auto& counter : t.account.counters)
            if (line.usage && counter.id == line.usage->counter) {
                counter.billed_amount += sign * (line.credit ? -line.unit_price : line.amount);
                counter.billed_units += sign * (line.usage->units - line.usage->units_before);
            }
}

void give_coupons_back(Transition& t, const Invoice& invoice) {
    for (const auto& line : invoice.lines)
        for (const auto& share : line.coupons)
            for (auto& redemption : t.account.redemptions) {
                if (redemption.id != share.redemption) continue;
                if (redemption.amount_left) *redemption.amount_left += share.share;
                if (share.counts_period) {
                    --redemption.periods_used;
                    redemption.last_period.reset();
                }
                redemption.ended = false;
            }
}

void count_carried(Transition& t, const Invoice& invoice, Amount sign) {
    for (const auto& line : invoice.lines)
        if (line.type == LineType::adjustment) t.account.profile.carried -= sign * line.amount;
}

void carry_over_too_little(Transition& t, Invoice& invoice) {
    const auto due = invoice.amount_due();
    if (due == 0 || due >= t.account.profile.minimum_charge) return;
    invoice.carried_over = due;
    t.account.profile.carried = sum(t.account.profile.carried, due);
    t.ledger.move(t.today, LedgerAccount::carried_receivable, LedgerAccount::receivable, due, "invoice",
                  invoice.id.text());
}

}  // namespace

void take_lines_into_force(Transition& t, Invoice& invoice, const std::vector<PendingChange::Release>& releases) {
    invoice.in_force = true;
    for (const auto& release : releases)
        if (auto* line = t.account.find_line(release.line)) line->kept_until = release.kept_until;
    for (const auto& credit : invoice.lines) {
        if (!credit.credit) continue;
        auto* line = t.account.find_line(credit.credit->line);
        if (line == nullptr) continue;
        line->credited -= credit.amount;
        line->credited_tax -= credit.tax;
    }
}

Invoice* finalise(Transition& t, Draft draft, const Subscription& after, Force force) {
    add_carried_over(t, draft);
    if (draft.empty()) {
        Invoice nothing;
        take_lines_into_force(t, nothing, draft.releases);
        return nullptr;
    }
    discount_and_tax(t, after, draft);

    auto& profile = t.account.profile;
    Invoice made;
    made.id = t.make<InvoiceId>();
    made.n = ++profile.invoices_finalised;
    made.number = number_from(profile.invoice_numbers, t.today);
    ++profile.invoice_numbers.next;
    made.currency = profile.currency;
    made.subscription = after.id;
    made.issued_on = made.due_on = t.today;
    made.issued_at = t.now;
    made.lines = std::move(draft.lines);
    made.in_force = false;
    add_up(made);
    t.account.invoices.push_back(std::move(made));
    auto& invoice = t.account.invoices.back();
    post_issue(t, invoice);
    count_coupons(t, invoice, after.period().from);
    count_usage(t, invoice, 1);
    count_carried(t, invoice, 1);
    t.tell("billing.invoice_finalised/1", fields_of(t.account, invoice));

    if (invoice.total < 0) {
        invoice.state = InvoiceState::paid;
        take_lines_into_force(t, invoice, draft.releases);
        CreditGrant grant;
        grant.source = CreditSource::proration;
        grant.amount = -invoice.total;
        grant.reason = "invoice " + invoice.number;
        grant_credit(t, grant, LedgerAccount::receivable, "invoice", invoice.id.text(), invoice.id);
        return &invoice;
    }
    use_credit(t, invoice);
    carry_over_too_little(t, invoice);
    if (force == Force::now || invoice.amount_due() == 0) take_lines_into_force(t, invoice, draft.releases);
    if (invoice.amount_due() == 0)
        settle_invoice(t, invoice);
    else
        request_charge(t, invoice);
    return &invoice;
}

void void_invoice(Transition& t, Invoice& invoice) {
    invoice.state = InvoiceState::voided;
    invoice.dunning.reset();
    invoice.technical_retry_at.reset();
    for (const auto& line : invoice.lines) {
        auto* credited_line = line.credit && invoice.in_force ? t.account.find_line(line.credit->line) : nullptr;
        if (credited_line != nullptr) {
            credited_line->credited += line.amount;
            credited_line->credited_tax += line.tax;
        }
        // What was credited since has been posted already, and the credit stays.
        const auto credited = line.tax_terms.inclusive ? line.credited - line.credited_tax : line.credited;
        t.ledger.move(t.today, LedgerAccount::receivable, earned_on(line), credited - line.net_without_tax(), "line",
                      line.id.text());
        t.ledger.move(t.today, LedgerAccount::receivable, LedgerAccount::tax_payable, line.credited_tax - line.tax,
                      "line", line.id.text());
    }
    if (const auto paid = std::exchange(invoice.amount_paid, 0); paid > 0) {
        auto rest = paid;
        for (auto& charge : t.account.payments)
            if (charge.invoice == invoice.id) {
                const auto kept = std::min(rest, charge.refundable());
                charge.kept_as_credit += kept;
                rest -= kept;
            }
        CreditGrant grant;
        grant.source = CreditSource::late_payment;
        grant.amount = paid;
        grant.reason = "payment of invoice " + invoice.number + ", which is void";
        grant_credit(t, grant, LedgerAccount::receivable, "invoice", invoice.id.text(), invoice.id);
    }
    if (invoice.credit_applied > 0) {
        CreditGrant grant;
        grant.source = CreditSource::proration;
        grant.amount = invoice.credit_applied;
        grant.reason = "invoice " + invoice.number + " is void";
        grant_credit(t, grant, LedgerAccount::receivable, "invoice", invoice.id.text(), invoice.id);
    }
    give_coupons_back(t, invoice);
    count_carried(t, invoice, -1);
    t.tell("billing.invoice_voided/1", fields_of(t.account, invoice));
}

void abandon(Transition& t, const PendingChangeId& id) {
    const auto found = std::ranges::find(t.account.pending_changes, id, &PendingChange::id);
    if (found == t.account.pending_changes.end()) return;
    const auto change = *found;
    t.account.pending_changes.erase(found);
    auto* invoice = t.account.find_invoice(change.invoice);
    if (invoice == nullptr || invoice->state != InvoiceState::open) return;
    for (auto& line : invoice->lines) line.kept_until = line.span.from;
    count_usage(t, *invoice, -1);
    void_invoice(t, *invoice);
    if (const auto* subscription = t.account.find_subscription(change.subscription))
        t.tell("billing.change_abandoned/1", fields_of(t.account, *subscription));
}

void drop_pending_change(Transition& t, const Subscription& subscription) {
    for (const auto& change : t.account.pending_changes) {
        if (change.subscription != subscription.id) continue;
        if (const auto* invoice = t.account.find_invoice(change.invoice);
            invoice != nullptr && has_unresolved_charge(t.account, *invoice))
            refuse("billing.payment_unresolved",
                   "The payment of an earlier change is not settled yet; wait until the provider has said what became "
                   "of it.");
        return abandon(t, PendingChangeId{change.id});
    }
}

void grant_credit(Transition& t, CreditGrant grant, LedgerAccount from, const std::string& source,
                  const std::string& source_id, std::optional<InvoiceId> invoice) {
    grant.id = t.make<GrantId>();
    grant.remaining = checked(grant.amount);
    grant.granted_on = t.today;
    sum(t.account.credit_balance(), grant.amount);
    t.ledger.move(t.today, from, LedgerAccount::customer_credit, grant.amount, source, source_id);
    t.account.credit_entries.push_back({t.make<CreditEntryId>(), t.today, grant.amount, grant.reason, invoice});
    t.tell("billing.credit_granted/1", {{"tenant", t.account.profile.tenant.text()},
                                        {"grant", grant.id.text()},
                                        {"amount", grant.amount},
                                        {"reason", grant.reason}});
    t.account.grants.push_back(std::move(grant));
}

void use_credit(Transition& t, Invoice& invoice) {
    const auto wanted = std::min(invoice.amount_due(), t.account.credit_balance());
    if (wanted == 0) return;
    std::vector<CreditGrant*> grants;
    for (auto& grant : t.account.grants)
        if (grant.remaining > 0) grants.push_back(&grant);
    const LocalDate never{std::numeric_limits<std::int32_t>::max()};
    std::ranges::stable_sort(grants, {}, [&](const CreditGrant* grant) {
        return std::tuple{grant->expires_on.value_or(never), grant->priority, grant->granted_on};
    });
    auto rest = wanted;
    for (auto* grant : grants) {
        const auto used = std::min(rest, grant->remaining);
        grant->remaining -= used;
        rest -= used;
    }
    invoice.credit_applied = sum(invoice.credit_applied, wanted);
    t.ledger.move(t.today, LedgerAccount::customer_credit, LedgerAccount::receivable, wanted, "invoice",
                  invoice.id.text());
    t.account.credit_entries.push_back(
        {t.make<CreditEntryId>(), t.today, -wanted, "applied to invoice " + invoice.number, invoice.id});
    t.tell("billing.credit_applied/1", fields_of(t.account, invoice));
}

void recognise_revenue(Transition& t) {
    for (auto& invoice : t.account.invoices) {
        if (!invoice.in_force && invoice.state != InvoiceState::voided) continue;
        for (auto& line : invoice.lines) {
            if (!line.is_charge() || line.type == LineType::adjustment) continue;
            Amount earned = 0;
            if (invoice.state != InvoiceState::voided) {
                earned = line.net_without_tax() -
                         (line.tax_terms.inclusive ? line.credited - line.credited_tax : line.credited);
                const int days = days_between(line.span.from, line.kept_until);
                const int passed = std::clamp(days_between(line.span.from, t.today), 0, days);
                if (days > 0 && line.type == LineType::recurring) earned = prorated(earned, passed, days);
            }
            if (earned == line.recognised) continue;
            t.ledger.move(t.today, LedgerAccount::deferred_revenue, LedgerAccount::revenue, earned - line.recognised,
                          "line", line.id.text());
            line.recognised = earned;
        }
    }
}

}  // namespace whatsflow::billing
