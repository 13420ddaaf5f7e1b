#include "plugin_pages.hpp"

#include "activity.hpp"
#include "facts.hpp"
#include "list_page.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "saved_views.hpp"
#include "settings_form.hpp"

#include <whatsflow/sdk/connection_test.hpp>

#include <algorithm>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Operations;
using sdk::Request;
using sdk::Response;
using sdk::Result;

std::string joined(const json& row, const char* key) {
    std::string text;
    if (const auto found = row.find(key); found != row.end() && found->is_array())
        for (const auto& each : *found)
            text += (text.empty() ? "" : ", ") + (each.is_string() ? each.get<std::string>() : each.dump());
    return text;
}

const char* tone_of_state(const std::string& state) {
    if (state == "running") return "good";
    return state == "refused" || state == "quarantined" ? "bad" : "idle";
}

ListSpec plugin_list(const Words& words, bool any_reason) {
    Choices states;
    for (const char* state : {"running", "stopped", "disabled", "refused", "quarantined"})
        states.emplace_back(state, words("plugins.states." + std::string(state)));
    return {.path = "/plugins",
            .caption = words("plugins.title"),
            .columns = {{.key = "name", .label = words("plugins.plugin")},
                        {.key = "state", .label = words("plugins.state")},
                        {.key = "version", .label = words("plugins.version")},
                        {.key = "faults", .label = words("plugins.faults"), .is_number = true},
                        {.key = "reason", .label = words("plugins.reason"), .hidden_at_first = !any_reason},
                        {.key = "provides", .label = words("plugins.provides"), .hidden_at_first = true}},
            .filters = {{"state", words("plugins.state"), std::move(states)}},
            .search_placeholder = words("plugins.search")};
}

/// What a page shows beside the settings.
struct Outcome {
    std::string finding{};  ///< of a test
    bool well = true;
    json changes = json::array();  ///< what somebody else changed meanwhile
};

class PluginPages {
public:
    explicit PluginPages(Panel& panel) : panel_(panel) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto plugins = operations().call(&Operations::plugins);
        if (!plugins) return failed(plugins.error());
        const bool any_reason =
            std::ranges::any_of(*plugins, [](const json& plugin) { return !text_of(plugin, "reason").empty(); });
        const auto spec = plugin_list(words, any_reason);
        const auto state = read_list_state(spec, request.query);
        std::vector<ListRow> rows;
        for (const auto& plugin : *plugins) {
            const auto id = text_of(plugin, "id");
            const auto name = text_of(plugin, "name");
            const auto where = text_of(plugin, "state");
            if (!state.filter("state").empty() && where != state.filter("state")) continue;
            if (!state.search.empty() && (id + " " + name).find(state.search) == std::string::npos) continue;
            rows.push_back({id,
                            {{"name", link_cell(name.empty() ? id : name, "/plugins/" + sdk::encode_url(id), id)},
                             {"state", status_cell(tone_of_state(where), words.maybe("plugins.states." + where, where))},
                             {"version", text_cell(text_of(plugin, "version"))},
                             {"faults", number_cell(std::to_string(number_of(plugin, "faults")))},
                             {"reason", text_cell(text_of(plugin, "reason"))},
                             {"provides", text_cell(joined(plugin, "provides"))}}});
        }
        return show(
            panel_, request, "admin/list_page",
            {{"header", header_model(words("plugins.title"), words("plugins.lead"))},
             {"title", words("plugins.title")},
             {"tabs", nullptr},
             {"table", list_model(spec, state, rows, {}, saved_views(panel_, request, spec.path),
                                  empty_model("plug", words("plugins.none"), words("plugins.none_text")), words)}});
    }

    Response details(const Request& request) { return page_of(request, nullptr, {}, 200); }

    Response save(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto id = request.parameters.get("id");
        const auto plugin = find(id);
        if (!plugin) return failed(plugin.error());
        if (plugin->is_null()) return sdk::not_found();
        const auto typed = form_of(request);
        const auto schema = plugin->value("schema", json(nullptr));
        const auto settings = settings_from_form(schema, typed, words);
        if (!settings) return page_of(request, &typed, settings.error().fields, 422);
        if (const auto changes = changed_meanwhile(*plugin, typed, *settings); !changes.empty())
            return page_of(request, &typed, {{"", "changed", words("plugins.changed")}}, 409, {.changes = changes});
        if (auto done = operations().call(&Operations::configure_plugin, id, *settings); !done) {
            if (!done.error().fields.empty()) return page_of(request, &typed, done.error().fields, 422);
            return page_of(request, &typed, {{"", done.error().code, done.error().message}}, 422);
        }
        // Only what is not secret is written down, and only what changed.
        const auto before = plugin->value("settings", json::object());
        json was = json::object();
        json is = json::object();
        const auto& properties = schema["properties"];
        for (const auto& [key, value] : settings->items()) {
            if (properties[key].value("secret", false)) {
                is[key] = "changed";
            } else if (!before.contains(key) || before[key] != value) {
                was[key] = before.value(key, json(nullptr));
                is[key] = value;
            }
        }
        return noted(request, "plugin.configured", was, is, "settings_saved");
    }

    Response enable(const Request& request) {
        const auto done = operations().call(&Operations::enable_plugin, request.parameters.get("id"));
        if (!done) return page_of(request, nullptr, {{"", done.error().code, done.error().message}}, 409);
        return noted(request, "plugin.enabled", {{"enabled", false}}, {{"enabled", true}}, "plugin_enabled");
    }

    Response disable(const Request& request) {
        const Words words(panel_.host, request.locale);
        if (request.parameters.get("id") == panel_.host.plugin_id())
            return page_of(request, nullptr, {{"", "own", words("plugins.not_this_one")}}, 409);
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        const auto done = operations().call(&Operations::disable_plugin, request.parameters.get("id"));
        if (!done) return page_of(request, nullptr, {{"", done.error().code, done.error().message}}, 409);
        return noted(request, "plugin.disabled", {{"enabled", true}}, {{"enabled", false}}, "plugin_disabled");
    }

    Response test(const Request& request) {
        const auto id = request.parameters.get("id");
        const auto service = sdk::find_service<sdk::ConnectionTest>(panel_.host, {{"plugin", id}});
        if (!service) return sdk::not_found();
        const auto found = service.call(&sdk::ConnectionTest::test_connection, request.context);
        return page_of(request, nullptr, {}, 200,
                       {.finding = found ? *found : found.error().message, .well = static_cast<bool>(found)});
    }

