// Add-ons: what there is, what more or fewer of one cost now and next, and the change itself.
#include "tenant_pages.hpp"

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
    std::string fingerprint() const { return "add-on " + add_on + " " + std::to_string(*quantity); }
    /// More at once, fewer at the end of what is paid for.
    Command command(const SubscriptionItem* item) const {
        const auto now = item == nullptr ? 0 : item->quantity;
        if (*quantity > now) return AddAddOn{add_on, *quantity - now};
        if (*quantity == now && item != nullptr && item->next_quantity) return KeepAddOn{add_on};
        return RemoveAddOn{add_on, now - *quantity, When::period_end};
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
            {"adds", adds_text(front, *standing.catalogue, add_on)},
            {"has", item != nullptr ? json(front.words("add_ons.has", {{"count", front.words.number(item->quantity)}}))
                                    : json(false)},
            {"ends", std::move(ends)},
            {"field_id", "quantity-" + add_on.code},
            {"quantity", std::to_string(item == nullptr ? 1 : item->next_quantity.value_or(item->quantity))}};
}

TenantAnswer preview_page(const TenantFront& front, const Standing& standing, const WantedAddOn& wanted,
                          const AddOn& add_on, const std::string& objection, const std::string& chosen_provider,
                          int status) {
    const auto& words = front.words;
    const auto& account = standing.account;
    const auto& currency = account.profile.currency;
    const auto* item = held(account.live_subscription(), add_on.code);
    const auto title =
        words("add_ons.change_title", {{"name", add_on.name}, {"count", words.number(*wanted.quantity)}});
    json model{
        {"title", title},
        {"header", header_of(title, words("change.lead"),
                             json::array({{{"label", words("nav")}, {"link_path", "/billing"}},
                                          {{"label", words("add_ons.title")}, {"link_path", "/billing/add-ons"}}}))},
        {"add_on", wanted.add_on},
        {"quantity", std::to_string(*wanted.quantity)},
        {"guards", guard_fields(account)},
        {"blocked", false},
        {"objection", objection.empty() ? json(false) : json(objection)},
        {"may_change", !front.impersonated()},
        {"documents", json::array()},
        {"next", false},
        {"providers", false}};
    const Request asked{wanted.command(item), {}, {}, std::nullopt, false};
    const auto shown = front.desk.preview(front.request.context, front.tenant(), asked);
    if (!shown) {
        if (!shown.error().code.starts_with("billing.")) return shown.error();
        model["blocked"] = words.refusal(shown.error());
        return sdk::page("billing/tenant_add_on_change", std::move(model), status == 200 ? 422 : status);
    }
    const bool fewer = item != nullptr && *wanted.quantity < item->quantity;
    model["when"] = shown->due_now > 0 ? words("change.now", {{"amount", words.money(shown->due_now, currency)}})
                    : fewer            ? words("add_ons.at_the_end", {{"date", words.date(item->period.to)}})
                                       : words("change.nothing_now");
    for (const auto& invoice : shown->invoices)
        model["documents"].push_back(document_model(front, *standing.catalogue, account, invoice));
    if (shown->next_renewal)
        model["next"] = {{"heading", words("change.next", {{"date", words.date(shown->next_renewal->issued_on)}})},
                         {"document", document_model(front, *standing.catalogue, account, *shown->next_renewal)}};
    model["confirm"] = shown->due_now > 0
                           ? words("change.confirm_pay", {{"amount", words.money(shown->due_now, currency)}})
                           : words("add_ons.confirm");
    const auto methods = front.impersonated() ? sdk::Result<std::vector<MethodRow>>(std::vector<MethodRow>{})
                                              : front.desk.methods(front.request.context, front.tenant());
    const auto providers = front.desk.providers(front.request.context);
    if (methods && methods->empty() && providers && shown->due_now > 0)
        if (const auto ready = ready_providers(*providers); !ready.empty())
            model["providers"] = {{"legend", words("change.pay_with")},
                                  {"choices", provider_choices(ready, chosen_provider)}};
    return sdk::page("billing/tenant_add_on_change", std::move(model), status);
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
    return preview_page(front, *standing, wanted, *add_on, {}, {}, 200);
}

TenantAnswer confirm_add_on_change(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedAddOn wanted(*form);
    const auto* add_on = known_add_on(*standing, wanted);
    if (add_on == nullptr) return nothing_there();
    const auto* item = held(standing->account.live_subscription(), add_on->code);
    const auto request = guarded(front, *form, wanted.command(item), wanted.fingerprint());
    if (!request) return request.error();
    const auto all = front.desk.providers(front.request.context);
    if (!all) return all.error();
    const auto providers = ready_providers(*all);
    auto chosen = std::ranges::find(providers, form->get("provider"), &ProviderRow::id);
    if (chosen == providers.end()) chosen = providers.begin();
    const auto provider = chosen == providers.end() ? std::string() : chosen->id;
    const auto done =
        front.desk.act(front.request.context, front.tenant(), *request, front.by(), pay_with(front, provider));
    if (!done) {
        if (!done.error().code.starts_with("billing.")) return done.error();
        const int status = done.error().code == "billing.version_conflict" ? 409 : 422;
        return preview_page(front, *standing, wanted, *add_on, front.words.refusal(done.error()), provider, status);
    }
    if (done->checkout)
        return lead_to(front, *done->checkout, chosen == providers.end() ? provider : chosen->info.name);
    const auto* now = held(done->account.live_subscription(), add_on->code);
    const bool is_there = now != nullptr && now->quantity == *wanted.quantity;
    const bool is_planned = now != nullptr && now->next_quantity == wanted.quantity;
    return sdk::redirect_to(is_planned ? "/billing?done=scheduled"
                            : is_there ? "/billing?done=add_on"
                                       : "/billing?done=open");
}

}  // namespace whatsflow::billing
