/// \file
/// Changes of one definition, as staff make them: text in, text out, nothing else touched. What this
/// version does not know stays where it is.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::flags {

/// Tenants for whom the rules do not count, by id. The switch does: a flag that is off is off for
/// everybody. They are written as rules about the field `tenantId`, which every client understands.
struct Overrides {
    std::vector<std::string> on;
    std::vector<std::string> off;

    /// For one tenant: `on`, `off`, or empty for what the rules say.
    void set(const std::string& tenant, std::string_view state);
    std::string_view state_of(const std::string& tenant) const;
};
Overrides overrides_of(const nlohmann::json& definition);
nlohmann::json with_overrides(nlohmann::json definition, const Overrides& overrides);
/// The rule that is there for overrides only, which pages show elsewhere.
bool is_override(const nlohmann::json& strategy);

/// `place` of the list `strategies`; past its end: added.
nlohmann::json with_strategy(nlohmann::json definition, std::size_t place, nlohmann::json strategy);
/// The last rule that goes leaves one that lets nobody in: without rules a flag is on for everybody.
nlohmann::json without_strategy(nlohmann::json definition, std::size_t place);
nlohmann::json with_strategy_moved_up(nlohmann::json definition, std::size_t place);

/// Whether a rule lets a share of people in.
bool is_share(const nlohmann::json& strategy);
/// Tells one rule of a share from another, whatever its percentage and the tenants with an exception.
std::string mark_of_share(const nlohmann::json& strategy);
/// The rule of that mark with another percentage. Error `flags.rule_changed`: there is none any more.
sdk::Result<nlohmann::json> with_share(nlohmann::json definition, const std::string& mark, int percent);

/// `team:checkout` for each of `"tags": [{"type": "team", "value": "checkout"}]`; others are passed over.
std::vector<std::string> tags_of(const nlohmann::json& definition);
/// The other way round. Error `flags.bad_tag`: one has no type or no value, or is too long.
sdk::Result<nlohmann::json> with_tags(nlohmann::json definition, const std::vector<std::string>& tags);

struct Difference {
    std::string field;  ///< `strategies.0.parameters.rollout`
    std::string before;
    std::string after;
};
std::vector<Difference> differences(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace whatsflow::flags
