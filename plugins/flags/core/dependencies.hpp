/// \file
/// "On only if another flag is": what a flag may depend on. Unleash's rules: the parent is there, in the same
/// project, and depends on nothing itself; a flag that others depend on depends on nothing. One level deep,
/// so circles cannot be. Definitions that were imported may break them: such a flag is off.
#pragma once

#include "rule_set.hpp"

#include <map>

namespace whatsflow::flags {

/// Who depends on whom, among the flags of one environment. Pure; knows names and projects only.
class DependencyGraph {
public:
    DependencyGraph() = default;
    explicit DependencyGraph(const RuleSet& rules);

    /// A flag as it is, or as it shall be: it takes the place of one of the same name.
    void put(const std::string& name, std::string project, std::vector<std::string> parents);
    /// The same, read from a definition.
    void put(const std::string& name, const nlohmann::json& definition);
    bool has(std::string_view name) const { return flags_.contains(name); }

    /// Nothing, or what is wrong with depending on `parent`, with a sentence. Errors: `flags.depends_on_itself`,
    /// `flags.no_such_parent`, `flags.parent_depends`, `flags.has_dependents`, `flags.parent_elsewhere`.
    sdk::Result<void> may_depend(const std::string& child, const std::string& parent) const;
    /// All that `name` depends on, by the same rules; error `flags.dependency_twice` as well.
    sdk::Result<void> check(const std::string& name) const;
    /// Flags that depend on it, by name.
    std::vector<std::string> dependents_of(std::string_view name) const;
    /// Flags that `child` may depend on, by name, at most `most`.
    std::vector<std::string> possible_parents_of(const std::string& child, std::size_t most) const;

private:
    struct Node {
        std::string project;
        std::vector<std::string> parents;
    };
    std::map<std::string, Node, std::less<>> flags_;
};

/// Names of variants that it can have, by its rules or for all, each once.
std::vector<std::string> variant_names_of(const Feature& feature);

/// `on`, `off`, `on with variant “a” or “b”`. For people.
std::string in_words(const Dependency& dependency);

/// `place` of the list `dependencies`; past its end: added.
nlohmann::json with_dependency(nlohmann::json definition, std::size_t place, const Dependency& dependency);
nlohmann::json without_dependency(nlohmann::json definition, std::size_t place);

}  // namespace whatsflow::flags
