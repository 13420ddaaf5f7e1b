#include "test_stories.hpp"

#include "core/explain.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace whatsflow::billing::scenario {
namespace {

constexpr const char* kCatalogue = R"({"plans": [
  {"code": "starter", "prices": [{"interval": "month", "amount": 2900}, {"interval": "year", "amount": 29580}], "limits": {"messages": 5000}},
  {"code": "pro", "prices": [{"interval": "month", "amount": 9900}, {"interval": "year", "amount": 100980}], "limits": {"messages": 50000}},
  {"code": "try", "prices": [{"interval": "month", "amount": 1999}], "trial_days": 7, "limits": {"messages": 100}}],
 "add_ons": [{"code": "device", "prices": [{"interval": "month", "amount": 900}]},
             {"code": "seat", "prices": [{"interval": "month", "amount": 333}, {"interval": "year", "amount": 3333}]}],
 "meters": [{"code": "messages", "overage": {"model": "per_unit", "unit_amount": "0.4"}}],
 "coupons": [{"code": "SAVE20", "percent": "20", "duration": "forever"}, {"code": "TEN", "amount": 1000},
             {"code": "HALF3", "percent": "50", "duration": 3}, {"code": "FIVE", "amount": 500, "duration": "forever"}]})";

/// Only what a document says, without what stands beside it.
Invoice frozen(Invoice invoice) {
    invoice.state = InvoiceState::open;
    invoice.credit_applied = invoice.amount_paid = invoice.credit_noted = invoice.carried_over = invoice.written_off =
        0;
    invoice.in_force = true;
    invoice.dunning.reset();
    invoice.technical_retries = 0;
    invoice.technical_retry_at.reset();
    for (auto& line : invoice.lines) {
        line.kept_until = {};
        line.credited = line.credited_tax = line.recognised = 0;
    }
    return invoice;
}

template <class Entity>
const std::string& key_of(const Entity& entity) {
    if constexpr (requires { entity.key; })
        return entity.key;
    else
        return entity.id.text();
}

template <class Entity>
void take_row(std::vector<Entity>& rows, const std::vector<Entity>& from, const ChangedEntity& change) {
    std::erase_if(
        rows, [&](const Entity& each) { return change.change == ChangeKind::removed && key_of(each) == change.id; });
    for (const auto& each : from) {
        if (key_of(each) != change.id) continue;
        if (change.change == ChangeKind::added) rows.push_back(each);
        for (auto& row : rows)
            if (change.change == ChangeKind::changed && key_of(row) == change.id) row = each;
    }
}

}  // namespace

Story story_from(const nlohmann::json& steps, const nlohmann::json& account) {
    static const auto catalogue = nlohmann::json::parse(kCatalogue);
    auto document = catalogue;
    document["name"] = "test";
    document["account"] = account;
    document["steps"] = steps;
    auto story = read_story(document);
    if (story) return std::move(*story);
    ADD_FAILURE() << story.error().message;
    return {};
}

Story story_of(const std::string& steps, const std::string& account) {
    return story_from(nlohmann::json::parse(steps), nlohmann::json::parse(account));
}

Outcomes told(const std::string& steps, const std::string& account) {
    const auto story = story_of(steps, account);
    auto opened = open_account(story.profile);
    EXPECT_TRUE(opened);
    CheckedStore store(std::move(*opened));
    auto outcomes = run_story(story, store);
    if (!outcomes) {
        ADD_FAILURE() << outcomes.error().message;
        return {};
    }
    expect_sound(*outcomes, steps);
    return std::move(*outcomes);
}

sdk::Result<void> CheckedStore::save(const Account& account, const Changes& changes) {
    check_documents(account);
    check_charges(account, changes);
    check_grants(account);
    EXPECT_TRUE(trial_balance(changes.postings).balanced);
    rebuild(account, changes);
    account_ = account;
    return sdk::ok();
}

void CheckedStore::check_documents(const Account& next) const {
    ASSERT_GE(next.invoices.size(), account_.invoices.size());
    for (std::size_t at = 0; at < account_.invoices.size(); ++at)
        EXPECT_EQ(frozen(account_.invoices[at]), frozen(next.invoices[at])) << "invoice " << at + 1 << " changed";
}

void CheckedStore::check_charges(const Account& next, const Changes& changes) const {
    for (const auto& charge : changes.charges)
        for (const auto& payment : next.payments)
            EXPECT_FALSE(payment.invoice == charge.invoice && payment.id != charge.payment && payment.unresolved() &&
                         payment.kind == PaymentKind::charge)
                << "charged again while an earlier charge is not settled";
}

