#include "job_pages.hpp"

#include "facts.hpp"
#include "list_file.hpp"
#include "moment.hpp"
#include "noted.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "saved_views.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <array>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::JobBoard;
using sdk::Request;
using sdk::Response;

constexpr std::array<const char*, 4> kStates{"queued", "running", "failed", "done"};

ListSpec job_list(const std::string& state, const Words& words) {
    return {.path = "/jobs",
            .caption = words("jobs.title"),
            .columns = {{.key = "kind", .label = words("jobs.kind")},
                        {.key = "state", .label = words("jobs.state")},
                        {.key = "attempts", .label = words("jobs.attempts"), .is_number = true},
                        {.key = "run_at", .label = words("jobs.run_at")},
                        {.key = "finished_at",
                         .label = words("jobs.finished_at"),
                         .hidden_at_first = state == "queued" || state == "running"},
                        {.key = "error", .label = words("jobs.error"), .hidden_at_first = state != "failed"},
                        {.key = "tenant", .label = words("jobs.tenant"), .hidden_at_first = true}},
            .search_placeholder = words("jobs.search"),
            .export_path = "/jobs/export",
            .kept = {{"state", state}}};
}

/// `every_ms` as people say it.
std::string period_text(std::int64_t milliseconds, const Words& words) {
    const auto say = [&](const char* unit, std::int64_t count) {
        return words(std::string("jobs.every_") + unit + (count == 1 ? "_one" : ""),
                     {{"count", std::to_string(count)}});
    };
    const auto seconds = milliseconds / 1000;
    if (seconds >= 86'400 && seconds % 86'400 == 0) return say("days", seconds / 86'400);
    if (seconds >= 3'600 && seconds % 3'600 == 0) return say("hours", seconds / 3'600);
    if (seconds >= 60 && seconds % 60 == 0) return say("minutes", seconds / 60);
    return say("seconds", seconds);
}

class JobPages {
public:
    explicit JobPages(Panel& panel) : panel_(panel) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto state = chosen_state(request);
        const auto spec = job_list(state, words);
        const auto shown = read_list_state(spec, request.query);
        const auto page = rows_of(context(request), words, state, shown.search, {shown.after, kRowsInTable});
        if (!page) return failed(page.error());
        const auto& rows = page->rows;
        auto actions = json::array();
        auto confirms = json::array();
        if (state == "failed" && !rows.empty() && may(request, permission::jobs_manage)) {
            actions.push_back(opening_action(words("jobs.retry_all"), "confirm-retry-all", false));
            confirms.push_back(confirm_model({.id = "confirm-retry-all",
                                              .title = words("jobs.retry_all_title"),
                                              .text = words("jobs.retry_all_text"),
                                              .path = list_path(spec, shown, "/jobs/retry-failed"),
                                              .label = words("jobs.retry_all"),
                                              .danger = false,
                                              .asks_reason = true}));
        }
        return show(panel_, request, "admin/list_page",
                    {{"header", header_model(words("jobs.title"), words("jobs.lead"), std::move(actions))},
                     {"title", words("jobs.title")},
                     {"confirms", std::move(confirms)},
                     {"tabs", tabs(request, state, words)},
                     {"table", list_model(spec, shown, rows, page->next, saved_views(panel_, request, spec.path),
                                          empty_model("list-checks", words("jobs.none." + state),
                                                      words("jobs.none_text." + state)),
                                          words)}});
    }

    Response file(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto state = chosen_state(request);
        const auto spec = job_list(state, words);
        return list_as_file(spec, [this, words, state, context = unhurried(context(request)),
                                   search = read_list_state(spec, request.query).search](const std::string& after) {
            return rows_of(context, words, state, search, {after, kRowsInFile});
        });
    }

    Response details(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto job = find(request);
        if (!job) return failed(job.error());
        if (!*job) return sdk::not_found();
        const auto& row = **job;
        const auto id = text_of(row, "id");
        const auto state = text_of(row, "state");
        auto actions = json::array();
        auto confirms = json::array();
        if (may(request, permission::jobs_manage)) {
            if (state == "failed") actions.push_back(post_action(words("jobs.retry"), "/jobs/" + id + "/retry"));
            if (state == "queued" || state == "running") {
                actions.push_back(opening_action(words("jobs.cancel"), "confirm-cancel"));
                confirms.push_back(confirm_model({.id = "confirm-cancel",
                                                  .title = words("jobs.cancel_title"),
                                                  .text = words("jobs.cancel_text"),
                                                  .path = "/jobs/" + id + "/cancel",
                                                  .label = words("jobs.cancel"),
                                                  .asks_reason = true}));
            }
        }
        auto moments = json::array();
        for (const char* key : {"run_at", "started_at", "finished_at"})
            if (const auto at = micros_of(row.value(key, json(nullptr))); at.is_number())
                moments.push_back({{"term", words(std::string("jobs.") + key)}, {"at", at}});
        return show(panel_, request, "admin/job",
                    {{"title", text_of(row, "kind")},
                     {"header", header_below(words("jobs.title"), "/jobs?state=" + state, text_of(row, "kind"),
                                             std::move(actions))},
                     {"facts",
                      {fact(words("jobs.state"), words.maybe("jobs.states." + state, state), state),
                       fact(words("jobs.attempts"), text_of(row, "attempts") + " / " + text_of(row, "most_attempts")),
                       code_fact(words("jobs.tenant"), text_of(row, "tenant")), code_fact(words("jobs.id"), id)}},
                     {"moments", std::move(moments)},
                     {"error", text_of(row, "error")},
                     {"payload",
                      {{"code_label", words("jobs.payload")}, {"code", pretty(row.value("payload", json::object()))}}},
                     {"confirms", std::move(confirms)}});
    }

    Response retry(const Request& request) { return change(request, &JobBoard::retry, "job.retried", "job_retried"); }
    /// Those that the list finds, on all its pages.
    Response retry_failed(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        const auto search =
            read_list_state(job_list("failed", Words(panel_.host, request.locale)), request.query).search;
        int retried = 0;
        sdk::ListWindow window{{}, 500};
        do {
            const auto page = board().call(&JobBoard::jobs, context(request), std::string("failed"), search, window);
            if (!page) return failed(page.error());
            for (const auto& job : page->rows)
                // One that somebody else tried again meanwhile is not ours to count.
                if (board().call(&JobBoard::retry, context(request), text_of(job, "id"))) ++retried;
            window.after = page->next;
        } while (!window.after.empty());
        return noted(panel_, request,
                     {.action = "job.all_retried",
                      .subject = {"jobs", "failed", search},
                      .after = {{"search", search}, {"retried", retried}}},
                     go_with_notice("/jobs", "jobs_retried"));
    }
    Response cancel(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        return change(request, &JobBoard::cancel, "job.cancelled", "job_cancelled");
    }

    Response schedules(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto list = board().call(&JobBoard::schedules, context(request));
        if (!list) return failed(list.error());
        auto rows = json::array();
        for (const auto& schedule : *list) {
            const auto name = text_of(schedule, "name");
            const bool paused = truth_of(schedule, "paused");
            rows.push_back({{"name", name},
                            {"kind", text_of(schedule, "kind")},
                            {"every", period_text(number_of(schedule, "every_ms"), words)},
                            {"next_at", paused ? json(nullptr) : micros_of(schedule.value("next_at", json(nullptr)))},
                            {"last_at", micros_of(schedule.value("last_at", json(nullptr)))},
                            {"paused", paused},
                            {"base_path", "/jobs/schedules/" + sdk::encode_url(name)}});
        }
        const bool none = rows.empty();
        return show(
            panel_, request, "admin/schedules",
            {{"title", words("jobs.schedules")},
             {"header", header_model(words("jobs.title"), words("jobs.schedules_lead"))},
             {"tabs", tabs(request, "schedules", words)},
             {"may_manage", may(request, permission::jobs_manage)},
             {"rows", std::move(rows)},
             {"none", none ? empty_model("calendar", words("jobs.no_schedules"), words("jobs.no_schedules_text"))
                           : json(nullptr)}});
    }

    Response pause(const Request& request, bool paused) {
        const auto name = request.parameters.get("name");
        const auto done = board().call(&JobBoard::pause_schedule, context(request), name, paused);
        if (!done) return failed(done.error());
        return noted(
            panel_, request,
            {.action = paused ? "job.schedule_paused" : "job.schedule_resumed", .subject = {"schedule", name, name}},
            go_with_notice("/jobs/schedules", paused ? "schedule_paused" : "schedule_resumed"));
    }

    Response run_now(const Request& request) {
        const auto name = request.parameters.get("name");
        const auto done = board().call(&JobBoard::run_schedule_now, context(request), name);
        if (!done) return failed(done.error());
        return noted(panel_, request, {.action = "job.schedule_run", .subject = {"schedule", name, name}},
                     go_with_notice("/jobs/schedules", "schedule_run"));
    }

private:
    sdk::Result<ListRows> rows_of(const sdk::CallContext& context, const Words& words, const std::string& state,
                                  const std::string& search, const sdk::ListWindow& window) {
        const auto page = board().call(&JobBoard::jobs, context, state, search, window);
        if (!page) return page.error();
        ListRows found{{}, page->next};
        for (const auto& job : page->rows) {
            const auto id = text_of(job, "id");
            const auto where = text_of(job, "state");
            const auto link = "/jobs/" + id + "?state=" + where +
                              (window.after.empty() ? "" : "&after=" + sdk::encode_url(window.after));
            found.rows.push_back(
                {id,
                 {{"kind", link_cell(text_of(job, "kind"), link, id)},
                  {"state", status_cell(where, words.maybe("jobs.states." + where, where))},
                  {"attempts", number_cell(text_of(job, "attempts") + " / " + text_of(job, "most_attempts"))},
                  {"run_at", moment_cell(micros_of(job.value("run_at", json(nullptr))))},
                  {"finished_at", moment_cell(micros_of(job.value("finished_at", json(nullptr))))},
                  {"error", text_cell(text_of(job, "error").substr(0, 160))},
                  {"tenant", code_cell(text_of(job, "tenant"))}}});
        }
        return found;
    }

    sdk::ServiceHandle<JobBoard> board() { return sdk::find_service<JobBoard>(panel_.host); }
    static sdk::CallContext context(const Request& request) {
        return sdk::across_tenants(request.context, "admin.jobs");
    }

    static std::string chosen_state(const Request& request) {
        const auto wanted = request.query.get("state");
        for (const char* state : kStates)
            if (wanted == state) return state;
        return kStates[0];
    }

    json tabs(const Request& request, const std::string& current, const Words& words) {
        const auto counts = board().call(&JobBoard::counts, context(request));
        auto list = json::array();
        for (const char* state : kStates)
            list.push_back(
                {{"label", words(std::string("jobs.tabs.") + state)},
                 {"tab_path", std::string("/jobs?state=") + state},
                 {"is_current", current == state},
                 {"count", counts && counts->contains(state) ? json(text_of(*counts, state)) : json(nullptr)}});
        list.push_back({{"label", words("jobs.schedules")},
                        {"tab_path", "/jobs/schedules"},
                        {"is_current", current == "schedules"},
                        {"count", nullptr}});
        return {{"tabs_label", words("jobs.title")}, {"tabs", std::move(list)}};
    }

    /// The board gives lists only: first where the link came from, then the beginning of each.
    sdk::Result<std::optional<json>> find(const Request& request) {
        const auto id = request.parameters.get("id");
        std::vector<std::pair<std::string, std::string>> places{
            {chosen_state(request), request.query.get("after").substr(0, 200)}};
        for (const char* state : kStates) places.emplace_back(state, "");
        for (const auto& [state, after] : places) {
            const auto page =
                board().call(&JobBoard::jobs, context(request), state, std::string(), sdk::ListWindow{after, 500});
            if (!page) return page.error();
            for (const auto& row : page->rows)
                if (text_of(row, "id") == id) return std::optional<json>(row);
        }
        return std::optional<json>{};
    }

    Response change(const Request& request,
                    sdk::Result<void> (JobBoard::*method)(const sdk::CallContext&, const std::string&),
                    const std::string& action, std::string_view notice) {
        const auto id = request.parameters.get("id");
        const auto done = board().call(method, context(request), id);
        if (!done) return failed(done.error());
        return noted(panel_, request, {.action = action, .subject = {"job", id, id}}, go_with_notice("/jobs", notice));
    }

    Panel& panel_;
};

}  // namespace

