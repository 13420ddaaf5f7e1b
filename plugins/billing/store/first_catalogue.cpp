// What a new installation sells. Staff edits it afterwards by publishing newer versions.
#include "catalogue_store.hpp"

namespace whatsflow::billing::store {
namespace {

const LocalDate kAlways = LocalDate::of(2020, 1, 1);

Price price(const char* currency, IntervalUnit unit, Amount amount) {
    return {currency, {unit, 1}, {{1, amount, kAlways, std::nullopt}}};
}

/// A month in both currencies, and a year at twelve months less 15 %.
std::vector<Price> price_lists(Amount usd, Amount lkr) {
    const auto year = [](Amount month) { return prorated(month * 12, 85, 100); };
    return {price("USD", IntervalUnit::month, usd), price("USD", IntervalUnit::year, year(usd)),
            price("LKR", IntervalUnit::month, lkr), price("LKR", IntervalUnit::year, year(lkr))};
}

Plan plan(const char* code, const char* name, std::vector<Price> prices, Limits limits,
          std::map<std::string, bool> features) {
    Plan made;
    made.code = code;
    made.name = name;
    made.prices = std::move(prices);
    made.limits = std::move(limits);
    made.features = std::move(features);
    return made;
}

std::vector<CatalogueEntry> first_entries() {
    const auto unlimited = std::optional<std::int64_t>{};
    auto starter = plan("starter", "Starter", price_lists(2'900, 890'000),
                        {{"messages", 5'000}, {"ai_replies", 500}, {"devices", 2}, {"contacts", 1'000}, {"seats", 5}},
                        {{"broadcasts", false}, {"assistant", true}});
    auto professional =
        plan("professional", "Professional", price_lists(9'900, 2'990'000),
             {{"messages", 50'000}, {"ai_replies", 5'000}, {"devices", 5}, {"contacts", 10'000}, {"seats", 25}},
             {{"broadcasts", true}, {"assistant", true}});
    for (auto* each : {&starter, &professional}) {
        each->trial_days = 7;
        each->trial_limits = each->limits;
        (*each->trial_limits)["messages"] = 100;
        (*each->trial_limits)["ai_replies"] = 10;
    }
    std::vector<CatalogueEntry> entries{
        plan("free", "Free", price_lists(0, 0),
             {{"messages", 500}, {"ai_replies", 0}, {"devices", 1}, {"contacts", 100}, {"seats", 2}},
             {{"broadcasts", false}, {"assistant", false}}),
        starter, professional,
        plan("enterprise", "Enterprise", {},
             {{"messages", unlimited},
              {"ai_replies", unlimited},
              {"devices", unlimited},
              {"contacts", unlimited},
              {"seats", unlimited}},
             {{"broadcasts", true}, {"assistant", true}})};
    for (const auto& [code, name] :
         {std::pair{"messages", "Messages"}, {"ai_replies", "AI replies"}, {"broadcasts", "Broadcasts"}}) {
        Meter meter;
        meter.code = code;
        meter.name = name;
        entries.emplace_back(meter);
    }
    for (const auto& [code, name] : {std::pair{"devices", "Devices"}, {"contacts", "Contacts"}, {"seats", "Seats"}}) {
        Meter meter;
        meter.code = code;
        meter.name = name;
        meter.reset = MeterReset::never;
        entries.emplace_back(meter);
    }
    AddOn device;
    device.code = "device";
    device.name = "Extra device";
    device.prices = price_lists(900, 275'000);
    device.adds_to_limits = {{"devices", 1}};
    entries.emplace_back(device);
    entries.emplace_back(DunningPolicy{});
    return entries;
}

}  // namespace

sdk::Result<void> seed(sdk::Database& database, const sdk::CallContext& context, sdk::Instant now) {
    const auto known = revision(database, context);
    if (!known) return known.error();
    if (*known > 0) return sdk::ok();
    auto done = database.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (const auto& entry : first_entries())
            if (auto made = publish(tx, context, entry, "WhatsFlow", now); !made) return made.error();
        return sdk::ok();
    });
    // Another host was faster.
    if (!done && done.error().code == "database.duplicate") return sdk::ok();
    return done;
}

}  // namespace whatsflow::billing::store
