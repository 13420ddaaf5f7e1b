#include "request_pages.hpp"

#include "core/constraint.hpp"
#include "page_parts.hpp"
#include "schedule_pages.hpp"

#include <algorithm>

namespace whatsflow::flags::pages {

using nlohmann::json;

namespace {

constexpr const char* kRequestsPath = "/flags/requests";
constexpr std::size_t kLongestComment = 2'000;

const char* status_of_request(const std::string& state) {
    if (state == "open") return "info";
    return state == "applied" ? "good" : "idle";
}

std::string title_of(const FlagOffice& office, const std::string& locale, const ChangeRequest& request) {
    const auto key = "requests.actions." + request.action;
    auto said = office.text(locale, key);
    if (said == "flags.pages." + key) said = request.action;
    return request.name + ": " + said;
}

sdk::Result<sdk::Response> list_requests(const FlagOffice& office, const sdk::Request& request) {
    const auto& locale = request.locale;
    const bool open = request.query.get("state") != "decided";
    const auto found = office.requests.list(request.context, open);
    if (!found) return found.error();
    json rows = json::array();
    for (const auto& each : *found)
        rows.push_back({{"id", each.id},
                        {"row_label", each.name},
                        {"menu", false},
                        {"cells",
                         {cell(title_of(office, locale, each),
                               {{"cell_path", std::string(kRequestsPath) + "/" + each.id},
                                {"is_row_link", true},
                                {"cell_sub", each.reason.empty() ? json(false) : json(each.reason)}}),
                          cell(each.environment), cell(each.actor_label, {{"is_muted", true}}),
                          cell("", {{"cell_at", each.created_at}}),
                          cell(office.word(locale, each.state), {{"cell_status", status_of_request(each.state)}})}}});
    auto model =
        page_model(office, request, office.text(locale, "requests.title"), office.text(locale, "requests.lead"));
    model["tabs_label"] = office.text(locale, "requests.title");
    model["tabs"] = json::array();
    for (const std::string_view each : {"open", "decided"})
        model["tabs"].push_back({{"label", office.text(locale, "requests." + std::string(each))},
                                 {"tab_path", std::string(kRequestsPath) + (each == "open" ? "" : "?state=decided")},
                                 {"is_current", open == (each == "open")},
                                 {"count", false}});
    model["table"] =
        table_model(office, request, office.text(locale, "requests.title"),
                    {column(office.text(locale, "columns.change")), column(office.text(locale, "filters.environment")),
                     column(office.text(locale, "columns.by")), column(office.text(locale, "columns.when")),
                     column(office.text(locale, "filters.state"))},
                    std::move(rows), open ? "requests.empty" : "requests.empty_decided");
    return sdk::page("flags/segment_list", std::move(model));
}

/// The definition as it is now: null where there is none.
json now_of(const FlagOffice& office, const Edit& edit) {
    if (edit.kind == "feature") {
        const auto place = place_of(office, edit.name, edit.environment, edit.project);
        return place.feature ? place.definition() : json();
    }
    const auto served = office.board.served(edit.environment);  // kept while somebody else exchanges it
    for (const auto& segment : served->rules->segments())
        if (segment.at("id").dump() == edit.name) return segment;
    return nullptr;
}

/// The flag, or the history that a removed one has left.
json path_of(const FlagOffice& office, const Edit& edit, const json& now) {
    if (edit.kind != "feature" || (now.is_null() && edit.before.is_null())) return false;
    const auto place = place_of(office, edit.name, edit.environment, edit.project);
    return place.path(now.is_null() ? "/history" : "");
}

/// The first fifty, and those that are in the way wherever they stand.
json edit_rows(const FlagOffice& office, const sdk::Request& request, const ChangeRequest& asked, bool& has_conflict) {
    constexpr std::size_t kShown = 50;
    json rows = json::array();
    for (std::size_t i = 0; i < asked.edits.size(); ++i) {
        const auto& edit = asked.edits[i];
        const auto now = now_of(office, edit);
        const bool conflicts = asked.state == "open" && edit.seen != (now.is_null() ? "" : mark_of(now.dump()));
        has_conflict = has_conflict || conflicts;
        if (i >= kShown && !(conflicts && rows.size() < 2 * kShown)) continue;
        auto changes = diff_model(edit.before, edit.definition ? *edit.definition : json());
        rows.push_back(
            {{"name", edit.name},
             {"environment", edit.environment},
             {"flag_path", path_of(office, edit, now)},
             {"removes", edit.definition ? json(false) : json(office.text(request.locale, "requests.removes"))},
             {"has_changes", !changes.empty()},
             {"changes", std::move(changes)},
             {"conflicts", conflicts},
             {"meanwhile", conflicts ? json(diff_model(edit.before, now)) : json(false)}});
    }
    return rows;
}

/// What shall happen when, and what it is watched for.
json plan_of(const FlagOffice& office, const std::string& locale, const ScheduledChange& change) {
    json steps = json::array();
    for (const auto& step : change.steps)
        steps.push_back({{"at", sdk::to_micros(step.at)}, {"text", in_words(office, locale, step)}});
    return {{"steps", std::move(steps)}, {"guard", in_words(office, locale, change.guard)}};
}

sdk::Result<sdk::Response> request_page(const FlagOffice& office, const sdk::Request& request,
                                        const std::string& objection) {
    const auto id = request.parameters.get("request");
    const auto asked = office.requests.find(request.context, id);
    if (!asked) return asked.error();
    const auto comments = office.requests.comments(request.context, id);
    if (!comments) return comments.error();
    const auto& locale = request.locale;
    const auto path = std::string(kRequestsPath) + "/" + id;
    auto model = page_model(office, request, title_of(office, locale, *asked), asked->reason);
    model["header"]["breadcrumbs"].push_back(
        {{"label", office.text(locale, "requests.title")}, {"link_path", kRequestsPath}});
    model["header"]["chip"] = office.word(locale, asked->state);
    bool has_conflict = false;
    model["edits"] = edit_rows(office, request, *asked, has_conflict);
    const auto not_shown = asked->edits.size() - model["edits"].size();
    model["more_text"] = not_shown > 0
                             ? json(office.text(locale, "requests.more", {{"count", std::to_string(not_shown)}}))
                             : json(false);
    const bool open = asked->state == "open";
    model["plan"] = asked->schedule ? plan_of(office, locale, *asked->schedule) : json(false);
    const bool is_late = open && asked->schedule && asked->schedule->steps.front().at <= office.host.clock().now();
    model["is_late"] = is_late;
    const bool is_own = request.identity->subject == asked->actor_id;
    model["who"] = asked->actor_label;
    model["created_at"] = asked->created_at;
    model["decided_by"] = asked->decided_by.empty() ? json(false) : json(asked->decided_by);
    model["decided_at"] = asked->decided_at ? json(*asked->decided_at) : json(false);
    model["has_conflict"] = has_conflict;
    model["waits_for_other"] = open && is_own;
    model["approve_path"] =
        open && !is_own && !has_conflict && !is_late && may_manage(request) ? json(path + "/approve") : json(false);
    model["close_path"] = open && may_manage(request) ? json(path + "/close") : json(false);
    model["close_label"] = office.text(locale, is_own ? "requests.withdraw" : "requests.reject");
    json said = json::array();
    for (const auto& each : *comments)
        said.push_back({{"icon", false},
                        {"who", each.who},
                        {"text", each.text},
                        {"at", each.at},
                        {"detail", false},
                        {"entry_path", false}});
    model["has_comments"] = !said.empty();
    model["entries"] = std::move(said);
    PageForm form(office, request, path + "/comments", "requests.add_comment");
    form.area("comment", "", false, 3);
    if (!objection.empty()) form.objection(objection);
    model["form"] = may_manage(request) ? form.model() : json(false);
    return sdk::page("flags/request", std::move(model), objection.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> approve_request(const FlagOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("request");
    if (auto done = office.requests.approve(request.context, sdk::actor_of(request), id); !done) return done.error();
    if (auto done = office.board.refresh(); !done)
        office.host.log().warn("a change is served a moment later", {{"code", done.error().code}});
    return back_to(std::string(kRequestsPath) + "/" + id, "approved");
}

sdk::Result<sdk::Response> close_request(const FlagOffice& office, const sdk::Request& request) {
    const auto id = request.parameters.get("request");
    if (auto done = office.requests.close(request.context, sdk::actor_of(request), id); !done) return done.error();
    return back_to(std::string(kRequestsPath) + "/" + id, "closed");
}

sdk::Result<sdk::Response> comment_on_request(const FlagOffice& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const std::string text(trimmed(form->get("comment")));
    if (text.empty() || text.size() > kLongestComment)
        return request_page(office, request, office.text(request.locale, "errors.comment"));
    const auto id = request.parameters.get("request");
    if (auto done = office.requests.comment(request.context, sdk::actor_of(request), id, text); !done)
        return done.error();
    return back_to(std::string(kRequestsPath) + "/" + id, "commented");
}

}  // namespace

sdk::Result<void> register_request_pages(const FlagOffice& office) {
    return Routes(office)
        .get(kRequestsPath, kRead, "Changes that wait for a second person", &list_requests)
        .get("/flags/requests/{request}", kRead, "One proposed change",
             [](const FlagOffice& all, const sdk::Request& request) { return request_page(all, request, {}); })
        .post("/flags/requests/{request}/approve", kManage, "Approves and applies a change", &approve_request)
        .post("/flags/requests/{request}/close", kManage, "Rejects or withdraws a change", &close_request)
        .post("/flags/requests/{request}/comments", kManage, "Says something about a change", &comment_on_request)
        .done();
}

}  // namespace whatsflow::flags::pages
