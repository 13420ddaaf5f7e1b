#include "catalogue.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

template <class Entry>
const Entry* with_code(const std::vector<Entry>& entries, const std::string& code) {
    const auto found = std::ranges::find(entries, code, &Entry::code);
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace

const Plan* Catalogue::find_plan(const std::string& code) const {
    return with_code(plans, code);
}
const Plan* Catalogue::find_plan(const std::string& code, std::int64_t version) const {
    if (const auto all = published.find(code); all != published.end())
        for (const auto& each : all->second)
            if (each.version == version) return &each.plan;
    return find_plan(code);
}
std::int64_t Catalogue::newest_version(const std::string& code) const {
    const auto all = published.find(code);
    return all == published.end() || all->second.empty() ? 0 : all->second.back().version;
}
const AddOn* Catalogue::find_add_on(const std::string& code) const {
    return with_code(add_ons, code);
}
const AddOn* Catalogue::find_add_on(const std::string& code, std::int64_t version) const {
    const AddOn* found = nullptr;
    if (const auto all = published_add_ons.find(code); all != published_add_ons.end())
        for (const auto& each : all->second)
            if (each.version == version || (found != nullptr && each.add_on.for_holders)) found = &each.add_on;
    return found == nullptr ? find_add_on(code) : found;
}
std::int64_t Catalogue::newest_add_on_version(const std::string& code) const {
    const auto all = published_add_ons.find(code);
    return all == published_add_ons.end() || all->second.empty() ? 0 : all->second.back().version;
}
const Meter* Catalogue::find_meter(const std::string& code) const {
    return with_code(meters, code);
}
const Coupon* Catalogue::find_coupon(const std::string& code) const {
    return with_code(coupons, code);
}

const DunningPolicy& Catalogue::newest_dunning_policy() const {
    // Never destroyed: a plugin has no statics with destructors.
    static const auto& default_policy = *new DunningPolicy;
    return dunning.empty() ? default_policy : dunning.back();
}

const DunningPolicy& Catalogue::dunning_policy(int version) const {
    const auto found = std::ranges::find(dunning, version, &DunningPolicy::version);
    return found == dunning.end() ? newest_dunning_policy() : *found;
}

sdk::Result<void> check_meter(const Meter& meter) {
    if (meter.aggregation == Aggregation::time_weighted && meter.reset == MeterReset::never)
        return sdk::fail("billing.bad_meter",
                         "'" + meter.code + "' is weighted by time: it needs periods, so it cannot be a gauge.");
    return sdk::ok();
}

const Price* find_price(const std::vector<Price>& prices, const std::string& currency, const Interval& interval) {
    const auto found = std::ranges::find_if(
        prices, [&](const Price& each) { return each.currency == currency && each.interval == interval; });
    return found == prices.end() ? nullptr : &*found;
}

const PriceVersion* version_for_new(const Price& price, LocalDate day) {
    const PriceVersion* chosen = nullptr;
    for (const auto& version : price.versions)
        if (version.from <= day) chosen = &version;
    return chosen;
}

const PriceVersion* version_for_existing(const Price& price, int held, LocalDate period_start) {
    const PriceVersion* chosen = nullptr;
    for (const auto& version : price.versions)
        if (version.version == held ||
            (version.version > held && version.existing_from && *version.existing_from <= period_start))
            chosen = &version;
    return chosen;
}

sdk::Result<PriceVersion> publish_price(Catalogue& catalogue, const NewPrice& price) {
    const auto plan = std::ranges::find(catalogue.plans, price.plan, &Plan::code);
    if (plan == catalogue.plans.end())
        return sdk::fail("billing.unknown_plan", "There is no plan '" + price.plan + "'.");
    if (price.amount < 0 || price.amount > kLargestAmount)
        return sdk::fail("billing.bad_amount", "A price is 0 to " + std::to_string(kLargestAmount) + " minor units.");
    auto list = std::ranges::find_if(plan->prices, [&](const Price& each) {
        return each.currency == price.currency && each.interval == price.interval;
    });
    if (list == plan->prices.end()) list = plan->prices.insert(list, {price.currency, price.interval, {}});
    const int number = list->versions.empty() ? 1 : list->versions.back().version + 1;
    const PriceVersion version{number, price.amount, price.from, price.existing_from};
    list->versions.push_back(version);
    return version;
}

}  // namespace whatsflow::billing
