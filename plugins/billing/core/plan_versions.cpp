// Versions of a plan: who is on which, and what changes with the next period.
#include "handlers.hpp"
#include "life.hpp"

namespace whatsflow::billing {
namespace {

const PriceVersion* price_numbered(const Transition& t, const SubscriptionItem& item, int number) {
    const auto* plan = t.catalogue.find_plan(item.code);
    const auto* price = plan == nullptr || item.kind != ItemKind::base
                            ? nullptr
                            : find_price(plan->prices, t.account.profile.currency, item.interval);
    if (price == nullptr) return nullptr;
    const auto found = std::ranges::find(price->versions, number, &PriceVersion::version);
    return found == price->versions.end() ? nullptr : &*found;
}

}  // namespace

Amount coming_price(const Transition& t, const SubscriptionItem& item) {
    const auto* next = item.next_price_version ? price_numbered(t, item, *item.next_price_version) : nullptr;
    return next == nullptr ? item.unit_price : next->amount;
}

void take_what_waits(Transition& t, SubscriptionItem& item) {
    if (const auto number = std::exchange(item.next_price_version, std::nullopt))
        if (const auto* price = price_numbered(t, item, *number)) {
            item.price_version = price->version;
            item.unit_price = price->amount;
        }
    if (const auto quantity = std::exchange(item.next_quantity, std::nullopt)) {
        item.ended = *quantity == 0;
        if (*quantity > 0) item.quantity = *quantity;
    }
}

void handle(Transition& t, const MoveToPlanVersion& command) {
    auto& subscription = t.live();
    auto& base = subscription.base();
    if (base.code != command.plan || base.plan_version != command.from)
        refuse("billing.moved_on", "The subscription is on another plan or version by now.");
    const auto known = t.catalogue.published.find(command.plan);
    if (known == t.catalogue.published.end() ||
        std::ranges::find(known->second, command.to, &PublishedPlan::version) == known->second.end())
        refuse("billing.unknown_version", "The plan has no such version.");
    const auto before = coming_price(t, base);
    base.plan_version = command.to;
    if (command.price_version && !base.custom_price) {
        base.next_price_version.reset();
        if (*command.price_version != base.price_version) {
            if (price_numbered(t, base, *command.price_version) == nullptr)
                refuse("billing.unknown_price", "The plan has no such price in this currency and interval.");
            base.next_price_version = command.price_version;
        }
    }
    const auto after = coming_price(t, base);
    if (before != after) take_renewals_back(t, subscription);
    ++subscription.version;
    auto fields = fields_of(t.account, subscription);
    fields["from_version"] = command.from;
    fields["to_version"] = command.to;
    fields["old_amount"] = before;
    fields["amount"] = after;
    fields["currency"] = t.account.profile.currency;
    fields["on"] = subscription.period().to.text();
    t.tell("billing.plan_version_moved/1", std::move(fields));
}

}  // namespace whatsflow::billing
