#include "story.hpp"

#include "fields.hpp"
#include "read_step.hpp"

namespace whatsflow::billing::scenario {
namespace {

using nlohmann::json;

constexpr std::int64_t kMost = kLargestAmount;

Profile read_account(const json& value) {
    Fields fields(value, "account");
    Profile profile;
    profile.tenant = TenantId{"simulation"};
    profile.currency = fields.text_or("currency", "USD");
    profile.time_zone = fields.text_or("timezone", "UTC");
    if (const auto day = fields.maybe_whole("billing_day", 1, 31)) profile.billing_day = static_cast<int>(*day);
    profile.minimum_charge = fields.whole_or("minimum_charge", 0, 0, kMost);
    TaxTerms terms{fields.has("tax_percent") ? fields.decimal("tax_percent") : Decimal{},
                   fields.yes_or("tax_inclusive", false), "none"};
    if (!terms.percent.zero()) terms.reason = "tax " + terms.percent.text() + " %";
    if (terms.percent.denominator() * 1000 < terms.percent.digits)
        bad_file("account.tax_percent", "is more than 1000.");
    profile.tax.fixed = terms;
    fields.finish();
    if (auto zone = check_time_zone(profile.time_zone); !zone) bad_file("account.timezone", zone.error().message);
    if (auto opened = open_account(profile); !opened) bad_file("account", opened.error().message);
    return profile;
}

std::vector<Price> read_prices(Fields& fields, const std::string& currency) {
    std::vector<Price> prices;
    fields.each("prices", [&](const json& value, const std::string& place) {
        Fields each(value, place);
        Price price{currency, each.interval("interval"), {}};
        price.versions.push_back({1, each.whole("amount", 0, kMost), LocalDate::of(1970, 1, 1), std::nullopt});
        each.finish();
        if (find_price(prices, currency, price.interval) != nullptr)
            bad_file(place + ".interval", "is there twice: " + price.interval.text() + ".");
        prices.push_back(std::move(price));
    });
    return prices;
}

Limits read_limits(Fields& fields, const std::string& key) {
    Limits limits;
    const auto* value = fields.raw(key);
    if (value == nullptr || value->is_null()) return limits;
    Fields each(*value, fields.place(key));
    for (const auto& [code, limit] : value->items()) limits[code] = each.maybe_whole(code, 0, kMost);
    return limits;
}

template <class Entry>
void refuse_twin(const std::vector<Entry>& entries, const std::string& code, const std::string& place) {
    for (const auto& each : entries)
        if (each.code == code) bad_file(place + ".code", "is there twice: '" + code + "'.");
}

void read_plan(const json& value, const std::string& place, const std::string& currency, Catalogue& catalogue) {
    Fields fields(value, place);
    Plan plan;
    plan.code = fields.text("code");
    plan.name = fields.text_or("name", plan.code);
    plan.prices = read_prices(fields, currency);
    plan.trial_days = static_cast<int>(fields.whole_or("trial_days", 0, 0, 3650));
    plan.limits = read_limits(fields, "limits");
    if (fields.has("trial_limits")) plan.trial_limits = read_limits(fields, "trial_limits");
    fields.finish();
    refuse_twin(catalogue.plans, plan.code, place);
    if (plan.prices.empty()) bad_file(place + ".prices", "must have at least one price.");
    catalogue.plans.push_back(std::move(plan));
}

void read_add_on(const json& value, const std::string& place, const std::string& currency, Catalogue& catalogue) {
    Fields fields(value, place);
    AddOn add_on;
    add_on.code = fields.text("code");
    add_on.name = fields.text_or("name", add_on.code);
    add_on.prices = read_prices(fields, currency);
    add_on.adds_to_limits = read_limits(fields, "limits");
    fields.finish();
    refuse_twin(catalogue.add_ons, add_on.code, place);
    if (add_on.prices.empty()) bad_file(place + ".prices", "must have at least one price.");
    catalogue.add_ons.push_back(std::move(add_on));
}

Overage read_overage(const json& value, const std::string& place) {
    Fields fields(value, place);
    Overage overage;
    overage.model =
        static_cast<OverageModel>(fields.choice("model", {"per_unit", "graduated", "volume", "package"}, 0));
    const bool tiered = overage.model == OverageModel::graduated || overage.model == OverageModel::volume;
    if (!tiered) overage.unit_amount = fields.decimal("unit_amount");
    if (overage.model == OverageModel::package) {
        overage.package_size = fields.whole("size", 1, kMost);
        overage.free_units = fields.whole_or("free", 0, 0, kMost);
    }
    if (tiered) {
        fields.each("tiers", [&](const json& tier, const std::string& tier_place) {
            Fields each(tier, tier_place);
            if (!overage.tiers.empty() && !overage.tiers.back().up_to)
                bad_file(tier_place, "comes after a tier without an end.");
            OverageTier read{each.maybe_whole("up_to", 1, kMost), each.decimal("unit_amount")};
            each.finish();
            if (!overage.tiers.empty() && read.up_to && *read.up_to <= *overage.tiers.back().up_to)
                bad_file(tier_place + ".up_to", "must be more than that of the tier before.");
            overage.tiers.push_back(read);
        });
        if (overage.tiers.empty() || overage.tiers.back().up_to)
            bad_file(place + ".tiers", "must end with a tier without \"up_to\".");
    }
    fields.finish();
    return overage;
}

void read_meter(const json& value, const std::string& place, Catalogue& catalogue) {
    Fields fields(value, place);
    Meter meter;
    meter.code = fields.text("code");
    meter.name = fields.text_or("name", meter.code);
    meter.reset = static_cast<MeterReset>(fields.choice("reset", {"period", "never"}, 0));
    meter.aggregation = static_cast<Aggregation>(
        fields.choice("aggregation", {"sum", "count", "unique_count", "max", "latest", "time_weighted"}, 0));
    if (fields.has("overage")) meter.overage = read_overage(*fields.raw("overage"), fields.place("overage"));
    fields.finish();
    refuse_twin(catalogue.meters, meter.code, place);
    if (auto fits = check_meter(meter); !fits)
        bad_file(place + ".aggregation", "does not fit: " + fits.error().message);
    catalogue.meters.push_back(std::move(meter));
}

CouponDuration read_duration(Fields& fields) {
    const auto* value = fields.raw("duration");
    if (value == nullptr || *value == "once") return {};
    if (*value == "forever") return {CouponDuration::Kind::forever, 1};
    if (value->is_number_integer())
        return {CouponDuration::Kind::periods, static_cast<int>(fields.whole("duration", 1, 1200))};
    bad_file(fields.place("duration"), "must be \"once\", \"forever\" or a number of periods.");
}

void read_coupon(const json& value, const std::string& place, Catalogue& catalogue) {
    Fields fields(value, place);
    Coupon coupon;
    coupon.code = fields.text("code");
    if (fields.has("percent")) coupon.percent = fields.decimal("percent");
    coupon.amount = fields.maybe_whole("amount", 1, kMost);
    coupon.duration = read_duration(fields);
    coupon.first_purchase_only = fields.yes_or("first_purchase_only", false);
    coupon.from = fields.maybe_date("from");
    coupon.until = fields.maybe_date("until");
    fields.each("plans", [&](const json& plan, const std::string& plan_place) {
        if (!plan.is_string()) bad_file(plan_place, "must be the code of a plan.");
        coupon.plans.push_back(plan.get<std::string>());
    });
    fields.finish();
    refuse_twin(catalogue.coupons, coupon.code, place);
    if (coupon.percent.has_value() == coupon.amount.has_value())
        bad_file(place, "must have either \"percent\" or \"amount\".");
    if (coupon.percent && coupon.percent->denominator() * 100 < coupon.percent->digits)
        bad_file(place + ".percent", "is more than 100.");
    catalogue.coupons.push_back(std::move(coupon));
}

std::optional<int> days_of(Fields& fields, const std::string& key, std::optional<int> fallback) {
    const auto* value = fields.raw(key);
    if (value == nullptr) return fallback;
    if (value->is_null()) return std::nullopt;
    return static_cast<int>(fields.whole(key, 0, 3650));
}

DunningPolicy read_dunning(const json& value) {
    Fields fields(value, "dunning");
    DunningPolicy policy;
    if (fields.has("retry_days")) policy.retry_days.clear();
    fields.each("retry_days", [&](const json& day, const std::string& place) {
        if (!day.is_number_integer() || day < 1 || day > 3650) bad_file(place, "must be a number of days from 1.");
        if (!policy.retry_days.empty() && day <= policy.retry_days.back())
            bad_file(place, "must be later than the one before.");
        policy.retry_days.push_back(day.get<int>());
    });
    policy.limited_after = days_of(fields, "limited_after", policy.limited_after);
    policy.suspended_after = days_of(fields, "suspended_after", policy.suspended_after);
    policy.canceled_after = days_of(fields, "canceled_after", policy.canceled_after);
    policy.blocks_billing = fields.yes_or("blocks_billing", false);
    fields.finish();
    return policy;
}

Story read_document(const json& document) {
    Fields fields(document, "");
    Story story;
    story.name = fields.text("name");
    if (fields.raw("account") == nullptr) bad_file("account", "is missing.");
    story.profile = read_account(*fields.raw("account"));
    const auto& currency = story.profile.currency;
    auto& catalogue = story.catalogue;
    for (const char* list : {"plans", "steps"})
        if (fields.raw(list) == nullptr) bad_file(list, "is missing.");
    fields.each("plans",
                [&](const json& each, const std::string& place) { read_plan(each, place, currency, catalogue); });
    fields.each("add_ons",
                [&](const json& each, const std::string& place) { read_add_on(each, place, currency, catalogue); });
    fields.each("meters", [&](const json& each, const std::string& place) { read_meter(each, place, catalogue); });
    fields.each("coupons", [&](const json& each, const std::string& place) { read_coupon(each, place, catalogue); });
    if (fields.has("dunning")) catalogue.dunning.push_back(read_dunning(*fields.raw("dunning")));
    fields.each("steps", [&](const json& each, const std::string& place) {
        auto step = read_step(each, place, story.profile);
        if (!story.steps.empty() && step.at < story.steps.back().at)
            bad_file(place + ".at", "lies before the step before it; time never goes back.");
        if (!story.steps.empty() && step.at > story.steps.front().at + std::chrono::days{366 * 200})
            bad_file(place + ".at", "lies more than 200 years after the first step.");
        story.steps.push_back(std::move(step));
    });
    fields.finish();
    return story;
}

}  // namespace

sdk::Result<Story> read_story(const json& document) {
    try {
        return read_document(document);
    } catch (const BadFile& bad) {
        return sdk::fail("scenario.bad_file",
                         (bad.place.empty() ? "The file" : "`" + bad.place + "`") + " " + bad.sentence);
    }
}

sdk::Result<Story> read_story_text(const std::string& text) {
    try {
        return read_story(json::parse(text));
    } catch (const json::parse_error& error) {
        const auto before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
        const auto line = std::ranges::count(before, '\n') + 1;
        const auto column = before.size() - (before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1) + 1;
        return sdk::fail("scenario.bad_file", "The file is no JSON: line " + std::to_string(line) + ", column " +
                                                  std::to_string(column) + " cannot be read.");
    }
}

}  // namespace whatsflow::billing::scenario
