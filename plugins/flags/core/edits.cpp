#include "edits.hpp"

#include "bucket.hpp"
#include "reading.hpp"

#include <algorithm>
#include <map>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr const char* kTenant = "tenantId";

bool is_about_tenants(const json& constraint, const char* name) {
    return constraint.is_object() && text_in(constraint, "contextName") == kTenant &&
           text_in(constraint, "operator") == name && !flag_in(constraint, "inverted");
}

std::vector<std::string> values_of(const json& constraint) {
    std::vector<std::string> values;
    for (const auto& each : list_in(constraint, "values"))
        if (each.is_string()) values.push_back(each.get<std::string>());
    return values;
}

json about_tenants(const char* name, const std::vector<std::string>& tenants) {
    return {{"contextName", kTenant},
            {"operator", name},
            {"values", tenants},
            {"inverted", false},
            {"caseInsensitive", false}};
}

json share_of_nobody() {
    return {{"name", "flexibleRollout"},
            {"parameters", {{"rollout", "0"}, {"stickiness", "default"}}},
            {"constraints", json::array()}};
}

void leave_out(std::vector<std::string>& list, const std::string& value) {
    std::erase(list, value);
}

}  // namespace

void Overrides::set(const std::string& tenant, std::string_view state) {
    leave_out(on, tenant);
    leave_out(off, tenant);
    if (state == "on") on.push_back(tenant);
    if (state == "off") off.push_back(tenant);
}

std::string_view Overrides::state_of(const std::string& tenant) const {
    if (std::ranges::find(on, tenant) != on.end()) return "on";
    if (std::ranges::find(off, tenant) != off.end()) return "off";
    return "";
}

bool is_override(const json& strategy) {
    if (!strategy.is_object() || text_in(strategy, "name") != "default") return false;
    const auto constraints = list_in(strategy, "constraints");
    return constraints.size() == 1 && is_about_tenants(constraints[0], "IN") && list_in(strategy, "segments").empty() &&
           list_in(strategy, "variants").empty();
}

Overrides overrides_of(const json& definition) {
    Overrides overrides;
    for (const auto& strategy : list_in(definition, "strategies")) {
        if (is_override(strategy))
            for (auto& each : values_of(strategy["constraints"][0])) overrides.on.push_back(std::move(each));
        else if (overrides.off.empty() && strategy.is_object())
            for (const auto& constraint : list_in(strategy, "constraints"))
                if (is_about_tenants(constraint, "NOT_IN")) overrides.off = values_of(constraint);
    }
    return overrides;
}

json with_overrides(json definition, const Overrides& overrides) {
    const auto before = list_in(definition, "strategies");
    json rules = json::array();
    for (auto strategy : before) {
        if (is_override(strategy)) continue;
        if (strategy.is_object()) {
            json constraints = json::array();
            for (const auto& each : list_in(strategy, "constraints"))
                if (!is_about_tenants(each, "NOT_IN")) constraints.push_back(each);
            if (!overrides.off.empty()) constraints.push_back(about_tenants("NOT_IN", overrides.off));
            if (!constraints.empty() || strategy.contains("constraints"))
                strategy["constraints"] = std::move(constraints);
        }
        rules.push_back(std::move(strategy));
    }
    const bool any = !overrides.on.empty() || !overrides.off.empty();
    if (rules.empty() && !before.empty()) rules.push_back(share_of_nobody());
    if (rules.empty() && any) {
        // Without rules it was on for everybody, and shall stay so for the others.
        json everybody{{"name", "default"}, {"parameters", json::object()}, {"constraints", json::array()}};
        if (!overrides.off.empty()) everybody["constraints"].push_back(about_tenants("NOT_IN", overrides.off));
        rules.push_back(std::move(everybody));
    }
    if (!overrides.on.empty())
        rules.insert(rules.begin(), json{{"name", "default"},
                                         {"title", "Named tenants"},
                                         {"parameters", json::object()},
                                         {"constraints", json::array({about_tenants("IN", overrides.on)})}});
    definition["strategies"] = std::move(rules);
    return definition;
}

