#include "account.hpp"

#include <whatsflow/sdk/money.hpp>

#include <algorithm>

namespace whatsflow::billing {
namespace {

template <class Entities, class Key>
auto* with_id(Entities& entities, const Key& id) {
    const auto found = std::ranges::find_if(entities, [&](const auto& each) { return each.id == id; });
    return found == entities.end() ? nullptr : &*found;
}

/// Name and width of a placeholder: `seq:6` is {seq, 6}.
struct Placeholder {
    std::string name;
    std::size_t width = 0;
};

std::optional<Placeholder> read_placeholder(const std::string& text) {
    const auto colon = text.find(':');
    Placeholder placeholder{text.substr(0, colon), 0};
    if (colon != std::string::npos) {
        const auto width = text.substr(colon + 1);
        if (width.size() != 1 || width[0] < '1' || width[0] > '9') return std::nullopt;
        placeholder.width = static_cast<std::size_t>(width[0] - '0');
    }
    const auto& name = placeholder.name;
    if (name != "seq" && name != "year" && name != "month" && name != "day") return std::nullopt;
    return placeholder;
}

std::string padded(std::int64_t value, std::size_t width) {
    auto text = std::to_string(value);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

}  // namespace

bool is_live(SubscriptionState state) {
    return state != SubscriptionState::incomplete_expired && state != SubscriptionState::canceled;
}

SubscriptionItem* Subscription::find_item(const ItemId& item) {
    return with_id(items, item);
}
const SubscriptionItem* Subscription::find_item(const ItemId& item) const {
    return with_id(items, item);
}

SubscriptionItem* Subscription::find_add_on(const std::string& code) {
    for (auto& item : items)
        if (item.kind == ItemKind::add_on && !item.ended && item.code == code) return &item;
    return nullptr;
}

Access access_of(const Subscription& subscription) {
    switch (subscription.state) {
        case SubscriptionState::trialing:
        case SubscriptionState::active: return Access::full;
        case SubscriptionState::past_due:
            return subscription.overdue == OverdueLevel::limited ? Access::limited : Access::full;
        case SubscriptionState::suspended: return Access::suspended;
        case SubscriptionState::paused: return Access::limited;
        default: return Access::none;
    }
}

Amount Invoice::amount_due() const {
    if (state == InvoiceState::voided) return 0;
    return std::max<Amount>(0, total - credit_applied - amount_paid - credit_noted - carried_over);
}

InvoiceLine* Invoice::find_line(const LineId& line) {
    return with_id(lines, line);
}
const InvoiceLine* Invoice::find_line(const LineId& line) const {
    return with_id(lines, line);
}

std::string number_from(const NumberSeries& series, LocalDate day) {
    std::string number;
    for (std::size_t at = 0; at < series.pattern.size(); ++at) {
        const auto end = series.pattern[at] == '{' ? series.pattern.find('}', at) : std::string::npos;
        const auto found =
            end == std::string::npos ? std::nullopt : read_placeholder(series.pattern.substr(at + 1, end - at - 1));
        if (!found) {
            number += series.pattern[at];
            continue;
        }
        if (found->name == "seq") number += padded(series.next, found->width);
        if (found->name == "year") number += padded(day.year(), 4);
        if (found->name == "month") number += padded(day.month(), 2);
        if (found->name == "day") number += padded(day.day(), 2);
        at = end;
    }
    return number;
}

sdk::Result<void> check_number_pattern(const std::string& pattern) {
    const auto bad = [&](const std::string& why) {
        return sdk::fail("billing.bad_number_pattern", "The number pattern '" + pattern + "' " + why);
    };
    if (pattern.size() > 60) return bad("is longer than 60 characters.");
    bool counts = false;
    for (std::size_t at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at + 1)) {
        const auto end = pattern.find('}', at);
        if (end == std::string::npos) return bad("has a { without a }.");
        const auto inside = pattern.substr(at + 1, end - at - 1);
        const auto found = read_placeholder(inside);
        if (!found) return bad("has {" + inside + "}; there are {seq:6}, {year}, {month} and {day}.");
        counts = counts || found->name == "seq";
    }
    if (!counts) return bad("has no {seq}, so two documents would share a number.");
    return sdk::ok();
}

Subscription* Account::live_subscription() {
    for (auto& each : subscriptions)
        if (is_live(each.state)) return &each;
    return nullptr;
}

const Subscription* Account::live_subscription() const {
    return const_cast<Account*>(this)->live_subscription();
}
Subscription* Account::find_subscription(const SubscriptionId& id) {
    return with_id(subscriptions, id);
}
Invoice* Account::find_invoice(const InvoiceId& id) {
    return with_id(invoices, id);
}
const Invoice* Account::find_invoice(const InvoiceId& id) const {
    return with_id(invoices, id);
}
Payment* Account::find_payment(const PaymentId& id) {
    return with_id(payments, id);
}

const Invoice* Account::invoice_number(std::int64_t n) const {
    const auto found = std::ranges::find(invoices, n, &Invoice::n);
    return found == invoices.end() ? nullptr : &*found;
}

InvoiceLine* Account::find_line(const LineId& id) {
    // What is looked for is nearly always on one of the last invoices.
    for (auto invoice = invoices.rbegin(); invoice != invoices.rend(); ++invoice)
        if (auto* line = invoice->find_line(id)) return line;
    return nullptr;
}

const InvoiceLine* Account::find_line(const LineId& id) const {
    return const_cast<Account*>(this)->find_line(id);
}

Amount Account::credit_balance() const {
    Amount balance = 0;
    for (const auto& grant : grants) balance = sum(balance, grant.remaining);
    return balance;
}

sdk::Result<Account> open_account(Profile profile) {
    const auto& currency = profile.currency;
    if (currency.size() != 3 || !std::ranges::all_of(currency, [](char each) { return each >= 'A' && each <= 'Z'; }))
        return sdk::fail("billing.bad_currency",
                         "A currency is three capital letters, such as USD; not '" + currency + "'.");
    if (auto known = check_time_zone(profile.time_zone); !known) return known.error();
    if (profile.billing_day && (*profile.billing_day < 1 || *profile.billing_day > 31))
        return sdk::fail("billing.bad_billing_day", "A billing day is 1 to 31.");
    for (const auto* series : {&profile.invoice_numbers, &profile.credit_note_numbers})
        if (auto fine = check_number_pattern(series->pattern); !fine) return fine.error();
    Account account;
    account.profile = std::move(profile);
    return account;
}

}  // namespace whatsflow::billing
