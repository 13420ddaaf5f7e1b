#include "unleash_api.hpp"

#include "core/bucket.hpp"
#include "core/open_feature.hpp"
#include "core/semantic_version.hpp"
#include "core/spelling.hpp"
#include "program_requests.hpp"
#include "usage.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

/// Clients before specification 4.2 know no segments: they get the constraints in place.
bool knows_segments(const sdk::Request& request) {
    static const auto kFirst = *SemanticVersion::parse("4.2.0");
    const auto version = SemanticVersion::parse(request.headers.find("Unleash-Client-Spec").value_or(""));
    return version && *version >= kFirst;
}

json with_segments_in_place(json feature, const json& segments) {
    if (!feature.contains("strategies") || !feature["strategies"].is_array()) return feature;
    for (auto& strategy : feature["strategies"]) {
        if (!strategy.contains("segments") || !strategy["segments"].is_array()) continue;
        json constraints = strategy.value("constraints", json::array());
        for (const auto& id : strategy["segments"]) {
            const auto segment = std::ranges::find_if(segments, [&](const auto& each) { return each["id"] == id; });
            // A segment that is not there lets nobody pass: an empty IN holds for nobody.
            if (segment == segments.end())
                constraints.push_back({{"contextName", "userId"}, {"operator", "IN"}, {"values", json::array()}});
            else
                for (const auto& each : segment->value("constraints", json::array())) constraints.push_back(each);
        }
        strategy["constraints"] = std::move(constraints);
        strategy.erase("segments");
    }
    return feature;
}

/// The definition, for programs that read segments apart or do not know them.
std::string definition_text(const Feature& feature, const json& segments, bool apart) {
    if (apart || !feature.has_segments) return feature.text;
    return with_segments_in_place(feature.definition(), segments).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Which flags a program wants: one of the projects, one of the tags, names that begin so.
struct Selection {
    std::string prefix;
    std::vector<std::string> projects, tags;

    explicit Selection(const sdk::Fields& query) : prefix(query.get("namePrefix")) {
        for (const auto& [name, value] : query.entries()) {
            if (name == "project") projects.push_back(value);
            if (name == "tag") tags.push_back(value);
        }
    }
    bool takes(const Feature& feature) const {
        const auto names = [](const auto& list, const std::string& value) {
            return std::ranges::find(list, value) != list.end();
        };
        return feature.name.starts_with(prefix) && (projects.empty() || names(projects, feature.project)) &&
               (tags.empty() || std::ranges::any_of(feature.tags, [&](const auto& each) { return names(tags, each); }));
    }
    json told() const {
        json query = json::object();
        if (!prefix.empty()) query["namePrefix"] = prefix;
        if (!projects.empty()) query["project"] = projects;
        if (!tags.empty()) query["tag"] = tags;
        return query;
    }
};

sdk::Response definitions(const Board& board, const sdk::Request& request) {
    const auto& environment = request.identity->environment;
    const auto served = board.served(environment);
    const bool apart = knows_segments(request);
    const Selection selection(request.query);
    auto query = selection.told();
    query["environment"] = environment;
    query["inlineSegmentConstraints"] = !apart;
    const auto hash = digest_of(query.dump(-1, ' ', false, json::error_handler_t::replace));
    const auto tag = "\"" + hash + ":" + std::to_string(served->revision) + ":v1\"";
    if (has_already(request, tag)) return not_modified(tag);
    const auto& segments = served->rules->segments();
    std::string body = R"({"version":2,"features":[)";
    for (const auto& feature : served->rules->features()) {
        if (!selection.takes(feature)) continue;
        if (body.back() != '[') body += ',';
        body += definition_text(feature, segments, apart);
    }
    const json rest{{"segments", segments},
                    {"query", std::move(query)},
                    {"meta", {{"revisionId", served->revision}, {"etag", tag}, {"queryHash", hash}}}};
    body += "],";
    body += rest.dump(-1, ' ', false, json::error_handler_t::replace).substr(1);
    return with_tag(tag, std::move(body));
}

sdk::Response definition(const Board& board, const sdk::Request& request) {
    const auto served = board.served(request.identity->environment);
    const auto* feature = served->rules->find(request.parameters.get("name"));
    return feature ? sdk::bytes(definition_text(*feature, served->rules->segments(), knows_segments(request)),
                                "application/json")
                   : sdk::problem(404, "not_found", "There is no such flag.");
}

/// `userId=7&properties[country]=DE&plan=pro`
json context_in_query(const sdk::Fields& query) {
    constexpr std::string_view kOpen = "properties[";
    json context = json::object();
    for (const auto& [name, value] : query.entries()) {
        if (name.starts_with(kOpen) && name.ends_with("]"))
            context["properties"][name.substr(kOpen.size(), name.size() - kOpen.size() - 1)] = value;
        else if (name != "properties")
            context[name] = value;
    }
    return context;
}

sdk::Response toggles(const Board& board, const sdk::Clock& clock, const sdk::Request& request) {
    json asked = json::object();
    if (request.method == sdk::Method::post) {
        const auto body = request.json();
        if (!body || !body->is_object()) return sdk::problem(400, "bad_json", "The body is no JSON object.");
        asked = body->value("context", json::object());
        if (!asked.is_object()) return sdk::problem(400, "bad_context", "The context is no object.");
    } else {
        asked = context_in_query(request.query);
    }
    const auto served = board.served(request.identity->environment);
    return answered_once(request, *served, context_of_open_feature(asked), [&](const Context& completed) {
        std::string body = "{\"toggles\":[";
        for (const auto& feature : served->rules->features()) {
            const auto answer = evaluate(*served->rules, feature, completed, {clock});
            if (!answer.enabled) continue;
            if (body.back() != '[') body += ',';
            append_toggle(body, answer);
        }
        return body += "]}";
    });
}

}  // namespace

