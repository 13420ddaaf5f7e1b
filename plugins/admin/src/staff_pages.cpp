#include "staff_pages.hpp"

#include "activity.hpp"
#include "facts.hpp"
#include "list_file.hpp"
#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "saved_views.hpp"
#include "staff_changes.hpp"

#include <whatsflow/sdk/sessions.hpp>

#include <algorithm>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;

Choices role_choices(const Words& words) {
    Choices choices;
    for (const auto role : kRoles) choices.emplace_back(role, words("roles." + std::string(role)));
    return choices;
}

json moment_or_null(const std::optional<sdk::Instant>& at) {
    return at ? json(sdk::to_micros(*at)) : json(nullptr);
}

json status_of_member(const StaffMember& member, const Words& words) {
    return member.disabled ? status_cell("disabled", words("staff.disabled"))
                           : status_cell("active", words("staff.active"));
}

ListSpec staff_list(const Words& words) {
    return {.path = "/staff",
            .caption = words("staff.title"),
            .columns = {{.key = "name", .label = words("staff.name"), .sorts = true},
                        {.key = "email", .label = words("staff.email"), .hidden_at_first = true},
                        {.key = "role", .label = words("staff.role"), .sorts = true},
                        {.key = "state", .label = words("staff.state")},
                        {.key = "second_factor", .label = words("staff.second_factor")},
                        {.key = "signed_in_at", .label = words("staff.signed_in"), .sorts = true},
                        {.key = "created_at", .label = words("staff.created"), .sorts = true, .hidden_at_first = true}},
            .filters = {{"role", words("staff.role"), role_choices(words)},
                        {"state",
                         words("staff.state"),
                         {{"active", words("staff.active")}, {"disabled", words("staff.disabled")}}}},
            .search_placeholder = words("staff.search"),
            .sort_at_first = "name",
            .export_path = "/staff/export"};
}

bool fits(const StaffMember& member, const ListState& state) {
    const auto needle = tidy_email(state.search);
    const bool found = needle.empty() || tidy_email(member.name).find(needle) != std::string::npos ||
                       member.email.find(needle) != std::string::npos;
    const auto role = state.filter("role");
    const auto wanted = state.filter("state");
    return found && (role.empty() || member.role == role) &&
           (wanted.empty() || member.disabled == (wanted == "disabled"));
}

void sort_members(std::vector<StaffMember>& members, const ListState& state) {
    const auto before = [&](const StaffMember& a, const StaffMember& b) {
        if (state.sort == "role") return a.role < b.role;
        if (state.sort == "signed_in_at") return a.signed_in_at < b.signed_in_at;
        if (state.sort == "created_at") return a.created_at < b.created_at;
        return tidy_email(a.name) < tidy_email(b.name);
    };
    std::ranges::stable_sort(members,
                             [&](const auto& a, const auto& b) { return state.down ? before(b, a) : before(a, b); });
}

