// Add-ons: what there is, what more or fewer of one cost now and next, and the change itself.
#include "change_frame.hpp"

#include <charconv>

namespace whatsflow::billing {

using nlohmann::json;

namespace {

constexpr std::int64_t kMostAddOns = 100'000;

/// The price that this account would pay: at the rhythm of its plan where there is one, else at any.
const Price* price_of(const AddOn& add_on, const std::string& currency, const Interval& rhythm) {
    if (const auto* price = find_price(add_on.prices, currency, rhythm)) return price;
    const auto found = std::ranges::find(add_on.prices, currency, &Price::currency);
    return found == add_on.prices.end() ? nullptr : &*found;
}

const SubscriptionItem* held(const Subscription* subscription, const std::string& add_on) {
    if (subscription == nullptr) return nullptr;
    for (const auto& item : subscription->items)
        if (item.kind == ItemKind::add_on && item.code == add_on && !item.ended) return &item;
    return nullptr;
}

/// How many of an add-on somebody wants to have.
struct WantedAddOn {
    std::string add_on;
    std::optional<std::int64_t> quantity;

    explicit WantedAddOn(const sdk::Fields& fields) : add_on(tidy_code(fields.get("add_on"))) {
        const auto text = fields.get("quantity");
        std::int64_t number = 0;
        const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (trouble == std::errc{} && end == text.data() + text.size() && number >= 0 && number <= kMostAddOns)
            quantity = number;
    }
};

std::string adds_text(const TenantFront& front, const Catalogue& catalogue, const AddOn& add_on) {
    std::string text;
    for (const auto& [code, more] : add_on.adds_to_limits) {
        const auto* meter = catalogue.find_meter(code);
        text +=
            (text.empty() ? "" : ", ") +
            front.words("add_ons.adds", {{"count", more ? front.words.number(*more) : front.words("add_ons.unlimited")},
                                         {"meter", meter == nullptr ? code : meter->name}});
    }
    return text;
}

std::string unit_price(const TenantFront& front, const Standing& standing, Amount amount, const Interval& interval) {
    return front.words("price.per", {{"amount", front.words.money(amount, standing.account.profile.currency)},
                                     {"interval", front.words.interval(interval)}});
}

json card_of(const TenantFront& front, const Standing& standing, const AddOn& add_on) {
    const auto* live = standing.account.live_subscription();
    const auto* item = held(live, add_on.code);
    const auto* price =
        price_of(add_on, standing.account.profile.currency, live == nullptr ? Interval{} : live->base().interval);
    const auto* version = price == nullptr ? nullptr : version_for_new(*price, standing.today);
    if (item == nullptr && version == nullptr) return nullptr;
    json ends = false;
    if (item != nullptr && item->next_quantity)
        ends = front.words(
            *item->next_quantity == 0 ? "add_ons.ends" : "add_ons.fewer",
            {{"count", front.words.number(*item->next_quantity)}, {"date", front.words.date(item->period.to)}});
    return {{"name", add_on.name},
            {"code", add_on.code},
            {"price", item != nullptr ? unit_price(front, standing, item->unit_price, item->interval)
                                      : unit_price(front, standing, version->amount, price->interval)},
            {"adds",
             adds_text(front, *standing.catalogue,
                       item == nullptr ? add_on : *standing.catalogue->find_add_on(add_on.code, item->plan_version))},
            {"has", item != nullptr ? json(front.words("add_ons.has", {{"count", front.words.number(item->quantity)}}))
                                    : json(false)},
            {"ends", std::move(ends)},
            {"field_id", "quantity-" + add_on.code},
            {"quantity", std::to_string(item == nullptr ? 1 : item->next_quantity.value_or(item->quantity))}};
}

WantedChange change_to(const TenantFront& front, const Standing& standing, const WantedAddOn& wanted,
                       const AddOn& add_on) {
    const auto& words = front.words;
    const auto* item = held(standing.account.live_subscription(), add_on.code);
    WantedChange change;
    change.title = change.heading =
        words("add_ons.change_title", {{"name", add_on.name}, {"count", words.number(*wanted.quantity)}});
    change.path = "/billing/add-ons/change";
    change.back_path = "/billing/add-ons";
    change.back_label = words("add_ons.title");
    change.back_text = words("add_ons.back");
    change.fields = {{"add_on", wanted.add_on}, {"quantity", std::to_string(*wanted.quantity)}};
    change.command = HaveAddOns{wanted.add_on, *wanted.quantity};
    change.tell = [&front, &standing, wanted, item](json& model, const Preview& shown) {
        const auto& said = front.words;
        const auto now = said.money(shown.due_now, standing.account.profile.currency);
        const bool fewer = item != nullptr && *wanted.quantity < item->quantity;
        model["when"] = shown.due_now > 0 ? said("change.now", {{"amount", now}})
                        : fewer           ? said("add_ons.at_the_end", {{"date", said.date(item->period.to)}})
                                          : said("change.nothing_now");
        model["confirm"] = shown.due_now > 0 ? said("change.confirm_pay", {{"amount", now}}) : said("add_ons.confirm");
    };
    change.next_path = [wanted](const Account& account) -> std::string {
        const auto* has = held(account.live_subscription(), wanted.add_on);
        if (has != nullptr && has->next_quantity == wanted.quantity) return "/billing?done=scheduled";
        return has != nullptr && has->quantity == *wanted.quantity ? "/billing?done=add_on" : "/billing?done=open";
    };
    return change;
}

/// The add-on that was asked for, if it is sold to this account or held by it.
const AddOn* known_add_on(const Standing& standing, const WantedAddOn& wanted) {
    const auto* add_on = standing.catalogue->find_add_on(wanted.add_on);
    if (add_on == nullptr || !wanted.quantity || standing.account.live_subscription() == nullptr) return nullptr;
    return add_on;
}

}  // namespace

std::string add_ons_line(const TenantFront& front, const Standing& standing, const Subscription& subscription) {
    std::string text;
    for (const auto& item : subscription.items) {
        if (item.kind != ItemKind::add_on || item.ended) continue;
        const auto* add_on = standing.catalogue->find_add_on(item.code);
        text += (text.empty() ? "" : ", ") + front.words.number(item.quantity) + " × " +
                (add_on == nullptr ? item.code : add_on->name);
    }
    return text;
}

TenantAnswer show_add_ons(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    auto cards = json::array();
    for (const auto& add_on : standing->catalogue->add_ons)
        if (auto card = card_of(front, *standing, add_on); !card.is_null()) cards.push_back(std::move(card));
    const bool subscribed = standing->account.live_subscription() != nullptr;
    const bool none = cards.empty();
    return sdk::page("billing/tenant_add_ons",
                     {{"title", front.words("add_ons.title")},
                      {"header", header_of(front.words("add_ons.title"), front.words("add_ons.lead"),
                                           json::array({{{"label", front.words("nav")}, {"link_path", "/billing"}}}))},
                      {"may_change", subscribed && !front.impersonated()},
                      {"subscribed", subscribed},
                      {"none", none},
                      {"cards", std::move(cards)}});
}

TenantAnswer show_add_on_change(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedAddOn wanted(front.request.query);
    const auto* add_on = known_add_on(*standing, wanted);
    if (add_on == nullptr) return nothing_there();
    return preview_change(front, *standing, change_to(front, *standing, wanted, *add_on));
}

TenantAnswer confirm_add_on_change(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedAddOn wanted(*form);
    const auto* add_on = known_add_on(*standing, wanted);
    if (add_on == nullptr) return nothing_there();
    return confirm_change(front, *standing, *form, change_to(front, *standing, wanted, *add_on));
}

}  // namespace whatsflow::billing
