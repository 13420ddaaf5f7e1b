#include "subscription_json.hpp"

namespace whatsflow::billing {
namespace {

using nlohmann::json;

// Numbers for dates and words for states: short, comparable, readable.
json value(LocalDate date) {
    return date.days;
}
json value(const Span& span) {
    return json::array({span.from.days, span.to.days});
}
json value(const Anchor& anchor) {
    return json::array({anchor.year, anchor.month, anchor.day});
}
json value(const Decimal& decimal) {
    return decimal.text();
}
json value(const Interval& interval) {
    return interval.text();
}
template <class T>
json maybe(const std::optional<T>& wanted) {
    if (!wanted) return nullptr;
    if constexpr (std::is_arithmetic_v<T>)
        return *wanted;
    else
        return value(*wanted);
}

/// What is not as it was written raises a json exception; the two readers below catch it.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
T present(std::optional<T> read, const char* what) {
    if (!read) throw Malformed(what);
    return *std::move(read);
}

LocalDate date_from(const json& stored) {
    return {stored.get<std::int32_t>()};
}
Span span_from(const json& stored) {
    return {date_from(stored.at(0)), date_from(stored.at(1))};
}
Anchor anchor_from(const json& stored) {
    return {stored.at(0), stored.at(1), stored.at(2)};
}
Interval interval_from(const json& stored) {
    return present(read_interval(stored.get<std::string>()), "interval");
}
Decimal decimal_from(const json& stored) {
    auto read = read_decimal(stored.get<std::string>());
    if (!read) throw Malformed("decimal");
    return *read;
}
template <class T, class Read>
std::optional<T> maybe_from(const json& stored, Read read) {
    if (stored.is_null()) return std::nullopt;
    return read(stored);
}
std::optional<LocalDate> maybe_date(const json& stored) {
    return maybe_from<LocalDate>(stored, date_from);
}
std::optional<std::int64_t> maybe_whole(const json& stored) {
    return maybe_from<std::int64_t>(stored, [](const json& each) { return each.get<std::int64_t>(); });
}

json item_value(const SubscriptionItem& item) {
    return {{"id", item.id.text()},
            {"add_on", item.kind == ItemKind::add_on},
            {"code", item.code},
            {"interval", value(item.interval)},
            {"quantity", item.quantity},
            {"unit_price", item.unit_price},
            {"price_version", item.price_version},
            {"custom_price", item.custom_price},
            {"period", value(item.period)},
            {"ended", item.ended}};
}

SubscriptionItem item_from(const json& stored) {
    SubscriptionItem item;
    item.id = ItemId{stored.at("id").get<std::string>()};
    item.kind = stored.at("add_on").get<bool>() ? ItemKind::add_on : ItemKind::base;
    item.code = stored.at("code");
    item.interval = interval_from(stored.at("interval"));
    item.quantity = stored.at("quantity");
    item.unit_price = stored.at("unit_price");
    item.price_version = stored.at("price_version");
    item.custom_price = stored.at("custom_price");
    item.period = span_from(stored.at("period"));
    item.ended = stored.at("ended");
    return item;
}

json scheduled_value(const std::optional<ScheduledChange>& change) {
    if (!change) return nullptr;
    return {{"effective_on", value(change->effective_on)},
            {"plan", change->plan},
            {"interval", value(change->interval)},
            {"keep_anchor", maybe(change->keep_anchor)},
            {"amount", maybe(change->amount)}};
}

ScheduledChange scheduled_from(const json& stored) {
    return {date_from(stored.at("effective_on")), stored.at("plan"), interval_from(stored.at("interval")),
            maybe_from<bool>(stored.at("keep_anchor"), [](const json& each) { return each.get<bool>(); }),
            maybe_whole(stored.at("amount"))};
}

json overage_value(const Overage& overage) {
    json tiers = json::array();
    for (const auto& tier : overage.tiers) tiers.push_back(json::array({maybe(tier.up_to), value(tier.unit_amount)}));
    return {{"model", std::string(to_text(overage.model))},
            {"unit_amount", value(overage.unit_amount)},
            {"tiers", std::move(tiers)},
            {"package_size", overage.package_size},
            {"free_units", overage.free_units}};
}

Overage overage_from(const json& stored) {
    Overage overage;
    overage.model = present(read_overage_model(stored.at("model").get<std::string>()), "model");
    overage.unit_amount = decimal_from(stored.at("unit_amount"));
    for (const auto& tier : stored.at("tiers"))
        overage.tiers.push_back({maybe_whole(tier.at(0)), decimal_from(tier.at(1))});
    overage.package_size = stored.at("package_size");
    overage.free_units = stored.at("free_units");
    return overage;
}

template <class Read>
sdk::Result<void> reading(const char* what, Read read) {
    try {
        read();
        return sdk::ok();
    } catch (const std::exception& error) {
        return sdk::fail("billing.bad_stored_value",
                         std::string("The stored ") + what + " cannot be read: " + error.what() + ".");
    }
}

}  // namespace

json to_json_value(const Subscription& each) {
    json items = json::array();
    for (const auto& item : each.items) items.push_back(item_value(item));
    return {{"id", each.id.text()},
            {"state", std::string(to_text(each.state))},
            {"items", std::move(items)},
            {"started_on", value(each.started_on)},
            {"anchor", value(each.anchor)},
            {"next_anchor", maybe(each.next_anchor)},
            {"trial_end", maybe(each.trial_end)},
            {"cancel_at", maybe(each.cancel_at)},
            {"pause_at", maybe(each.pause_at)},
            {"resume_at", maybe(each.resume_at)},
            {"scheduled", scheduled_value(each.scheduled)},
            {"incomplete_until", each.incomplete_until ? json(sdk::to_micros(*each.incomplete_until)) : json(nullptr)},
            {"overdue", static_cast<int>(each.overdue)},
            {"disputed", each.disputed},
            {"version", each.version}};
}

sdk::Result<Subscription> subscription_from(const json& stored) {
    Subscription read;
    auto done = reading("subscription", [&] {
        read.id = SubscriptionId{stored.at("id").get<std::string>()};
        read.state = present(read_subscription_state(stored.at("state").get<std::string>()), "state");
        for (const auto& item : stored.at("items")) read.items.push_back(item_from(item));
        if (read.items.empty()) throw Malformed("it has no item");
        read.started_on = date_from(stored.at("started_on"));
        read.anchor = anchor_from(stored.at("anchor"));
        read.next_anchor = maybe_from<Anchor>(stored.at("next_anchor"), anchor_from);
        read.trial_end = maybe_date(stored.at("trial_end"));
        read.cancel_at = maybe_date(stored.at("cancel_at"));
        read.pause_at = maybe_date(stored.at("pause_at"));
        read.resume_at = maybe_date(stored.at("resume_at"));
        read.scheduled = maybe_from<ScheduledChange>(stored.at("scheduled"), scheduled_from);
        if (const auto until = maybe_whole(stored.at("incomplete_until")))
            read.incomplete_until = sdk::from_micros(*until);
        const int level = stored.at("overdue");
        if (level < 0 || level > 3) throw Malformed("overdue");
        read.overdue = static_cast<OverdueLevel>(level);
        read.disputed = stored.at("disputed");
        read.version = stored.at("version");
    });
    if (!done) return done.error();
    return read;
}

json derivation_to_json(const InvoiceLine& line) {
    json coupons = json::array();
    for (const auto& share : line.coupons)
        coupons.push_back({{"redemption", share.redemption.text()},
                           {"coupon", share.coupon},
                           {"percent", maybe(share.percent)},
                           {"of_amount", maybe(share.of_amount)},
                           {"share", share.share},
                           {"counts_period", share.counts_period}});
    json stored{{"coupons", std::move(coupons)},
                {"tax",
                 {{"percent", value(line.tax_terms.percent)},
                  {"inclusive", line.tax_terms.inclusive},
                  {"reason", line.tax_terms.reason}}},
                {"usage", nullptr},
                {"credit", nullptr}};
    if (line.usage)
        stored["usage"] = {{"counter", line.usage->counter.text()},      {"used", line.usage->used},
                           {"included", maybe(line.usage->included)},    {"units", line.usage->units},
                           {"terms", overage_value(line.usage->terms)},  {"price", line.usage->price},
                           {"billed_before", line.usage->billed_before}, {"units_before", line.usage->units_before}};
    if (line.credit)
        stored["credit"] = {{"line", line.credit->line.text()},    {"invoice", line.credit->invoice.text()},
                            {"amount", line.credit->amount},       {"net", line.credit->net},
                            {"remaining", line.credit->remaining}, {"remaining_tax", line.credit->remaining_tax},
                            {"whole", line.credit->whole}};
    return stored;
}

sdk::Result<void> read_derivation(const json& stored, InvoiceLine& line) {
    return reading("derivation", [&] {
        line.coupons.clear();
        for (const auto& share : stored.at("coupons"))
            line.coupons.push_back({RedemptionId{share.at("redemption").get<std::string>()}, share.at("coupon"),
                                    maybe_from<Decimal>(share.at("percent"), decimal_from),
                                    maybe_whole(share.at("of_amount")), share.at("share"), share.at("counts_period")});
        const auto& tax = stored.at("tax");
        line.tax_terms = {decimal_from(tax.at("percent")), tax.at("inclusive"), tax.at("reason")};
        line.usage.reset();
        line.credit.reset();
        if (const auto& usage = stored.at("usage"); !usage.is_null())
            line.usage = UsageDerivation{CounterId{usage.at("counter").get<std::string>()},
                                         usage.at("used"),
                                         maybe_whole(usage.at("included")),
                                         usage.at("units"),
                                         overage_from(usage.at("terms")),
                                         usage.at("price"),
                                         usage.at("billed_before"),
                                         usage.at("units_before")};
        if (const auto& credit = stored.at("credit"); !credit.is_null())
            line.credit = CreditDerivation{LineId{credit.at("line").get<std::string>()},
                                           InvoiceId{credit.at("invoice").get<std::string>()},
                                           credit.at("amount"),
                                           credit.at("net"),
                                           credit.at("remaining"),
                                           credit.at("remaining_tax"),
                                           credit.at("whole")};
    });
}

}  // namespace whatsflow::billing