sdk::Result<void> register_unleash(sdk::Host& host, const Board& board) {
    using sdk::Method;
    const sdk::PermissionDefinition permissions[] = {
        {sdk::Site::api, "flags:client", "flags.scopes.client", {}, false},
        {sdk::Site::api, "flags:frontend", "flags.scopes.frontend", {}, false},
        {sdk::Site::api, "flags:evaluate", "flags.scopes.evaluate", {"flags:client", "flags:frontend"}, false}};
    for (const auto& permission : permissions)
        if (auto done = host.contribute(permission); !done) return done;
    const auto& clock = host.clock();
    const auto for_browsers = [&](auto handler) {
        return [handler](const sdk::Request& request) { return for_origin(request, handler(request)); };
    };
    const auto answer = for_browsers([&](const sdk::Request& request) { return toggles(board, clock, request); });
    const auto count = [&](int status) {
        return
            [&host, &board, status](const sdk::Request& request) { return take_metrics(host, board, request, status); };
    };
    const auto note = [&host](int status) {
        return [&host, status](const sdk::Request& request) { return take_registration(host, request, status); };
    };
    sdk::Route routes[] = {
        for_programs(Method::get, "/api/client/features", "flags:client",
                     [&](const sdk::Request& request) { return definitions(board, request); }),
        for_programs(Method::get, "/api/client/features/{name}", "flags:client",
                     [&](const sdk::Request& request) { return definition(board, request); }),
        for_programs(Method::post, "/api/client/register", "flags:client", note(202)),
        for_programs(Method::post, "/api/client/metrics", "flags:client", count(202)),
        for_programs(Method::post, "/api/client/metrics/bulk", "flags:client",
                     [&](const sdk::Request& request) { return take_many_metrics(host, board, request); }),
        from_memory(Method::get, "/api/frontend", "flags:frontend", answer),
        from_memory(Method::post, "/api/frontend", "flags:frontend", answer),
        for_programs(Method::post, "/api/frontend/client/register", "flags:frontend", for_browsers(note(200))),
        for_programs(Method::post, "/api/frontend/client/metrics", "flags:frontend", for_browsers(count(200))),
        preflight("/api/frontend"),
        preflight("/api/frontend/client/register"),
        preflight("/api/frontend/client/metrics")};
    for (auto& route : routes)
        if (auto done = host.route(std::move(route)); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::flags