private:
    /// The settings that somebody saved after this form was opened and that are typed otherwise: as
    /// they are now, beside what was typed. Secrets are in neither.
    static json changed_meanwhile(const json& plugin, const sdk::Fields& typed, const json& settings) {
        auto changes = json::array();
        const auto seen = json::parse(typed.get("seen"), nullptr, false);
        const auto now = plugin.value("settings", json::object());
        const auto schema = plugin.value("schema", json::object());
        if (!seen.is_object() || seen == now) return changes;
        const auto plain = [](const json& value) {
            return value.is_string() ? value.get<std::string>() : value.dump();
        };
        for (const auto& [key, value] : settings.items()) {
            const auto property = schema.value("properties", json::object()).value(key, json::object());
            const auto stored = now.value(key, json(nullptr));
            if (property.value("secret", false) || stored == seen.value(key, json(nullptr)) || stored == value)
                continue;
            changes.push_back({{"field", key}, {"before", plain(stored)}, {"after", plain(value)}});
        }
        return changes;
    }

    sdk::ServiceHandle<Operations> operations() { return sdk::find_service<Operations>(panel_.host); }

    /// Null when there is no such plugin.
    Result<json> find(const std::string& id) {
        auto plugins = operations().call(&Operations::plugins);
        if (!plugins) return plugins.error();
        for (auto& plugin : *plugins)
            if (text_of(plugin, "id") == id) return std::move(plugin);
        return json(nullptr);
    }

    Response noted(const Request& request, const std::string& action, const json& before, const json& after,
                   std::string_view notice) {
        const auto id = request.parameters.get("id");
        sdk::AuditEntry entry;
        entry.action = action;
        entry.subject = {"plugin", id, id};
        entry.before = before;
        entry.after = after;
        entry.reason = reason_in(request);
        const auto kept =
            panel_.host.audit().append(panel_.host.database(), request.context, sdk::actor_of(request), entry);
        if (!kept) return failed(kept.error());
        return go_with_notice("/plugins/" + sdk::encode_url(id), notice);
    }

    Response page_of(const Request& request, const sdk::Fields* typed, const std::vector<sdk::FieldError>& errors,
                     int status, const Outcome& outcome = {}) {
        const Words words(panel_.host, request.locale);
        const auto id = request.parameters.get("id");
        const auto plugin = find(id);
        if (!plugin) return failed(plugin.error());
        if (plugin->is_null()) return sdk::not_found();
        const auto name = text_of(*plugin, "name");
        const auto base = "/plugins/" + sdk::encode_url(id);
        const bool manages = may(request, permission::plugins_manage);
        json model{{"title", name},
                   {"base_path", base},
                   {"facts", facts_of(*plugin, words)},
                   {"confirms", json::array()},
                   {"fields", json::array()},
                   {"may_manage", manages},
                   {"form_errors", nullptr},
                   {"seen", plugin->value("settings", json::object()).dump()},
                   {"has_changes", !outcome.changes.empty()},
                   {"changes", outcome.changes},
                   {"finding", nullptr}};
        const auto reason = text_of(*plugin, "reason");
        model["refusal"] = reason.empty() || text_of(*plugin, "state") == "running" ? json(nullptr) : json(reason);
        model["header"] = header_below(words("plugins.title"), "/plugins", name.empty() ? id : name,
                                       manages ? actions_on(*plugin, base, model["confirms"], words) : json::array());
        const auto schema = plugin->value("schema", json(nullptr));
        if (schema.is_object())
            model["fields"] = settings_fields(schema, plugin->value("settings", json::object()), typed, errors, words);
        model["has_fields"] = !model["fields"].empty();
        if (!errors.empty())
            model["form_errors"] =
                form_errors_model(errors.front().field.empty() ? errors.front().message : words("form.wrong"));
        if (!outcome.finding.empty()) model["finding"] = {{"text", outcome.finding}, {"well", outcome.well}};
        return show(panel_, request, "admin/plugin", std::move(model), status);
    }

    static json facts_of(const json& plugin, const Words& words) {
        const auto state = text_of(plugin, "state");
        auto facts =
            json::array({fact(words("plugins.state"), words.maybe("plugins.states." + state, state), tone_of_state(state)),
                         fact(words("plugins.version"), text_of(plugin, "version")),
                         fact(words("plugins.faults"), std::to_string(number_of(plugin, "faults"))),
                         fact(words("plugins.provides"), joined(plugin, "provides")),
                         fact(words("plugins.needs"), joined(plugin, "needs")),
                         code_fact(words("plugins.id"), text_of(plugin, "id"))});
        if (const auto directory = text_of(plugin, "directory"); !directory.empty())
            facts.push_back(code_fact(words("plugins.directory"), directory));
        return facts;
    }

    json actions_on(const json& plugin, const std::string& base, json& confirms, const Words& words) {
        auto actions = json::array();
        const auto id = text_of(plugin, "id");
        if (sdk::find_service<sdk::ConnectionTest>(panel_.host, {{"plugin", id}}))
            actions.push_back(post_action(words("plugins.test"), base + "/test"));
        if (text_of(plugin, "state") != "running") {
            actions.push_back(post_action(words("plugins.enable"), base + "/enable"));
        } else if (id != panel_.host.plugin_id()) {
            actions.push_back(opening_action(words("plugins.disable"), "confirm-disable"));
            confirms.push_back(
                confirm_model({.id = "confirm-disable",
                               .title = words("plugins.disable_title", {{"name", text_of(plugin, "name")}}),
                               .text = words("plugins.disable_text"),
                               .path = base + "/disable",
                               .label = words("plugins.disable"),
                               .asks_reason = true}));
        }
        return actions;
    }

    Panel& panel_;
};

}  // namespace