class StaffPages {
public:
    explicit StaffPages(Panel& panel) : panel_(panel), changes_(panel.host) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto spec = staff_list(words);
        const auto state = read_list_state(spec, request.query);
        const auto found = rows_of(request.context, words, state);
        if (!found) return failed(found.error());
        auto actions = json::array();
        if (may(request, permission::staff_manage))
            actions.push_back(link_action(words("staff.add"), "/staff/new", true));
        return show(
            panel_, request, "admin/list_page",
            {{"header", header_model(words("staff.title"), words("staff.lead"), std::move(actions))},
             {"title", words("staff.title")},
             {"tabs", nullptr},
             {"table", list_model(spec, state, found->rows, {}, saved_views(panel_, request, spec.path),
                                  empty_model("users", words("staff.none"), words("staff.none_text")), words)}});
    }

    /// Everybody at once: a staff is never long.
    Response file(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto spec = staff_list(words);
        return list_as_file(spec, [this, words, context = unhurried(request.context),
                                   state = read_list_state(spec, request.query)](const std::string&) {
            return rows_of(context, words, state);
        });
    }

    Response form(const Request& request, const NewStaff& typed = {}, const std::vector<sdk::FieldError>& errors = {}) {
        const Words words(panel_.host, request.locale);
        json model{
            {"header", header_below(words("staff.title"), "/staff", words("staff.add"))},
            {"title", words("staff.add")},
            {"form_errors", errors.empty() ? json(nullptr) : form_errors_model(words("form.wrong"))},
            {"form_path", "/staff"},
            {"submit_label", words("staff.create")},
            {"cancel_path", "/staff"},
            {"note", words("staff.create_note")},
            {"fields",
             {line("email", words("staff.email"),
                   {.type = "email", .value = typed.email, .error = error_of(errors, "email"), .most = 254}),
              line("name", words("staff.name"),
                   {.value = typed.name, .error = error_of(errors, "name"), .most = 120, .optional = true}),
              choice("role", words("staff.role"), role_choices(words),
                     {.value = typed.role, .hint = words("staff.role_hint"), .error = error_of(errors, "role")})}}};
        return show(panel_, request, "admin/form_page", std::move(model), errors.empty() ? 200 : 422);
    }

    Response create(const Request& request) {
        const auto typed = form_of(request);
        const NewStaff wanted{typed.get("email"), trimmed(typed.get("name")), typed.get("role")};
        const auto created = changes_.create(request.context, sdk::actor_of(request), wanted);
        if (!created && !created.error().fields.empty()) return form(request, wanted, created.error().fields);
        if (!created) return failed(created.error());
        return password_once(request, *created);
    }

    Response details(const Request& request, const std::string& problem = {}, int status = 200) {
        const Words words(panel_.host, request.locale);
        const auto member = find_staff(panel_.host.database(), request.context, request.parameters.get("id"));
        if (!member) return failed(member.error());
        if (!*member) return sdk::not_found();
        const auto sessions = sdk::find_service<sdk::Sessions>(panel_.host)
                                  .call(&sdk::Sessions::list, request.context, sdk::Site::admin, (*member)->id);
        json model{{"title", (*member)->name},
                   {"facts", facts_of(**member, sessions ? sessions->size() : 0, words)},
                   {"problem", problem.empty() ? json(nullptr) : json(problem)},
                   {"may_manage", may(request, permission::staff_manage)},
                   {"role_path", "/staff/" + (*member)->id + "/role"},
                   {"seen_role", (*member)->role},
                   {"role", choice("role", words("staff.role"), role_choices(words), {.value = (*member)->role})},
                   {"reason", line("reason", words("form.reason"), {.hint = words("form.reason_hint"), .most = 300})},
                   {"confirms", json::array()},
                   {"activity", recent_activity(panel_, request, {.actor = (*member)->id}, 10)}};
        auto actions =
            may(request, permission::staff_manage) ? actions_on(**member, model["confirms"], words) : json::array();
        model["header"] = header_below(words("staff.title"), "/staff", (*member)->name, std::move(actions));
        return show(panel_, request, "admin/staff_member", std::move(model), status);
    }

    Response change_role(const Request& request) {
        const auto typed = form_of(request);
        const RoleChange wanted{typed.get("seen_role"), typed.get("role"), reason_in(request)};
        if (wanted.reason.empty()) return reason_needed(panel_, request);
        return after(request, changes_.change_role(request.context, sdk::actor_of(request), id_of(request), wanted),
                     "role_changed");
    }
    Response disable(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        return after(request,
                     changes_.disable(request.context, sdk::actor_of(request), id_of(request), reason_in(request)),
                     "staff_disabled");
    }
    Response enable(const Request& request) {
        return after(request, changes_.enable(request.context, sdk::actor_of(request), id_of(request)),
                     "staff_enabled");
    }
    Response remove_second_factor(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        return after(
            request,
            changes_.remove_second_factor(request.context, sdk::actor_of(request), id_of(request), reason_in(request)),
            "second_factor_removed");
    }
    Response reset(const Request& request) {
        const auto login = changes_.reset_password(request.context, sdk::actor_of(request), id_of(request));
        if (!login) return after(request, login.error(), "");
        return password_once(request, *login);
    }

