#include "announcement_pages.hpp"

#include "form_field.hpp"
#include "list_page.hpp"
#include "moment.hpp"
#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "saved_views.hpp"
#include "small_markdown.hpp"

#include <whatsflow/sdk/tenant_plans.hpp>

#include <charconv>
#include <sstream>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;
using sdk::Result;

using Errors = std::vector<sdk::FieldError>;

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : "\n") + value;
    return text;
}

Announcement read_form(const sdk::Fields& form) {
    Announcement typed;
    typed.title = trimmed(form.get("title"));
    typed.text = trimmed(form.get("text"));
    typed.severity = form.get("severity");
    typed.audience = form.get("audience");
    std::istringstream lines(form.get("audience_values"));
    if (typed.audience != "all")
        for (std::string line; std::getline(lines, line);)
            if (const auto value = trimmed(line); !value.empty()) typed.audience_values.push_back(value);
    typed.starts_at = instant_from_field(form.get("starts_at")).value_or(sdk::Instant{});
    typed.ends_at = instant_from_field(form.get("ends_at"));
    const auto version = form.get("version");
    std::from_chars(version.data(), version.data() + version.size(), typed.version);
    return typed;
}

json facts_of(const Announcement& each) {
    return {{"title", each.title},
            {"text", each.text},
            {"severity", each.severity},
            {"audience", each.audience},
            {"audience_values", each.audience_values},
            {"starts_at", sdk::to_rfc3339(each.starts_at)},
            {"ends_at", each.ends_at ? json(sdk::to_rfc3339(*each.ends_at)) : json(nullptr)}};
}

/// What differs between the two, on both sides.
std::pair<json, json> difference(const json& before, const json& after) {
    json was = json::object();
    json is = json::object();
    for (const auto& [key, value] : after.items())
        if (before[key] != value) {
            was[key] = before[key];
            is[key] = value;
        }
    return {was, is};
}

class AnnouncementPages {
public:
    AnnouncementPages(Panel& panel, AnnouncementBanner& banner)
        : panel_(panel), banner_(banner), announcements_(panel.host.database()) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto found = announcements_.list(request.context);
        if (!found) return failed(found.error());
        Choices states;
        for (const char* state : {"shown", "planned", "over"})
            states.emplace_back(state, words("announcements.states." + std::string(state)));
        const ListSpec spec{.path = "/announcements",
                            .caption = words("announcements.title"),
                            .columns = {{.key = "title", .label = words("announcements.announcement")},
                                        {.key = "state", .label = words("announcements.state")},
                                        {.key = "severity", .label = words("announcements.severity")},
                                        {.key = "audience", .label = words("announcements.audience")},
                                        {.key = "starts_at", .label = words("announcements.starts_at")},
                                        {.key = "ends_at", .label = words("announcements.ends_at")}},
                            .filters = {{"state", words("announcements.state"), std::move(states)}}};
        const auto state = read_list_state(spec, request.query);
        const auto now = panel_.host.clock().now();
        std::vector<ListRow> rows;
        for (const auto& each : *found) {
            const std::string where = each.is_over(now) ? "over" : each.is_shown(now) ? "shown" : "planned";
            if (!state.filter("state").empty() && state.filter("state") != where) continue;
            rows.push_back(
                {each.id,
                 {{"title", link_cell(each.title, "/announcements/" + each.id, each.text.substr(0, 90))},
                  {"state", status_cell(where == "shown"     ? "good"
                                        : where == "planned" ? "busy"
                                                             : "idle",
                                        words("announcements.states." + where))},
                  {"severity", status_cell(each.severity == "critical"  ? "bad"
                                           : each.severity == "warning" ? "warn"
                                                                        : "idle",
                                           words("announcements.severities." + each.severity))},
                  {"audience", text_cell(words("announcements.audiences." + each.audience))},
                  {"starts_at", moment_cell(sdk::to_micros(each.starts_at))},
                  {"ends_at", moment_cell(each.ends_at ? json(sdk::to_micros(*each.ends_at)) : json(nullptr))}}});
        }
        auto actions = json::array();
        if (may(request, permission::announcements_manage))
            actions.push_back(link_action(words("announcements.write"), "/announcements/new", true));
        return show(panel_, request, "admin/list_page",
                    {{"title", words("announcements.title")},
                     {"header", header_model(words("announcements.title"), words("announcements.lead"), actions)},
                     {"tabs", nullptr},
                     {"table", list_model(spec, state, rows, {}, saved_views(panel_, request, spec.path),
                                          empty_model("megaphone", words("announcements.none"),
                                                      words("announcements.none_text"), actions),
                                          words)}});
    }

    Response blank(const Request& request) {
        Announcement fresh;
        fresh.starts_at = std::chrono::floor<std::chrono::minutes>(panel_.host.clock().now());
        return form(request, fresh, {}, 200);
    }

    Response add(const Request& request) {
        auto typed = read_form(form_of(request));
        if (const auto errors = objections_to(typed); !errors.empty()) return form(request, typed, errors, 422);
        typed.id = sdk::make_uuid();
        typed.created_by = request.identity->subject;
        const auto done =
            panel_.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> Result<void> {
                if (auto added = announcements_.add(tx, request.context, typed, panel_.host.clock().now()); !added)
                    return added;
                return note(tx, request, "announcement.published", typed, nullptr, facts_of(typed));
            });
        return after(request, typed, done, "announcement_published");
    }

    Response edit(const Request& request) {
        const auto found = announcements_.find(request.context, request.parameters.get("id"));
        if (!found) return failed(found.error());
        if (!*found) return sdk::not_found();
        return form(request, **found, {}, 200);
    }

    Response save(const Request& request) {
        const auto found = announcements_.find(request.context, request.parameters.get("id"));
        if (!found) return failed(found.error());
        if (!*found) return sdk::not_found();
        auto typed = read_form(form_of(request));
        typed.id = (*found)->id;
        if (const auto errors = objections_to(typed); !errors.empty()) return form(request, typed, errors, 422);
        return change(request, **found, typed, "announcement.changed", "announcement_saved");
    }

    Response end(const Request& request) {
        const auto found = announcements_.find(request.context, request.parameters.get("id"));
        if (!found) return failed(found.error());
        if (!*found) return sdk::not_found();
        auto ended = **found;
        ended.ends_at = panel_.host.clock().now();
        return change(request, **found, ended, "announcement.ended", "announcement_ended");
    }

