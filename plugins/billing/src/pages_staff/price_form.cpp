#include "price_form.hpp"

#include <algorithm>

namespace whatsflow::billing::staff {
namespace {

struct WantedPrice {
    std::string currency;
    Interval interval;
    PriceVersion version;
};

sdk::Result<WantedPrice> price_in(const sdk::Fields& form, LocalDate today) {
    WantedPrice wanted;
    wanted.currency = form.get("currency");
    if (wanted.currency.size() != 3 || !is_code(wanted.currency, true))
        return bad_input("Write the currency as three capitals, such as USD.");
    const auto interval = read_interval(form.get("interval"));
    if (!interval) return bad_input("Choose how often it is paid.");
    wanted.interval = *interval;
    const auto amount = read_money(form.get("amount"), wanted.currency);
    if (!amount) return bad_input("Write the price as a number, such as 29.00.");
    wanted.version.amount = *amount;
    const auto from = read_date(form.get("from"));
    if (!from || *from < today) return bad_input("Choose today or a later day for new subscribers.");
    wanted.version.from = *from;
    if (const auto text = form.get("existing_from"); !text.empty()) {
        wanted.version.existing_from = read_date(text);
        if (!wanted.version.existing_from || *wanted.version.existing_from < *from)
            return bad_input("Existing subscribers cannot pay a new price before new ones do.");
    }
    return wanted;
}

}  // namespace

nlohmann::json price_form(const StaffOffice& office, const sdk::Request& request, const std::string& path) {
    const auto& locale = request.locale;
    std::vector<std::pair<std::string, std::string>> intervals;
    for (const auto* each : {"month", "year", "quarter"}) intervals.emplace_back(each, office.word(locale, each));
    const auto today = local_date(office.host.clock().now(), "UTC");
    return StaffForm(office, request, path, "actions.new_price")
        .line("currency", "", false, "currency")
        .choice("interval", intervals, "month")
        .line("amount", "", false, "price")
        .day("from", today.text())
        .day("existing_from", "", true)
        .hint("existing_from")
        .line("reason", "", false, "reason")
        .model();
}

sdk::Result<sdk::Response> propose_price(const StaffOffice& office, const sdk::Request& request,
                                         const sdk::Fields& form, const PricedThing& thing) {
    const auto today = local_date(office.host.clock().now(), "UTC");
    const auto wanted = price_in(form, today);
    if (!wanted) return wanted.error();
    auto prices = thing.prices;
    auto price = std::ranges::find_if(prices, [&](const Price& each) {
        return each.currency == wanted->currency && each.interval == wanted->interval;
    });
    if (price == prices.end()) price = prices.insert(prices.end(), {wanted->currency, wanted->interval, {}});
    const auto* current = version_for_new(*price, today);
    const auto old = current == nullptr ? std::optional<Amount>{} : std::optional(current->amount);
    if (!price->versions.empty() && wanted->version.from < price->versions.back().from)
        return bad_input("A later price has been published already; choose a day after it.");
    auto version = wanted->version;
    version.version = price->versions.empty() ? 1 : price->versions.back().version + 1;
    price->versions.push_back(version);

    const auto holders = office.finance.holders(request.context, thing.code, wanted->currency, wanted->interval.text());
    if (!holders) return holders.error();
    const auto& locale = request.locale;
    const auto say = [&](const char* key) { return office.text(locale, key); };
    Proposal proposal{office.text(locale, "price_of_thing", {{"name", thing.name}}),
                      thing.name,
                      thing.path,
                      thing.path + "/price",
                      thing.before,
                      thing.with_prices(std::move(prices))};
    proposal.amount = std::max(version.amount, old.value_or(0));
    proposal.currency = wanted->currency;
    proposal.consequences = {
        {say("price_now"), old ? money(*old, wanted->currency) : std::string("–")},
        {say("price_then"), money(version.amount, wanted->currency)},
        {say("subscribers"), std::to_string(holders->subscriptions)},
        {say("price_agreed"), std::to_string(holders->agreed)},
        {say("effect"), version.existing_from
                            ? office.text(locale, "effect_on_existing", {{"day", version.existing_from->text()}})
                            : say("effect_on_new")}};
    if (version.existing_from && old)
        proposal.consequences.emplace_back(
            say("effect_in_money"),
            office.text(locale, "effect_per_interval",
                        {{"amount", money((version.amount - *old) * (holders->subscriptions - holders->agreed),
                                          wanted->currency)},
                         {"interval", office.word(locale, wanted->interval.text())}}));
    return propose(office, request, form, proposal);
}

}  // namespace whatsflow::billing::staff