namespace {

/// What of the subscription is for sale, and how much of it.
std::map<std::string, std::int64_t> holdings(const Subscription& subscription) {
    std::map<std::string, std::int64_t> held;
    for (const auto& item : subscription.items)
        if (!item.ended) held[item.code] += item.quantity;
    return held;
}

/// What waited as a draft is final with this change: it bills what was there before, and had waited.
bool had_waited(const Account& account, const Subscription& before, const InvoiceLine& line) {
    const auto* item = before.find_item(line.item);
    return std::ranges::find(account.waiting_drafts, before.id, &WaitingDraft::subscription) !=
               account.waiting_drafts.end() &&
           item != nullptr && item->code == line.code && item->quantity == line.quantity &&
           item->period.contains(line.span.from);
}

bool has_more(const Subscription& before, const Subscription& after) {
    const auto held = holdings(before);
    for (const auto& [code, quantity] : holdings(after)) {
        const auto found = held.find(code);
        if (found == held.end() || found->second < quantity) return true;
    }
    return false;
}

}  // namespace

void CheckedStore::check_grants(const Account& next) const {
    for (const auto& after : next.subscriptions) {
        if (after.state == SubscriptionState::incomplete) {
            EXPECT_EQ(access_of(after), Access::none);
        }
        const auto found = std::ranges::find(account_.subscriptions, after.id, &Subscription::id);
        if (found == account_.subscriptions.end()) continue;
        const auto& before = *found;
        const bool activated =
            before.state == SubscriptionState::incomplete && after.state == SubscriptionState::active;
        // What begins with a period is billed with it, and dunning is for that.
        const bool within = !(after.period().from == before.period().to);
        const bool more = within && before.state != SubscriptionState::trialing && has_more(before, after);
        if (!activated && !more) continue;
        for (const auto& invoice : next.invoices) {
            const bool new_in_force = invoice.in_force && std::ranges::none_of(account_.invoices, [&](const auto& old) {
                                          return old.id == invoice.id && old.in_force;
                                      });
            if (invoice.subscription != after.id || invoice.state != InvoiceState::open || !(activated || new_in_force))
                continue;
            for (const auto& line : invoice.lines)
                if (line.type == LineType::recurring && line.kept_until > line.span.from &&
                    line.span.to >= after.period().to && !had_waited(account_, before, line)) {
                    EXPECT_EQ(invoice.amount_due(), 0) << "granted before it is paid: " << line.code;
                }
        }
    }
}

void CheckedStore::rebuild(const Account& next, const Changes& changes) {
    for (const auto& change : changes.entities) switch (change.kind) {
            case EntityKind::profile: rebuilt_.profile = next.profile; break;
            case EntityKind::subscription: take_row(rebuilt_.subscriptions, next.subscriptions, change); break;
            case EntityKind::invoice: take_row(rebuilt_.invoices, next.invoices, change); break;
            case EntityKind::credit_note: take_row(rebuilt_.credit_notes, next.credit_notes, change); break;
            case EntityKind::payment: take_row(rebuilt_.payments, next.payments, change); break;
            case EntityKind::grant: take_row(rebuilt_.grants, next.grants, change); break;
            case EntityKind::credit_entry: take_row(rebuilt_.credit_entries, next.credit_entries, change); break;
            case EntityKind::redemption: take_row(rebuilt_.redemptions, next.redemptions, change); break;
            case EntityKind::counter: take_row(rebuilt_.counters, next.counters, change); break;
            case EntityKind::waiting_draft: take_row(rebuilt_.waiting_drafts, next.waiting_drafts, change); break;
            case EntityKind::pending_change: take_row(rebuilt_.pending_changes, next.pending_changes, change); break;
            case EntityKind::seen_key: take_row(rebuilt_.seen_keys, next.seen_keys, change); break;
            case EntityKind::seen_usage: take_row(rebuilt_.seen_usage, next.seen_usage, change); break;
            case EntityKind::counted_value: take_row(rebuilt_.counted_values, next.counted_values, change); break;
        }
}

std::vector<Amount> totals(const Outcomes& outcomes) {
    std::vector<Amount> all;
    for (const auto& invoice : outcomes.account.invoices) all.push_back(invoice.total);
    return all;
}