private:
    sdk::Result<ListRows> rows_of(const sdk::CallContext& context, const Words& words, const ListState& state) {
        auto members = list_staff(panel_.host.database(), context);
        if (!members) return members.error();
        std::erase_if(*members, [&](const auto& member) { return !fits(member, state); });
        sort_members(*members, state);
        ListRows found;
        for (const auto& member : *members)
            found.rows.push_back(
                {member.id,
                 {{"name", link_cell(member.name, "/staff/" + member.id, member.email)},
                  {"email", text_cell(member.email)},
                  {"role", text_cell(words("roles." + member.role))},
                  {"state", status_of_member(member, words)},
                  {"second_factor", member.has_second_factor() ? status_cell("good", words("staff.on"))
                                                               : status_cell("idle", words("staff.off"))},
                  {"signed_in_at", moment_cell(moment_or_null(member.signed_in_at))},
                  {"created_at", moment_cell(sdk::to_micros(member.created_at))}}});
        return found;
    }

    static std::string id_of(const Request& request) { return request.parameters.get("id"); }

    Response after(const Request& request, const sdk::Result<void>& done, std::string_view notice) {
        if (done) return go_with_notice("/staff/" + id_of(request), notice);
        if (done.error().code == "staff.not_found") return sdk::not_found();
        if (done.error().code == "staff.last_super_admin" || done.error().code == "staff.invalid" ||
            done.error().code == "staff.changed")
            return details(request, Words(panel_.host, request.locale)("staff.errors." + done.error().code.substr(6)),
                           409);
        return failed(done.error());
    }

    Response password_once(const Request& request, const GivenLogin& login) {
        const Words words(panel_.host, request.locale);
        return show(panel_, request, "admin/password_once",
                    {{"header", header_below(words("staff.title"), "/staff", words("staff.password_title"))},
                     {"title", words("staff.password_title")},
                     {"email", login.email},
                     {"code", login.password.reveal()},
                     {"code_label", words("staff.password")},
                     {"on_path", "/staff/" + login.id}})
            .header("Cache-Control", "no-store");
    }

    static json facts_of(const StaffMember& member, std::size_t sessions, const Words& words) {
        return json::array(
            {fact(words("staff.email"), member.email), fact(words("staff.role"), words("roles." + member.role)),
             fact(words("staff.state"), words(member.disabled ? "staff.disabled" : "staff.active"),
                  member.disabled ? "disabled" : "active"),
             fact(words("staff.second_factor"), words(member.has_second_factor() ? "staff.on" : "staff.off"),
                  member.has_second_factor() ? "good" : "idle"),
             fact(words("staff.sessions"), std::to_string(sessions)), code_fact(words("staff.id"), member.id)});
    }

    static json actions_on(const StaffMember& member, json& confirms, const Words& words) {
        auto actions = json::array();
        const std::string base = "/staff/" + member.id;
        const auto ask = [&](const std::string& what, const std::string& path, bool danger, bool reason) {
            actions.push_back(opening_action(words("staff." + what), "confirm-" + path, danger));
            confirms.push_back(confirm_model({.id = "confirm-" + path,
                                              .title = words("staff." + what + "_title", {{"name", member.name}}),
                                              .text = words("staff." + what + "_text"),
                                              .path = base + "/" + path,
                                              .label = words("staff." + what),
                                              .danger = danger,
                                              .asks_reason = reason}));
        };
        ask("reset", "reset", false, false);
        if (member.has_second_factor()) ask("remove_factor", "second-factor", true, true);
        if (member.disabled) {
            actions.push_back(post_action(words("staff.enable"), base + "/enable"));
        } else {
            ask("disable", "disable", true, true);
        }
        return actions;
    }

    Panel& panel_;
    StaffChanges changes_;
};

}  // namespace

sdk::Result<void> register_staff_pages(Panel& panel) {
    const auto pages = std::make_shared<StaffPages>(panel);
    return RouteBook(panel.host)
        .get("/staff", permission::staff_read, "Everybody in the staff",
             [pages](const Request& r) { return pages->list(r); })
        .get("/staff/export", permission::staff_read, "The same as CSV",
             [pages](const Request& r) { return pages->file(r); })
        .get("/staff/new", permission::staff_manage, "Form for a new member of staff",
             [pages](const Request& r) { return pages->form(r); })
        .post("/staff", permission::staff_manage, "Adds a member of staff",
              [pages](const Request& r) { return pages->create(r); })
        .get("/staff/{id}", permission::staff_read, "One member of staff",
             [pages](const Request& r) { return pages->details(r); })
        .post("/staff/{id}/role", permission::staff_manage, "Changes a role",
              [pages](const Request& r) { return pages->change_role(r); })
        .post("/staff/{id}/disable", permission::staff_manage, "Keeps a member of staff out",
              [pages](const Request& r) { return pages->disable(r); })
        .post("/staff/{id}/enable", permission::staff_manage, "Lets a member of staff in again",
              [pages](const Request& r) { return pages->enable(r); })
        .post("/staff/{id}/reset", permission::staff_manage, "Gives a new password",
              [pages](const Request& r) { return pages->reset(r); })
        .post("/staff/{id}/second-factor", permission::staff_manage, "Takes the second factor away",
              [pages](const Request& r) { return pages->remove_second_factor(r); })
        .done();
}

}  // namespace whatsflow::admin
