#include "dependencies.hpp"

#include "reading.hpp"

#include <algorithm>

namespace whatsflow::flags {

using nlohmann::json;

DependencyGraph::DependencyGraph(const RuleSet& rules) {
    for (const auto& feature : rules.features()) {
        std::vector<std::string> parents;
        for (const auto& each : feature.dependencies) parents.push_back(each.parent);
        put(feature.name, feature.project, std::move(parents));
    }
}

void DependencyGraph::put(const std::string& name, std::string project, std::vector<std::string> parents) {
    flags_.insert_or_assign(name, Node{std::move(project), std::move(parents)});
}

void DependencyGraph::put(const std::string& name, const json& definition) {
    std::vector<std::string> parents;
    for (const auto& each : list_in(definition, "dependencies"))
        if (each.is_object()) parents.push_back(text_in(each, "feature"));
    const auto project = text_in(definition, "project");
    put(name, project.empty() ? "default" : project, std::move(parents));
}

std::vector<std::string> DependencyGraph::dependents_of(std::string_view name) const {
    std::vector<std::string> dependents;
    for (const auto& [each, node] : flags_)
        if (std::ranges::find(node.parents, name) != node.parents.end()) dependents.push_back(each);
    return dependents;
}

sdk::Result<void> DependencyGraph::may_depend(const std::string& child, const std::string& parent) const {
    if (child == parent) return sdk::fail("flags.depends_on_itself", "A flag cannot depend on itself.");
    const auto above = flags_.find(parent);
    if (above == flags_.end())
        return sdk::fail("flags.no_such_parent", "There is no flag '" + parent + "' in this environment.");
    if (!above->second.parents.empty())
        return sdk::fail("flags.parent_depends", "The flag '" + parent + "' depends on '" +
                                                     above->second.parents.front() +
                                                     "' itself. Flags depend on each other one level deep.");
    if (const auto below = dependents_of(child); !below.empty())
        return sdk::fail("flags.has_dependents", "The flag '" + below.front() + "' depends on '" + child +
                                                     "', which therefore cannot depend on another one.");
    const auto own = flags_.find(child);
    if (own != flags_.end() && own->second.project != above->second.project)
        return sdk::fail("flags.parent_elsewhere", "The flag '" + parent + "' is in the project '" +
                                                       above->second.project + "', '" + child + "' in '" +
                                                       own->second.project + "'. They have to be in the same one.");
    return sdk::ok();
}

sdk::Result<void> DependencyGraph::check(const std::string& name) const {
    const auto found = flags_.find(name);
    if (found == flags_.end()) return sdk::ok();
    auto parents = found->second.parents;
    for (const auto& parent : parents)
        if (auto sound = may_depend(name, parent); !sound) return sound;
    std::ranges::sort(parents);
    if (const auto twice = std::ranges::adjacent_find(parents); twice != parents.end())
        return sdk::fail("flags.dependency_twice", "It depends on '" + *twice + "' already.");
    return sdk::ok();
}

std::vector<std::string> DependencyGraph::possible_parents_of(const std::string& child, std::size_t most) const {
    std::vector<std::string> parents;
    const auto own = flags_.find(child);
    if (own == flags_.end() || !dependents_of(child).empty()) return parents;
    for (const auto& [name, node] : flags_) {
        if (parents.size() == most) break;
        const auto& taken = own->second.parents;
        if (name != child && node.parents.empty() && node.project == own->second.project &&
            std::ranges::find(taken, name) == taken.end())
            parents.push_back(name);
    }
    return parents;
}

std::vector<std::string> variant_names_of(const Feature& feature) {
    std::vector<std::string> names;
    const auto note = [&](const Variants& variants) {
        for (const auto& each : variants.list)
            if (std::ranges::find(names, each.name) == names.end()) names.push_back(each.name);
    };
    note(feature.variants);
    for (const auto& strategy : feature.strategies) note(strategy.variants);
    return names;
}

std::string in_words(const Dependency& dependency) {
    if (!dependency.enabled) return "off";
    std::string text = "on";
    for (std::size_t i = 0; i < dependency.variants.size(); ++i)
        text += (i == 0 ? " with variant “" : " or “") + dependency.variants[i] + "”";
    return text;
}

json with_dependency(json definition, std::size_t place, const Dependency& dependency) {
    auto list = list_in(definition, "dependencies");
    json made{{"feature", dependency.parent}, {"enabled", dependency.enabled}};
    if (dependency.enabled && !dependency.variants.empty()) made["variants"] = dependency.variants;
    if (place < list.size())
        list[place] = std::move(made);
    else
        list.push_back(std::move(made));
    definition["dependencies"] = std::move(list);
    return definition;
}

json without_dependency(json definition, std::size_t place) {
    auto list = list_in(definition, "dependencies");
    if (place < list.size()) list.erase(place);
    if (list.empty())
        definition.erase("dependencies");
    else
        definition["dependencies"] = std::move(list);
    return definition;
}

}  // namespace whatsflow::flags