sdk::Result<void> register_job_pages(Panel& panel) {
    const auto pages = std::make_shared<JobPages>(panel);
    return RouteBook(panel.host)
        .get("/jobs", permission::jobs_read, "Work in the background",
             [pages](const Request& r) { return pages->list(r); })
        .get("/jobs/export", permission::jobs_read, "The same as CSV",
             [pages](const Request& r) { return pages->file(r); })
        .get("/jobs/schedules", permission::jobs_read, "What makes jobs by itself",
             [pages](const Request& r) { return pages->schedules(r); })
        .get("/jobs/{id}", permission::jobs_read, "One job", [pages](const Request& r) { return pages->details(r); })
        .post("/jobs/{id}/retry", permission::jobs_manage, "Tries a failed job again",
              [pages](const Request& r) { return pages->retry(r); })
        .post("/jobs/retry-failed", permission::jobs_manage, "Tries all failed jobs of a search again",
              [pages](const Request& r) { return pages->retry_failed(r); })
        .post("/jobs/{id}/cancel", permission::jobs_manage, "Takes a waiting job back",
              [pages](const Request& r) { return pages->cancel(r); })
        .post("/jobs/schedules/{name}/pause", permission::jobs_manage, "Pauses a schedule",
              [pages](const Request& r) { return pages->pause(r, true); })
        .post("/jobs/schedules/{name}/resume", permission::jobs_manage, "Resumes a schedule",
              [pages](const Request& r) { return pages->pause(r, false); })
        .post("/jobs/schedules/{name}/run", permission::jobs_manage, "Makes a schedule's job now",
              [pages](const Request& r) { return pages->run_now(r); })
        .done();
}

}  // namespace whatsflow::admin
