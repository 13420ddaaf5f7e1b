#include "plugins/dependency_order.hpp"

#include <algorithm>

namespace whatsflow::plugins {
namespace {

struct Edge {
    std::string provider;
    std::string service;
    bool optional = false;
};

struct Graph {
    std::map<std::string, const Manifest*> plugins;  // sorted: ties by id
    std::map<std::string, std::vector<Edge>> needs;
};

std::map<std::string, std::vector<std::string>> providers_of(const Graph& graph) {
    std::map<std::string, std::vector<std::string>> providers;
    for (const auto& [id, manifest] : graph.plugins)
        for (const auto& service : manifest->provides) providers[service].push_back(id);
    return providers;
}

/// Removing a plugin may take away what another one needs, so it goes round until nothing changes.
void refuse_unsatisfied(Graph& graph, const std::set<std::string>& already_there,
                        std::map<std::string, std::string>& refused) {
    for (bool changed = true; changed;) {
        changed = false;
        const auto providers = providers_of(graph);
        std::vector<std::string> gone;
        for (const auto& [id, manifest] : graph.plugins) {
            for (const auto& need : manifest->requires_services) {
                if (need.optional || providers.contains(need.service) || already_there.contains(need.service)) continue;
                refused[id] = id + " not started: needs " + need.service +
                              ", which no plugin that can run provides. Enable a plugin that provides it, or disable " +
                              id + ".";
                gone.push_back(id);
                break;
            }
        }
        for (const auto& id : gone) graph.plugins.erase(id);
        changed = !gone.empty();
    }
}

void draw_edges(Graph& graph, const std::set<std::string>& already_there) {
    const auto providers = providers_of(graph);
    graph.needs.clear();
    for (const auto& [id, manifest] : graph.plugins) {
        auto& edges = graph.needs[id];
        for (const auto& need : manifest->requires_services) {
            const auto found = providers.find(need.service);
            if (found == providers.end()) continue;
            if (std::ranges::find(found->second, id) != found->second.end()) continue;  // its own is enough
            for (const auto& provider : found->second)
                edges.push_back({provider, need.service, need.optional || already_there.contains(need.service)});
        }
    }
}

bool waits(const Graph& graph, const std::string& id, const std::set<std::string>& done, bool optional_counts) {
    return std::ranges::any_of(graph.needs.at(id), [&](const Edge& edge) {
        return !done.contains(edge.provider) && (optional_counts || !edge.optional);
    });
}

/// Follows needed services from `start` until a plugin comes up again.
std::vector<std::pair<std::string, Edge>> find_circle(const Graph& graph, std::string at,
                                                      const std::set<std::string>& done) {
    std::vector<std::pair<std::string, Edge>> path;
    for (;;) {
        const auto seen = std::ranges::find(path, at, &std::pair<std::string, Edge>::first);
        if (seen != path.end()) return {seen, path.end()};
        const auto& edges = graph.needs.at(at);
        const auto next = std::ranges::find_if(
            edges, [&](const Edge& edge) { return !edge.optional && !done.contains(edge.provider); });
        path.emplace_back(at, *next);
        at = next->provider;
    }
}

void refuse_circle(Graph& graph, const std::set<std::string>& done, const std::string& start,
                   std::map<std::string, std::string>& refused) {
    const auto circle = find_circle(graph, start, done);
    std::string words;
    for (const auto& [id, edge] : circle)
        words += (words.empty() ? id : ", which") + " needs " + edge.service + " from " + edge.provider;
    for (const auto& [id, edge] : circle) {
        refused[id] = id + " not started: the plugins need each other in a circle: " + words +
                      ". Disable one of them, or make one of these services optional in its plugin.json.";
        graph.plugins.erase(id);
    }
}

}  // namespace

OrderedPlugins order_by_dependencies(const std::vector<const Manifest*>& manifests,
                                     const std::set<std::string>& already_there) {
    OrderedPlugins result;
    Graph graph;
    for (const auto* manifest : manifests) graph.plugins.emplace(manifest->id, manifest);
    refuse_unsatisfied(graph, already_there, result.refused);
    draw_edges(graph, already_there);

    std::set<std::string> done;
    while (done.size() < graph.plugins.size()) {
        std::string next;
        // Optional partners first if it can be had; without them if that makes a circle.
        for (const bool optional_counts : {true, false}) {
            for (const auto& [id, manifest] : graph.plugins) {
                if (done.contains(id) || waits(graph, id, done, optional_counts)) continue;
                next = id;
                break;
            }
            if (!next.empty()) break;
        }
        if (!next.empty()) {
            done.insert(next);
            result.order.push_back(next);
            continue;
        }
        const auto stuck =
            std::ranges::find_if(graph.plugins, [&](const auto& item) { return !done.contains(item.first); });
        refuse_circle(graph, done, stuck->first, result.refused);
        refuse_unsatisfied(graph, already_there, result.refused);
        draw_edges(graph, already_there);
    }
    return result;
}

}  // namespace whatsflow::plugins
