#include "overage_form.hpp"

#include "store/entities.hpp"

namespace whatsflow::billing::staff {
namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::optional<LimitKind> read_limit_kind(std::string_view text) {
    for (const auto kind : {LimitKind::hard, LimitKind::soft, LimitKind::grace, LimitKind::unlimited})
        if (to_text(kind) == text) return kind;
    return std::nullopt;
}

sdk::Result<std::optional<Overage>> overage_in(const sdk::Fields& form) {
    if (form.get("overage") == "none") return std::optional<Overage>{};
    const auto model = read_overage_model(form.get("overage"));
    if (!model) return bad_input("Choose what happens beyond the limit.");
    Overage overage;
    overage.model = *model;
    if (*model == OverageModel::graduated || *model == OverageModel::volume) {
        const auto tiers = read_tiers(form.get("tiers"));
        if (!tiers) return bad_input("Write the steps as 100: 2, 1000: 1.5, 1. The last one has no end.");
        overage.tiers = *tiers;
        return std::optional{overage};
    }
    const auto amount = read_decimal(form.get("unit_amount"));
    if (!amount) return bad_input("Write the price of one as a number of minor units, such as 0.4.");
    overage.unit_amount = *amount;
    if (*model != OverageModel::package) return std::optional{overage};
    const auto size = read_count(form.get("package_size"), 1, 1'000'000'000);
    const auto free = read_count(form.get("free_units"), 0, 1'000'000'000);
    if (!size || !free) return bad_input("Write the size of a package and what is free as whole numbers.");
    overage.package_size = *size;
    overage.free_units = *free;
    return std::optional{overage};
}

}  // namespace

std::string tiers_text(const std::vector<OverageTier>& tiers) {
    std::string text;
    for (const auto& tier : tiers) {
        text += text.empty() ? "" : ", ";
        if (tier.up_to) text += std::to_string(*tier.up_to) + ": ";
        text += tier.unit_amount.text();
    }
    return text;
}

std::optional<std::vector<OverageTier>> read_tiers(std::string_view text) {
    std::vector<OverageTier> tiers;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        const auto part = trimmed(text.substr(0, comma));
        more = comma != std::string_view::npos;
        text = more ? text.substr(comma + 1) : std::string_view{};
        OverageTier tier;
        const auto colon = part.find(':');
        if (colon != std::string_view::npos) {
            tier.up_to = read_count(trimmed(part.substr(0, colon)), 1, 1'000'000'000'000);
            if (!tier.up_to) return std::nullopt;
        }
        const auto amount = read_decimal(trimmed(colon == std::string_view::npos ? part : part.substr(colon + 1)));
        const bool grows = tiers.empty() || !tier.up_to || *tier.up_to > *tiers.back().up_to;
        if (!amount || !grows || tier.up_to.has_value() != more) return std::nullopt;
        tier.unit_amount = *amount;
        tiers.push_back(tier);
    }
    return tiers;
}

nlohmann::json meter_form(const StaffOffice& office, const sdk::Request& request, const std::string& path,
                          const Meter& meter) {
    const auto& locale = request.locale;
    std::vector<std::pair<std::string, std::string>> kinds, models{{"none", office.word(locale, "none")}};
    for (const auto* kind : {"hard", "soft", "grace", "unlimited"}) kinds.emplace_back(kind, office.word(locale, kind));
    for (const auto* model : {"per_unit", "graduated", "volume", "package"})
        models.emplace_back(model, office.word(locale, model));
    std::vector<std::pair<std::string, std::string>> ways;
    for (int at = 0; at <= static_cast<int>(Aggregation::time_weighted); ++at) {
        const std::string way(to_text(static_cast<Aggregation>(at)));
        ways.emplace_back(way, office.word(locale, "aggregations." + way));
    }
    const auto overage = meter.overage.value_or(Overage{});
    std::string warn;
    for (const auto percent : meter.policy.warn_at_percent)
        warn += (warn.empty() ? "" : ", ") + std::to_string(percent);
    return StaffForm(office, request, path, "actions.edit_meter")
        .line("name", meter.name)
        .choice("aggregation", ways, std::string(to_text(meter.aggregation)))
        .hint("aggregation")
        .choice("limit_kind", kinds, std::string(to_text(meter.policy.kind)))
        .line("grace_percent", std::to_string(meter.policy.grace_percent))
        .line("warn_at", warn, false, "warn_at")
        .choice("overage", models, meter.overage ? std::string(to_text(overage.model)) : "none")
        .line("unit_amount", overage.unit_amount.text(), true, "unit_amount")
        .line("tiers", tiers_text(overage.tiers), true, "tiers")
        .line("package_size", std::to_string(overage.package_size), true)
        .line("free_units", std::to_string(overage.free_units), true)
        .line("reason", "", false, "reason")
        .model();
}

sdk::Result<Meter> meter_in(const sdk::Fields& form, const Meter& before) {
    auto meter = before;
    const auto name = read_line(form, "name", 60);
    if (!name || name->empty()) return bad_input("Give the meter a name of at most 60 characters.");
    meter.name = *name;
    const auto way = read_aggregation(form.get("aggregation"));
    if (!way) return bad_input("Choose how events become a number.");
    if (meter.reset == MeterReset::never && *way != meter.aggregation)
        return bad_input("A meter that never starts again keeps the way it counts.");
    meter.aggregation = *way;
    if (auto fits = check_meter(meter); !fits) return fits.error();
    const auto kind = read_limit_kind(form.get("limit_kind"));
    if (!kind) return bad_input("Choose what the limit does.");
    meter.policy.kind = *kind;
    const auto grace = read_count(form.get("grace_percent"), 0, 1'000);
    if (!grace) return bad_input("Grace is 0 to 1,000 percent beyond the limit.");
    meter.policy.grace_percent = static_cast<int>(*grace);
    const auto warn = read_numbers(form.get("warn_at"), 1, 1'000);
    if (!warn) return bad_input("Write the percentages to warn at as 80, 100.");
    meter.policy.warn_at_percent = *warn;
    auto overage = overage_in(form);
    if (!overage) return overage.error();
    meter.overage = *std::move(overage);
    if (!(meter.policy == before.policy)) ++meter.policy.version;
    return meter;
}

}  // namespace whatsflow::billing::staff
