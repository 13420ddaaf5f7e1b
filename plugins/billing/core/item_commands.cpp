// Add-ons and quantities: at once, up and down, prorated.
#include "drafts.hpp"
#include "handlers.hpp"
#include "life.hpp"

namespace whatsflow::billing {
namespace {

void bill_change(Transition& t, Subscription after, const char* event) {
    finalise_waiting(t, after.id);
    Draft draft;
    add_recurring(t, after, Unwanted::credit, draft);
    propose(t, std::move(after), std::move(draft), event);
}

void replace_and_tell(Transition& t, const Subscription& after, const char* event) {
    replace(t, after);
    t.tell(event, fields_of(t.account, *t.account.find_subscription(after.id)));
}

/// The interval of the base where the add-on has such a price, else the first that it has.
Interval interval_for(const Transition& t, const AddOn& add_on, const Interval& base) {
    const auto& currency = t.account.profile.currency;
    if (find_price(add_on.prices, currency, base) != nullptr) return base;
    const auto first = std::ranges::find(add_on.prices, currency, &Price::currency);
    return first == add_on.prices.end() ? base : first->interval;
}

}  // namespace

void handle(Transition& t, const AddAddOn& command) {
    auto after = changeable(t);
    const auto* add_on = t.catalogue.find_add_on(command.add_on);
    const auto interval = add_on == nullptr ? after.base().interval : interval_for(t, *add_on, after.base().interval);
    auto item = priced_item(t, ItemKind::add_on, command.add_on, interval, command.quantity, std::nullopt);
    if (auto* present = after.find_add_on(command.add_on)) {
        const auto quantity = present->quantity + command.quantity;
        if (quantity > kLargestQuantity)
            refuse("billing.bad_quantity", "A quantity is 1 to " + std::to_string(kLargestQuantity) + ".");
        times(present->unit_price, quantity);
        present->quantity = quantity;
        present->next_quantity.reset();
    } else {
        item.id = t.make<ItemId>();
        item.period = after.state == SubscriptionState::trialing
                          ? after.period()
                          : Span{t.date, after.anchor.period_containing(t.date, interval).to};
        after.items.push_back(std::move(item));
    }
    bill_change(t, std::move(after), "billing.add_on_added/1");
}

void handle(Transition& t, const RemoveAddOn& command) {
    auto after = changeable(t);
    auto* item = after.find_add_on(command.add_on);
    if (item == nullptr) refuse("billing.unknown_add_on", "The subscription has no add-on '" + command.add_on + "'.");
    const auto quantity = command.quantity.value_or(item->quantity);
    if (quantity < 1 || quantity > item->quantity)
        refuse("billing.bad_quantity",
               "The subscription has " + std::to_string(item->quantity) + " of '" + command.add_on + "'.");
    if (command.when == When::period_end) {
        item->next_quantity = item->quantity - quantity;
        return replace_and_tell(t, after, "billing.add_on_removal_scheduled/1");
    }
    item->next_quantity.reset();
    if (quantity == item->quantity)
        item->ended = true;
    else
        item->quantity -= quantity;
    bill_change(t, std::move(after), "billing.add_on_removed/1");
}

void handle(Transition& t, const KeepAddOn& command) {
    auto after = changeable(t);
    auto* item = after.find_add_on(command.add_on);
    if (item == nullptr) refuse("billing.unknown_add_on", "The subscription has no add-on '" + command.add_on + "'.");
    if (!item->next_quantity) refuse("billing.no_change", "Nothing of this add-on is about to end.");
    item->next_quantity.reset();
    replace_and_tell(t, after, "billing.add_on_removal_withdrawn/1");
}

void handle(Transition& t, const HaveAddOns& command) {
    const auto* held = t.live().find_add_on(command.add_on);
    const auto now = held == nullptr ? 0 : held->quantity;
    if (command.quantity > now) return handle(t, AddAddOn{command.add_on, command.quantity - now});
    if (command.quantity == now && held != nullptr) return handle(t, KeepAddOn{command.add_on});
    handle(t, RemoveAddOn{command.add_on, now - command.quantity, When::period_end});
}

void handle(Transition& t, const SetQuantity& command) {
    auto after = changeable(t);
    if (command.quantity < 1 || command.quantity > kLargestQuantity)
        refuse("billing.bad_quantity", "A quantity is 1 to " + std::to_string(kLargestQuantity) + ".");
    if (command.quantity == after.base().quantity)
        refuse("billing.no_change", "The quantity is " + std::to_string(command.quantity) + " already.");
    times(after.base().unit_price, command.quantity);
    after.base().quantity = command.quantity;
    bill_change(t, std::move(after), "billing.quantity_changed/1");
}

}  // namespace whatsflow::billing