namespace {

void expect_no_overlap(const Account& account) {
    std::map<ItemId, std::vector<Span>> covered;
    for (const auto& invoice : account.invoices)
        for (const auto& line : invoice.lines)
            if (line.type == LineType::recurring && invoice.in_force && invoice.state != InvoiceState::voided &&
                line.kept_until > line.span.from)
                covered[line.item].push_back({line.span.from, line.kept_until});
    for (auto& [item, spans] : covered) {
        std::ranges::sort(spans, {}, &Span::from);
        for (std::size_t at = 1; at < spans.size(); ++at)
            EXPECT_LE(spans[at - 1].to, spans[at].from) << "a day is billed twice, from " << spans[at].from.text();
    }
}

/// Every day of the period that runs is billed, at the price that is in force now.
void expect_no_gap(const Outcomes& told) {
    const auto& account = told.account;
    for (const auto& invoice : account.invoices)
        if (invoice.state == InvoiceState::voided) return;  // days that were given away
    const auto* live = account.live_subscription();
    if (live == nullptr || (live->state != SubscriptionState::active && live->state != SubscriptionState::past_due))
        return;
    const auto today = account.today(told.end);
    for (const auto& item : live->items) {
        if (item.ended || !item.period.contains(today)) continue;
        auto end = item.period.to;
        if (live->cancel_at) end = std::min(end, *live->cancel_at);
        for (auto day = today; day < end; day = day.plus_days(1)) {
            int covered = 0;
            for (const auto& invoice : account.invoices)
                for (const auto& line : invoice.lines) {
                    if (!invoice.in_force || line.type != LineType::recurring || line.item != item.id ||
                        day < line.span.from || line.kept_until <= day)
                        continue;
                    ++covered;
                    EXPECT_EQ(line.unit_price, item.unit_price) << day.text();
                    EXPECT_EQ(line.quantity, item.quantity) << day.text();
                    EXPECT_EQ(line.code, item.code) << day.text();
                }
            ASSERT_EQ(covered, 1) << item.code << " on " << day.text();
        }
    }
}

void expect_ledger(const Outcomes& told) {
    const auto balance = trial_balance(told.postings);
    EXPECT_TRUE(balance.balanced);
    const auto of = [&](LedgerAccount account) {
        const auto found = balance.balances.find({told.account.profile.currency, account});
        return found == balance.balances.end() ? Amount{0} : found->second;
    };
    Amount money = 0;
    for (const auto& payment : told.account.payments) {
        const bool moved = payment.status == PaymentStatus::succeeded;
        if (moved || (payment.kind == PaymentKind::refund && payment.status == PaymentStatus::pending))
            money += payment.amount;
        if (payment.kind == PaymentKind::charge && moved) {
            EXPECT_LE(payment.refunded, payment.amount);
            EXPECT_LE(payment.refunded + payment.charged_back, payment.amount);
        }
    }
    EXPECT_EQ(of(LedgerAccount::clearing), money);
    Amount receivable = 0;
    Amount deferred = 0;
    for (const auto& invoice : told.account.invoices) {
        if (invoice.state == InvoiceState::open) receivable += invoice.amount_due();
        if (invoice.state == InvoiceState::voided) continue;
        for (const auto& line : invoice.lines)
            if (line.is_charge() && line.type != LineType::adjustment)
                deferred += line.net_without_tax() - line.recognised -
                            (line.tax_terms.inclusive ? line.credited - line.credited_tax : line.credited);
            else if (!invoice.in_force)
                deferred += line.net_without_tax();
    }
    EXPECT_EQ(of(LedgerAccount::receivable), receivable);
    EXPECT_EQ(of(LedgerAccount::customer_credit), -told.account.credit_balance());
    EXPECT_EQ(of(LedgerAccount::deferred_revenue), -deferred);
}

void expect_movements(const Outcomes& told) {
    Fraction sum;
    for (const auto& movement : told.movements) {
        const bool down = movement.kind == MrrMovementKind::churn || movement.kind == MrrMovementKind::contraction;
        sum = down ? sum - movement.amount : sum + movement.amount;
    }
    EXPECT_EQ(sum, mrr_of(told.account, told.catalogue)) << sum.text();
}

class DraftIds final : public IdSource {
public:
    std::string make() override { return "d" + std::to_string(++count_); }

private:
    int count_ = 0;
};

/// Days that wait on a draft are billed as well: as they will be.
Outcomes with_drafts_made_final(Outcomes told) {
    DraftIds ids;
    const auto waiting = told.account.waiting_drafts;
    for (const auto& draft : waiting) {
        const auto done = apply(told.account, {FinaliseDraft{draft.id}, {}, {}, std::nullopt, false},
                                {told.catalogue, told.end, ids});
        EXPECT_TRUE(done) << done.error().message;
    }
    return told;
}

}  // namespace

void expect_sound(const Outcomes& told, const std::string& label) {
    SCOPED_TRACE(label);
    expect_no_overlap(told.account);
    const auto settled = with_drafts_made_final(told);
    expect_no_overlap(settled.account);
    expect_no_gap(settled);
    EXPECT_TRUE(verify(settled.account).empty());
    for (const auto& found : verify(told.account))
        ADD_FAILURE() << found.document << " " << found.line << ": " << found.what;
    for (const auto& invoice : told.account.invoices) {
        EXPECT_EQ(invoice.state == InvoiceState::paid && invoice.amount_due() > 0, false);
        for (const auto& line : invoice.lines) {
            if (!line.is_charge()) continue;
            EXPECT_GE(line.credited, 0);
            EXPECT_LE(line.credited, line.net());
            EXPECT_LE(line.credited_tax, line.tax);
            EXPECT_FALSE(explain(told.account, invoice, line).empty());
        }
    }
    for (const auto& payment : told.account.payments)
        if (payment.kind == PaymentKind::charge && payment.status == PaymentStatus::succeeded) {
            EXPECT_GE(payment.refundable(), 0);
        }
    int live = 0;
    for (const auto& subscription : told.account.subscriptions) live += is_live(subscription.state) ? 1 : 0;
    EXPECT_LE(live, 1);
    EXPECT_GE(told.account.credit_balance(), 0);
    expect_ledger(told);
    expect_movements(told);
}

}  // namespace whatsflow::billing::scenario