json with_strategy(json definition, std::size_t place, json strategy) {
    auto rules = list_in(definition, "strategies");
    if (place < rules.size())
        rules[place] = std::move(strategy);
    else
        rules.push_back(std::move(strategy));
    definition["strategies"] = std::move(rules);
    return definition;
}

json without_strategy(json definition, std::size_t place) {
    auto rules = list_in(definition, "strategies");
    if (place < rules.size()) rules.erase(place);
    if (std::ranges::all_of(rules, &is_override)) rules.push_back(share_of_nobody());
    definition["strategies"] = std::move(rules);
    return definition;
}

json with_strategy_moved_up(json definition, std::size_t place) {
    auto rules = list_in(definition, "strategies");
    if (place > 0 && place < rules.size()) std::swap(rules[place], rules[place - 1]);
    definition["strategies"] = std::move(rules);
    return definition;
}

bool is_share(const json& strategy) {
    return strategy.is_object() && text_in(strategy, "name") == "flexibleRollout";
}

std::string mark_of_share(const json& strategy) {
    auto rule = strategy;
    if (rule.contains("parameters") && rule["parameters"].is_object()) rule["parameters"].erase("rollout");
    json constraints = json::array();
    for (const auto& each : list_in(rule, "constraints"))
        if (!is_about_tenants(each, "NOT_IN")) constraints.push_back(each);
    rule["constraints"] = std::move(constraints);
    return digest_of(rule.dump(-1, ' ', false, json::error_handler_t::replace));
}

sdk::Result<json> with_share(json definition, const std::string& mark, int percent) {
    auto rules = list_in(definition, "strategies");
    for (auto& rule : rules) {
        if (!is_share(rule) || mark_of_share(rule) != mark) continue;
        if (!rule.contains("parameters") || !rule["parameters"].is_object()) rule["parameters"] = json::object();
        rule["parameters"]["rollout"] = std::to_string(percent);
        definition["strategies"] = std::move(rules);
        return definition;
    }
    return sdk::fail("flags.rule_changed", "The rule is not there any more as it was.");
}

std::vector<std::string> tags_of(const json& definition) {
    std::vector<std::string> tags;
    for (const auto& each : list_in(definition, "tags")) {
        if (!each.is_object()) continue;
        const auto type = text_in(each, "type");
        const auto value = text_in(each, "value");
        if (!type.empty() && !value.empty()) tags.push_back(type + ":" + value);
    }
    return tags;
}

sdk::Result<json> with_tags(json definition, const std::vector<std::string>& tags) {
    constexpr std::size_t kLongest = 100;
    json list = json::array();
    for (const auto& each : tags) {
        const auto colon = each.find(':');
        if (colon == 0 || colon == std::string::npos || colon + 1 == each.size() || each.size() > kLongest)
            return sdk::fail("flags.bad_tag", "A tag is a type and a value, such as team:checkout.");
        list.push_back({{"type", each.substr(0, colon)}, {"value", each.substr(colon + 1)}});
    }
    if (list.empty())
        definition.erase("tags");
    else
        definition["tags"] = std::move(list);
    return definition;
}

std::vector<Difference> differences(const json& before, const json& after) {
    std::map<std::string, Difference> all;
    const auto note = [&](const json& side, std::string Difference::*text) {
        if (!side.is_object()) return;
        const auto flat = side.flatten();
        for (const auto& [path, value] : flat.items()) {
            if (value.is_null()) continue;  // an empty list or object
            auto field = path.substr(1);
            std::ranges::replace(field, '/', '.');
            auto& difference = all[field];
            difference.field = field;
            difference.*text = value.is_string() ? value.get<std::string>()
                                                 : value.dump(-1, ' ', false, json::error_handler_t::replace);
        }
    };
    note(before, &Difference::before);
    note(after, &Difference::after);
    std::vector<Difference> changed;
    for (auto& [field, difference] : all)
        if (difference.before != difference.after) changed.push_back(std::move(difference));
    return changed;
}

}  // namespace whatsflow::flags