private:
    Response change(const Request& request, const Announcement& before, const Announcement& typed,
                    const std::string& action, std::string_view notice) {
        const auto done =
            panel_.host.database().transaction(request.context, [&](sdk::Transaction& tx) -> Result<void> {
                if (auto changed = announcements_.change(tx, request.context, typed); !changed) return changed;
                const auto [was, is] = difference(facts_of(before), facts_of(typed));
                return note(tx, request, action, typed, was, is);
            });
        return after(request, typed, done, notice);
    }

    Response after(const Request& request, const Announcement& typed, const Result<void>& done,
                   std::string_view notice) {
        if (!done && done.error().code == "announcement.changed") return show_both(request, typed, done.error());
        if (!done) return failed(done.error());
        banner_.forget();
        return go_with_notice("/announcements", notice);
    }

    /// What somebody else made of it meanwhile, beside what was typed; saving again takes the latter.
    Response show_both(const Request& request, Announcement typed, const sdk::Error& error) {
        const auto now = announcements_.find(request.context, typed.id);
        if (!now) return failed(now.error());
        if (!*now) return sdk::not_found();
        typed.version = (*now)->version;
        return form(request, typed, {{"", "changed", error.message}}, 409, changes_between(request, **now, typed));
    }

    json changes_between(const Request& request, const Announcement& stored, const Announcement& typed) {
        const Words words(panel_.host, request.locale);
        const auto [was, is] = difference(facts_of(stored), facts_of(typed));
        auto changes = json::array();
        const auto plain = [](const json& value) {
            if (value.is_string()) return value.get<std::string>();
            if (!value.is_array()) return std::string("–");
            std::string text;
            for (const auto& each : value) text += (text.empty() ? "" : ", ") + each.get<std::string>();
            return text;
        };
        for (const auto& [key, value] : is.items()) {
            const auto* label = key == "title" ? "heading" : key.c_str();
            changes.push_back({{"field", words(std::string("announcements.") + label)},
                               {"before", plain(was[key])},
                               {"after", plain(value)}});
        }
        return changes;
    }

    /// The codes of plans there are, for whoever writes to those on some of them.
    std::string plans_hint(const Request& request, const Words& words) {
        const auto service = sdk::find_service<sdk::TenantPlans>(panel_.host);
        if (!service) return {};
        const auto plans = service.call(&sdk::TenantPlans::plans, request.context);
        if (!plans || plans->empty()) return {};
        std::string codes;
        for (const auto& plan : *plans) codes += (codes.empty() ? "" : ", ") + plan.code;
        return " " + words("announcements.plans_hint", {{"plans", codes}});
    }

    Result<void> note(sdk::Transaction& tx, const Request& request, const std::string& action, const Announcement& each,
                      const json& before, const json& after_it) {
        sdk::AuditEntry entry;
        entry.action = action;
        entry.subject = {"announcement", each.id, each.title};
        entry.before = before;
        entry.after = after_it;
        return panel_.host.audit().append(tx, request.context, sdk::actor_of(request), entry);
    }

    Response form(const Request& request, const Announcement& each, Errors errors, int status,
                  json changes = json::array()) {
        const Words words(panel_.host, request.locale);
        for (auto& error : errors)
            if (error.message.empty()) error.message = words("announcements.errors." + error.code);
        const auto choices = [&](const auto& names, const char* group) {
            Choices list;
            for (const auto name : names)
                list.emplace_back(name, words(std::string("announcements.") + group + "." + std::string(name)));
            return list;
        };
        const auto now = panel_.host.clock().now();
        const bool manages = may(request, permission::announcements_manage);
        auto actions = json::array();
        auto confirms = json::array();
        if (manages && !each.id.empty() && !each.is_over(now)) {
            actions.push_back(opening_action(words("announcements.end"), "confirm-end"));
            confirms.push_back(confirm_model({.id = "confirm-end",
                                              .title = words("announcements.end_title"),
                                              .text = words("announcements.end_text"),
                                              .path = "/announcements/" + each.id + "/end",
                                              .label = words("announcements.end")}));
        }
        const auto heading = each.id.empty() ? words("announcements.write") : each.title;
        const std::string whole =
            !errors.empty() && errors.front().field.empty() ? errors.front().message : words("form.wrong");
        return show(
            panel_, request, "admin/announcement",
            {{"title", heading},
             {"header", header_below(words("announcements.title"), "/announcements", heading, std::move(actions))},
             {"confirms", std::move(confirms)},
             {"may_manage", manages},
             {"form_path", each.id.empty() ? "/announcements" : "/announcements/" + each.id},
             {"version", each.version},
             {"has_changes", !changes.empty()},
             {"changes", std::move(changes)},
             {"form_errors", errors.empty() ? json(nullptr) : form_errors_model(whole)},
             {"shown_as", each.id.empty() ? json(nullptr)
                                          : json{{"heading", each.title},
                                                 {"text_html", small_markdown(each.text)},
                                                 {"is_warning", each.severity == "warning"},
                                                 {"is_critical", each.severity == "critical"}}},
             {"fields",
              {line("title", words("announcements.heading"),
                    {.value = each.title, .error = error_of(errors, "title"), .most = 120}),
               text_area("text", words("announcements.text"),
                         {.value = each.text,
                          .hint = words("announcements.text_hint"),
                          .error = error_of(errors, "text"),
                          .most = 2000,
                          .text_rows = 4,
                          .optional = true}),
               choice("severity", words("announcements.severity"), choices(kSeverities, "severities"),
                      {.value = each.severity, .error = error_of(errors, "severity")}),
               choice("audience", words("announcements.audience"), choices(kAudiences, "audiences"),
                      {.value = each.audience, .error = error_of(errors, "audience")}),
               text_area("audience_values", words("announcements.audience_values"),
                         {.value = joined(each.audience_values),
                          .hint = words("announcements.audience_hint") + plans_hint(request, words),
                          .error = error_of(errors, "audience_values"),
                          .most = 4000,
                          .text_rows = 3,
                          .optional = true})}},
             {"moments",
              {line("starts_at", words("announcements.starts_at"),
                    {.type = "datetime-local",
                     .value = field_from_instant(each.starts_at),
                     .hint = words("announcements.utc"),
                     .error = error_of(errors, "starts_at"),
                     .most = 30}),
               line("ends_at", words("announcements.ends_at"),
                    {.type = "datetime-local",
                     .value = each.ends_at ? field_from_instant(*each.ends_at) : "",
                     .hint = words("announcements.no_end"),
                     .error = error_of(errors, "ends_at"),
                     .most = 30,
                     .optional = true})}}},
            status);
    }

    Panel& panel_;
    AnnouncementBanner& banner_;
    Announcements announcements_;
};

}  // namespace

Result<void> register_announcement_pages(Panel& panel, AnnouncementBanner& banner) {
    const auto pages = std::make_shared<AnnouncementPages>(panel, banner);
    return RouteBook(panel.host)
        .get("/announcements", permission::announcements_read, "What tenants are told",
             [pages](const Request& r) { return pages->list(r); })
        .get("/announcements/new", permission::announcements_manage, "Form for a new announcement",
             [pages](const Request& r) { return pages->blank(r); })
        .post("/announcements", permission::announcements_manage, "Publishes an announcement",
              [pages](const Request& r) { return pages->add(r); })
        .get("/announcements/{id}", permission::announcements_read, "One announcement",
             [pages](const Request& r) { return pages->edit(r); })
        .post("/announcements/{id}", permission::announcements_manage, "Changes an announcement",
              [pages](const Request& r) { return pages->save(r); })
        .post("/announcements/{id}/end", permission::announcements_manage, "Ends an announcement",
              [pages](const Request& r) { return pages->end(r); })
        .done();
}

}  // namespace whatsflow::admin