Result<void> register_plugin_pages(Panel& panel) {
    const auto pages = std::make_shared<PluginPages>(panel);
    auto save =
        sdk::post(sdk::Site::admin, "/plugins/{id}", sdk::Permission::named(std::string(permission::plugins_manage)),
                  [pages](const Request& r) { return pages->save(r); });
    save.limits.body_bytes = 512 * 1024;
    save.limits.timeout = std::chrono::seconds(30);  // a plugin may start anew with its settings
    return RouteBook(panel.host)
        .get("/plugins", permission::plugins_read, "Installed plugins",
             [pages](const Request& r) { return pages->list(r); })
        .get("/plugins/{id}", permission::plugins_read, "One plugin and its settings",
             [pages](const Request& r) { return pages->details(r); })
        .add(std::move(save), "Changes a plugin's settings")
        .post("/plugins/{id}/enable", permission::plugins_manage, "Starts a plugin",
              [pages](const Request& r) { return pages->enable(r); })
        .post("/plugins/{id}/disable", permission::plugins_manage, "Stops a plugin",
              [pages](const Request& r) { return pages->disable(r); })
        .post("/plugins/{id}/test", permission::plugins_manage, "Tries out a plugin's settings",
              [pages](const Request& r) { return pages->test(r); })
        .done();
}

}  // namespace whatsflow::admin
