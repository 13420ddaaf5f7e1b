#include "feature_compiler.hpp"

#include "edits.hpp"
#include "spelling.hpp"

#include <cmath>

namespace whatsflow::flags {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr double kLargestId = 9'007'199'254'740'991;  // JavaScript's

/// What stands between commas, without blanks; sorted.
std::vector<std::string> listed_in(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (const auto word = trimmed(text.substr(0, comma)); !word.empty()) all.emplace_back(word);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    std::ranges::sort(all);
    return all;
}

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The value that OpenFeature clients get for a payload.
void set_value(Variant& variant) {
    if (variant.payload.is_null()) return;
    const auto type = variant.payload.value("type", "string");
    const auto text = variant.payload.value("value", "");
    variant.value = text;
    if (type != "number" && type != "json") return;
    auto parsed = parse_json(text);
    variant.value_is_broken = !parsed || (type == "number" && !parsed->is_number());
    if (!variant.value_is_broken) variant.value = std::move(*parsed);
}

Variants compile_variants(const Place& owner, std::string group, std::string stickiness) {
    Variants variants;
    variants.group = std::move(group);
    variants.stickiness = std::move(stickiness);
    bool first = true;
    for (const auto& place : owner.places("variants")) {
        Variant variant;
        variant.name = place.text("name");
        const auto weight = place.number_or("weight", 0);
        if (!(weight >= 0 && weight <= 1'000'000))
            throw Malformed{place.path() + ".weight is not between 0 and 1,000,000."};
        variant.weight = static_cast<std::uint32_t>(weight);
        variants.total += variant.weight;
        if (place.object().contains("payload") && !place.object()["payload"].is_null()) {
            const Place payload(place.object()["payload"], place.path() + ".payload");
            variant.payload = {{"type", payload.text_or("type", "string")}, {"value", payload.text_or("value", "")}};
        }
        set_value(variant);
        for (const auto& each : place.places("overrides"))
            variant.overrides.push_back({each.text_or("contextName", ""), each.texts("values")});
        const auto own = place.text_or("stickiness", "");
        if (first && !own.empty()) variants.stickiness = own;
        first = false;
        variants.list.push_back(std::move(variant));
    }
    if (variants.list.size() > 4'000) throw Malformed{owner.path() + " has more than 4,000 variants."};
    return variants;
}

Strategy::Kind kind_of(std::string_view name) {
    using Kind = Strategy::Kind;
    if (name == "default") return Kind::always;
    if (name == "userWithId") return Kind::user_ids;
    if (name == "remoteAddress") return Kind::addresses;
    if (name == "applicationHostname") return Kind::host_names;
    if (name == "gradualRolloutUserId" || name == "gradualRolloutSessionId") return Kind::sticky_percentage;
    if (name == "gradualRolloutRandom") return Kind::old_random;
    if (name == "flexibleRollout") return Kind::flexible;
    return Kind::never;
}

std::optional<int> percentage_of(const std::string& text) {
    const auto number = number_of(text);
    if (!number || !(*number >= 0 && *number <= 1'000)) return std::nullopt;
    return static_cast<int>(std::floor(*number));
}

void depend_on(const std::string& field, Dependence& dependence) {
    auto& fields = dependence.on_fields;
    if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
}

void note_dependence(const Variants& variants, Dependence& dependence) {
    if (variants.list.empty()) return;
    if (variants.stickiness == "random")
        dependence.on_chance = true;
    else
        depend_on(variants.stickiness, dependence);
    for (const auto& variant : variants.list)
        for (const auto& each : variant.overrides)
            if (each.field == "sessionId") depend_on(each.field, dependence);
}

void note_dependence(const Strategy& strategy, Dependence& dependence) {
    // A session's id that the request does not bring is made up for it.
    constexpr const char* kSession = "sessionId";
    for (const auto& each : strategy.constraints) {
        dependence.on_time = dependence.on_time || each.is_about_time();
        if (each.field() == kSession) depend_on(kSession, dependence);
    }
    const bool shared = strategy.kind == Strategy::Kind::flexible || strategy.kind == Strategy::Kind::sticky_percentage;
    dependence.on_chance = dependence.on_chance || strategy.kind == Strategy::Kind::old_random ||
                           (shared && strategy.stickiness == "random");
    if (shared && (strategy.stickiness == "default" || strategy.stickiness == kSession))
        depend_on(strategy.stickiness, dependence);
    note_dependence(strategy.variants, dependence);
}

Strategy compile_strategy(const Place& place, Feature& feature, const Segments& segments) {
    Strategy strategy;
    strategy.name = place.text("name");
    strategy.kind = kind_of(strategy.name);
    const auto whose = "Flag '" + feature.name + "'";
    if (strategy.kind == Strategy::Kind::never)
        feature.warnings.push_back(whose + ": the strategy '" + strategy.name +
                                   "' is unknown. It is kept and evaluates to false.");

    static const nlohmann::json kNoParameters = nlohmann::json::object();
    const auto found = place.object().find("parameters");
    const bool has_parameters = found != place.object().end() && !found->is_null();
    const Place parameters(has_parameters ? *found : kNoParameters, place.path() + ".parameters");
    const bool known = strategy.kind != Strategy::Kind::never;
    const auto text = [&](const char* key) { return known ? parameters.text_or(key, "") : std::string{}; };
    switch (strategy.kind) {
        case Strategy::Kind::user_ids: strategy.listed = listed_in(text("userIds")); break;
        case Strategy::Kind::host_names: strategy.listed = listed_in(lowered(text("hostNames"))); break;
        case Strategy::Kind::addresses:
            strategy.listed = listed_in(text("IPs"));
            for (const auto& each : strategy.listed)
                if (const auto range = AddressRange::parse(each)) strategy.ranges.push_back(*range);
            break;
        case Strategy::Kind::flexible: strategy.percentage = percentage_of(text("rollout")); break;
        default: strategy.percentage = percentage_of(text("percentage")); break;
    }
    strategy.group = text("groupId");
    if (strategy.kind == Strategy::Kind::sticky_percentage) {
        strategy.stickiness = strategy.name == "gradualRolloutUserId" ? "userId" : "sessionId";
    } else {
        if (!parameters.object().contains("groupId")) strategy.group = feature.name;
        if (auto own = text("stickiness"); !own.empty()) strategy.stickiness = std::move(own);
    }
    for (const auto& each : place.places("constraints"))
        strategy.constraints.push_back(Constraint::compile(each, whose, feature.warnings));
    for (const auto id : place.integers("segments")) {
        feature.has_segments = true;
        const auto segment = segments.constraints.find(id);
        if (segment == segments.constraints.end()) {
            feature.warnings.push_back(whose + ": there is no segment " + std::to_string(id) +
                                       ". Its strategy evaluates to false.");
            strategy.constraints.push_back(Constraint::never("segment " + std::to_string(id) + " is not there"));
            continue;
        }
        strategy.constraints.insert(strategy.constraints.end(), segment->second.begin(), segment->second.end());
    }
    strategy.variants = compile_variants(place, strategy.group, strategy.stickiness);
    note_dependence(strategy, feature.dependence);
    return strategy;
}

/// For lists: another kind of value is none.
std::string shown_text(const nlohmann::json& definition, const char* key) {
    const auto found = definition.find(key);
    return found != definition.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

Segments compile_segments(const std::vector<Place>& places) {
    Segments segments;
    for (const auto& place : places) {
        const auto id = place.object().find("id");
        if (id == place.object().end() || !id->is_number_integer() || std::abs(id->get<double>()) > kLargestId)
            throw Malformed{place.path() + ".id is not a whole number that every client can read."};
        auto [segment, is_new] = segments.constraints.try_emplace(id->get<std::int64_t>());
        if (!is_new) throw Malformed{place.path() + ".id is there twice."};
        for (const auto& each : place.places("constraints")) {
            segment->second.push_back(
                Constraint::compile(each, "Segment " + std::to_string(segment->first), segments.warnings));
            segment->second.back().belongs_to(place.text_or("name", "segment " + std::to_string(segment->first)));
        }
        segments.definitions.push_back(place.object());
    }
    return segments;
}

Feature compile_feature(const Place& place, const Segments& segments, std::string text) {
    Feature feature;
    feature.name = place.text("name");
    // It is what flags are found by, in memory and in the database: nothing else may stand for it.
    if (!place.object().at("name").is_string()) throw Malformed{place.path() + ".name is not a text."};
    if (feature.name.size() > kLongestName) throw Malformed{place.path() + ".name is longer than 255 characters."};
    feature.enabled = place.flag_or("enabled", false);
    feature.impressions = place.flag_or("impressionData", false);
    feature.type = shown_text(place.object(), "type");
    if (feature.type.empty()) feature.type = "release";
    feature.description = shown_text(place.object(), "description");
    feature.created_at = shown_text(place.object(), "createdAt");
    feature.project = shown_text(place.object(), "project");
    if (feature.project.empty()) feature.project = "default";
    feature.tags = tags_of(place.object());
    const auto stale = place.object().find("stale");
    feature.stale = stale != place.object().end() && stale->is_boolean() && stale->get<bool>();
    feature.text = std::move(text);
    for (const auto& each : place.places("strategies"))
        feature.strategies.push_back(compile_strategy(each, feature, segments));
    feature.variants = compile_variants(place, feature.name, "default");
    note_dependence(feature.variants, feature.dependence);
    for (const auto& each : place.places("dependencies"))
        feature.dependencies.push_back({each.text("feature"), each.flag_or("enabled", true), each.texts("variants")});
    const auto note = [&](const Variants& variants) {
        feature.has_variants = feature.has_variants || !variants.list.empty();
        for (const auto& variant : variants.list) feature.has_values = feature.has_values || !variant.payload.is_null();
    };
    note(feature.variants);
    for (const auto& strategy : feature.strategies) note(strategy.variants);
    spell(feature);
    return feature;
}

}  // namespace whatsflow::flags
