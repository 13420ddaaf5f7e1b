#include "constraint_form.hpp"

#include "core/constraint.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr std::size_t kMostConstraints = 40;
constexpr std::array kOperators{"IN",         "NOT_IN",      "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS",
                                "NUM_EQ",     "NUM_GT",      "NUM_GTE",         "NUM_LT",        "NUM_LTE",
                                "DATE_AFTER", "DATE_BEFORE", "SEMVER_EQ",       "SEMVER_GT",     "SEMVER_GTE",
                                "SEMVER_LT",  "SEMVER_LTE",  "REGEX",           "IN_CIDR"};

bool takes_list(std::string_view name) {
    return name == "IN" || name == "NOT_IN" || name == "IN_CIDR" || name.starts_with("STR_");
}

json constraint_row(const FlagOffice& office, const sdk::Request& request, const json& constraint, std::size_t i) {
    const auto operator_now = text_in(constraint, "operator");
    json operators = json::array();
    bool is_known = operator_now.empty();
    for (const auto* name : kOperators) {
        is_known = is_known || operator_now == name;
        operators.push_back(
            {{"value", name}, {"label", office.word(request.locale, name)}, {"selected", operator_now == name}});
    }
    if (!is_known) operators.push_back({{"value", operator_now}, {"label", operator_now}, {"selected", true}});
    std::string values = text_in(constraint, "value");
    for (const auto& each : list_in(constraint, "values"))
        values += (values.empty() ? "" : "\n") + text_of(each).value_or("");
    return {{"at", std::to_string(i)},
            {"number", std::to_string(i + 1)},
            {"field", text_in(constraint, "contextName")},
            {"operators", std::move(operators)},
            {"values", values},
            {"inverted", flag_in(constraint, "inverted")},
            {"any_case", flag_in(constraint, "caseInsensitive")}};
}

json constraint_in(const sdk::Fields& form, const std::string& at) {
    const auto name = form.get("operator_" + at);
    json constraint{{"contextName", std::string(trimmed(form.get("field_" + at)))},
                    {"operator", name},
                    {"inverted", form.get("inverted_" + at) == "on"},
                    {"caseInsensitive", form.get("any_case_" + at) == "on"}};
    const auto values = lines_of(form.get("values_" + at));
    if (takes_list(name))
        constraint["values"] = values;
    else
        constraint["value"] = values.empty() ? std::string{} : values.front();
    return constraint;
}

/// Nothing, or what is wrong with it.
std::string problem_of(const json& constraint) {
    const json strategy{{"name", "default"}, {"constraints", json::array({constraint})}};
    const auto compiled =
        RuleSet::compile({{"features", json::array({{{"name", "x"}, {"strategies", json::array({strategy})}}})}});
    if (!compiled) return compiled.error().message;
    return (*compiled)->warnings().empty() ? std::string{} : (*compiled)->warnings().front();
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (const auto line = trimmed(text.substr(0, end)); !line.empty()) lines.emplace_back(line);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

json constraint_rows(const FlagOffice& office, const sdk::Request& request, const json& constraints) {
    json rows = json::array();
    for (const auto& each : constraints) rows.push_back(constraint_row(office, request, each, rows.size()));
    for (int spare = 0; spare < 2; ++spare)
        rows.push_back(constraint_row(office, request, json::object(), rows.size()));
    return rows;
}

sdk::Result<json> constraints_in(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& form) {
    json constraints = json::array();
    for (std::size_t i = 0; i < kMostConstraints; ++i) {
        const auto at = std::to_string(i);
        const bool has_field = !trimmed(form.get("field_" + at)).empty();
        if (!has_field && trimmed(form.get("values_" + at)).empty()) continue;
        if (!has_field || form.get("operator_" + at).empty())
            return sdk::fail("flags.bad_rule", office.text(request.locale, "errors.constraint"));
        auto constraint = constraint_in(form, at);
        if (auto problem = problem_of(constraint); !problem.empty())
            return sdk::fail("flags.bad_rule", std::move(problem));
        constraints.push_back(std::move(constraint));
    }
    return constraints;
}

}  // namespace whatsflow::flags::pages
