#include "rule_form.hpp"

#include "constraint_form.hpp"
#include "core/constraint.hpp"
#include "page_parts.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kMostRows = 40;
const std::vector<std::string> kKinds{"everybody", "share", "users", "addresses"};
const std::vector<std::string> kStickiness{"default", "userId", "sessionId", "tenantId", "random"};

std::string kind_of(const json& strategy) {
    const auto name = text_in(strategy, "name");
    if (name == "userWithId") return "users";
    if (name == "remoteAddress") return "addresses";
    if (name == "default") return "everybody";
    return "share";
}

/// Old kinds of rules say by their name what they stick to.
std::string stickiness_of(const json& strategy) {
    auto named = text_in(object_in(strategy, "parameters"), "stickiness");
    if (!named.empty()) return named;
    const auto name = text_in(strategy, "name");
    if (name == "gradualRolloutUserId") return "userId";
    if (name == "gradualRolloutSessionId") return "sessionId";
    return name == "gradualRolloutRandom" ? "random" : "default";
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : ", ") + line;
    return text;
}

std::string on_lines(std::string text) {
    std::string lines;
    for (const char c : text)
        if (c == ',')
            lines += '\n';
        else if (c != ' ' || (!lines.empty() && lines.back() != '\n'))
            lines += c;
    return lines;
}

}  // namespace

json rule_form(const FlagOffice& office, const sdk::Request& request, const Place& place, const json& strategy,
               const std::string& path, const std::string& objection) {
    const auto parameters = object_in(strategy, "parameters");
    const auto kind = strategy.empty() ? "share" : kind_of(strategy);
    const auto stickiness = stickiness_of(strategy);
    auto offered = kStickiness;
    if (std::ranges::find(offered, stickiness) == offered.end()) offered.push_back(stickiness);
    auto share = text_in(parameters, "rollout");
    if (share.empty()) share = text_in(parameters, "percentage");
    auto members = text_in(parameters, kind == "addresses" ? "IPs" : "userIds");
    PageForm form(office, request, path, "save");
    form.choice("rule_kind", kKinds, kind)
        .line("share", share.empty() ? "50" : share)
        .choice("stickiness", offered, stickiness)
        .line("group", text_in(parameters, "groupId"), true)
        .area("members", on_lines(std::move(members)), true)
        .hidden("seen", place.mark());
    if (!objection.empty()) form.objection(objection);
    auto model = form.model();
    model["constraints"] = constraint_rows(office, request, list_in(strategy, "constraints"));
    json segments = json::array();
    const auto chosen = list_in(strategy, "segments");
    for (const auto& each : place.rules().segments())
        segments.push_back({{"id", each["id"].dump()},
                            {"label", name_of_segment(each)},
                            {"checked", std::ranges::find(chosen, each["id"]) != chosen.end()}});
    model["has_segments"] = !segments.empty();
    model["segments"] = std::move(segments);
    return model;
}

sdk::Result<json> rule_in(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& form, json before) {
    const auto refused = [&](const char* why) {
        return sdk::fail("flags.bad_rule", office.text(request.locale, std::string("errors.") + why));
    };
    const auto kind = form.get("rule_kind");
    auto parameters = kind == kind_of(before) ? object_in(before, "parameters") : json::object();
    if (kind == "share") {
        const auto share = number_of(form.get("share"));
        if (!share || *share < 0 || *share > 100 || *share != static_cast<int>(*share)) return refused("share");
        parameters["rollout"] = std::to_string(static_cast<int>(*share));
        parameters.erase("percentage");
        const auto stickiness = std::string(trimmed(form.get("stickiness")));
        if (stickiness.empty() || stickiness.size() > 100) return refused("stickiness");
        parameters["stickiness"] = stickiness;
        const auto group = std::string(trimmed(form.get("group")));
        if (group.empty())
            parameters.erase("groupId");
        else
            parameters["groupId"] = group;
        before["name"] = "flexibleRollout";
    } else if (kind == "users" || kind == "addresses") {
        const auto members = lines_of(form.get("members"));
        if (members.empty()) return refused("members");
        if (std::ranges::any_of(members, [](const auto& each) { return each.find(',') != std::string::npos; }))
            return refused("members_comma");
        parameters[kind == "users" ? "userIds" : "IPs"] = joined(members);
        before["name"] = kind == "users" ? "userWithId" : "remoteAddress";
    } else if (kind == "everybody") {
        parameters = json::object();
        before["name"] = "default";
    } else {
        return refused("rule_kind");
    }
    before["parameters"] = std::move(parameters);
    auto constraints = constraints_in(office, request, form);
    if (!constraints) return constraints.error();
    before["constraints"] = std::move(*constraints);
    json segments = json::array();
    for (const auto& [name, value] : form.entries())
        if (name == "segment")
            if (const auto id = number_of(value)) segments.push_back(static_cast<std::int64_t>(*id));
    before["segments"] = std::move(segments);
    return before;
}

json variant_rows(const FlagOffice& office, const sdk::Request& request, const json& variants) {
    json rows = json::array();
    const auto row = [&](const json& variant) {
        const auto payload = object_in(variant, "payload");
        auto type = payload.empty() ? std::string("none") : text_in(payload, "type");
        if (type.empty()) type = "string";
        json types = json::array();
        for (const auto* each : {"none", "string", "number", "json", "csv"})
            types.push_back(
                {{"value", each}, {"label", office.word(request.locale, each)}, {"selected", type == each}});
        rows.push_back({{"at", std::to_string(rows.size())},
                        {"number", std::to_string(rows.size() + 1)},
                        {"name", text_in(variant, "name")},
                        {"weight", text_in(variant, "weight")},
                        {"types", std::move(types)},
                        {"payload", text_in(payload, "value")}});
    };
    for (const auto& each : variants) row(each);
    for (int spare = 0; spare < 2; ++spare) row(json::object());
    return rows;
}

sdk::Result<json> variants_in(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& form,
                              const json& before) {
    const auto refused = [&](const char* why) {
        return sdk::fail("flags.bad_variant", office.text(request.locale, std::string("errors.") + why));
    };
    json variants = json::array();
    std::set<std::string> names;
    for (std::size_t i = 0; i < kMostRows; ++i) {
        const auto at = std::to_string(i);
        const std::string name(trimmed(form.get("name_" + at)));
        if (name.empty()) continue;
        if (name.size() > 100 || !names.insert(name).second) return refused("variant_name");
        const auto weight = number_of(form.get("weight_" + at));
        if (!weight || *weight < 0 || *weight > 1000 || *weight != static_cast<int>(*weight)) return refused("weight");
        json variant = json::object();
        for (const auto& each : before)
            if (text_in(each, "name") == name) variant = each;
        variant["name"] = name;
        variant["weight"] = static_cast<int>(*weight);
        if (!variant.contains("weightType")) variant["weightType"] = "fix";
        if (!variant.contains("stickiness")) variant["stickiness"] = "default";
        const auto type = form.get("type_" + at);
        const auto value = form.get("payload_" + at);
        if (type == "none" || type.empty()) {
            variant.erase("payload");
        } else {
            const auto parsed = parse_json(value);
            if (type == "number" && (!parsed || !parsed->is_number())) return refused("payload_number");
            if (type == "json" && !parsed) return refused("payload_json");
            variant["payload"] = {{"type", type}, {"value", value}};
        }
        variants.push_back(std::move(variant));
    }
    return variants;
}

}  // namespace whatsflow::flags::pages
