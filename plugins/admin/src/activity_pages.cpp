#include "activity_pages.hpp"

#include "activity.hpp"
#include "csv.hpp"
#include "facts.hpp"
#include "list_page.hpp"
#include "moment.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "saved_views.hpp"

#include <charconv>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::AuditTrail;
using sdk::Request;
using sdk::Response;

constexpr int kPageRows = 50;
constexpr int kExportRows = 500;

ListSpec activity_list(const Words& words) {
    Choices areas;
    for (const char* area : {"staff.", "plugin.", "settings.", "mail.", "job.", "outbox.", "announcement.", "backup.",
                             "user.", "team.", "tenant.", "billing.", "flags."})
        areas.emplace_back(area,
                           words("activity.areas." + std::string(area, std::char_traits<char>::length(area) - 1)));
    return {.path = "/activity",
            .caption = words("activity.title"),
            .columns = {{.key = "action", .label = words("activity.action")},
                        {.key = "actor", .label = words("activity.actor")},
                        {.key = "subject", .label = words("activity.subject")},
                        {.key = "reason", .label = words("activity.reason")},
                        {.key = "address", .label = words("activity.address"), .hidden_at_first = true},
                        {.key = "tenant", .label = words("activity.tenant"), .hidden_at_first = true},
                        {.key = "at", .label = words("activity.at")}},
            .filters = {{"area", words("activity.area"), std::move(areas)},
                        {"from", words("activity.from"), {}},
                        {"until", words("activity.until"), {}}},
            .search_placeholder = words("activity.search"),
            .export_path = "/activity/export"};
}

/// What is searched for is an id (of the person or the thing) or the beginning of an action.
AuditTrail::Filter filter_of(const ListState& state, const Request& request) {
    AuditTrail::Filter filter;
    filter.action = state.filter("area");
    const bool is_id = state.search.size() == 36 && state.search.find('-') == 8;
    if (is_id) filter.subject = state.search;
    if (!is_id && !state.search.empty()) filter.action = state.search;
    filter.actor = request.query.get("actor").substr(0, 60);
    if (const auto tenant = request.query.get("tenant"); !tenant.empty())
        filter.tenant = sdk::TenantId{tenant.substr(0, 60)};
    filter.from = instant_from_field(state.filter("from"));
    if (auto until = instant_from_field(state.filter("until"))) filter.until = *until + std::chrono::days(1);
    return filter;
}

sdk::Result<sdk::ListPage> entries(sdk::Host& host, const sdk::CallContext& context, const AuditTrail::Filter& filter,
                                   const sdk::ListWindow& window) {
    return sdk::find_service<AuditTrail>(host).call(&AuditTrail::entries,
                                                    sdk::across_tenants(context, "admin.activity"), filter, window);
}

std::string actor_text(const json& row, const Words& words) {
    const auto label = text_of(row, "actor_label");
    return label.empty() ? words.maybe("activity.kinds." + text_of(row, "actor_kind"), text_of(row, "actor_kind"))
                         : label;
}

Response entry_list(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    auto spec = activity_list(words);
    for (const char* name : {"actor", "tenant"})
        if (const auto value = request.query.get(name); !value.empty())
            spec.kept.emplace_back(name, value.substr(0, 60));
    const auto state = read_list_state(spec, request.query);
    const auto page = entries(panel.host, request.context, filter_of(state, request), {state.after, kPageRows});
    if (!page) return failed(page.error());
    std::vector<ListRow> rows;
    for (const auto& row : page->rows) {
        const auto id = text_of(row, "id");
        const auto actor = actor_name(actor_text(row, words));
        const auto subject = actor_name(text_of(row, "subject_label"));
        rows.push_back(
            {id,
             {{"action",
               link_cell(action_text(text_of(row, "action"), words), "/activity/" + id, text_of(row, "action"))},
              {"actor", text_cell(actor.name,
                                  text_of(row, "impersonator").empty() ? actor.email : words("activity.by_support"))},
              {"subject",
               text_cell(subject.name, subject.email.empty() ? text_of(row, "subject_kind") : subject.email)},
              {"reason", text_cell(text_of(row, "reason"))},
              {"address", code_cell(text_of(row, "address"))},
              {"tenant", code_cell(text_of(row, "tenant"))},
              {"at", moment_cell(micros_of(row.value("at", json(nullptr))))}}});
    }
    return show(
        panel, request, "admin/list_page",
        {{"header", header_model(words("activity.title"), words("activity.lead"))},
         {"title", words("activity.title")},
         {"tabs", nullptr},
         {"table", list_model(spec, state, rows, page->next, saved_views(panel, request, spec.path),
                              empty_model("activity", words("activity.none"), words("activity.none_text")), words)}});
}

/// When an id was made: the first 48 bits of a UUID of version 7 are milliseconds.
std::optional<sdk::Instant> time_of_id(const std::string& id) {
    if (id.size() != 36) return std::nullopt;
    const auto digits = id.substr(0, 8) + id.substr(9, 4);
    std::int64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), milliseconds, 16);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return sdk::Instant{std::chrono::milliseconds{milliseconds}};
}

/// The trail gives lists only; the id says where in time to look.
sdk::Result<std::optional<json>> find_entry(Panel& panel, const Request& request, const std::string& id) {
    const auto at = time_of_id(id);
    if (!at) return std::optional<json>{};
    AuditTrail::Filter filter;
    filter.from = *at - std::chrono::seconds(10);
    filter.until = *at + std::chrono::seconds(10);
    sdk::ListWindow window{{}, kExportRows};
    for (;;) {
        const auto page = entries(panel.host, request.context, filter, window);
        if (!page) return page.error();
        for (const auto& row : page->rows)
            if (text_of(row, "id") == id) return std::optional<json>(row);
        if (page->next.empty()) return std::optional<json>{};
        window.after = page->next;
    }
}

Response one(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    const auto entry = find_entry(panel, request, request.parameters.get("id"));
    if (!entry) return failed(entry.error());
    if (!*entry) return sdk::not_found();
    const auto& row = **entry;
    const auto text = [&](const char* key) { return text_of(row, key); };
    auto facts = json::array(
        {link_fact(words("activity.actor"), actor_text(row, words),
                   text("actor_kind") == "staff" ? "/staff/" + text("actor_id") : ""),
         fact(words("activity.subject"),
              text("subject_label") + (text("subject_kind").empty() ? "" : " (" + text("subject_kind") + ")")),
         code_fact(words("activity.subject_id"), text("subject_id")),
         code_fact(words("activity.tenant"), text("tenant")), fact(words("activity.reason"), text("reason")),
         code_fact(words("activity.address"), text("address")),
         code_fact(words("activity.request"), text("request_id"))});
    if (!text("impersonator").empty())
        facts.push_back(
            link_fact(words("activity.impersonator"), text("impersonator"), "/staff/" + text("impersonator")));
    const auto heading = action_text(text("action"), words);
    auto changes = changes_of(row.value("before", json(nullptr)), row.value("after", json(nullptr)));
    return show(panel, request, "admin/activity_entry",
                {{"header", header_below(words("activity.title"), "/activity", heading)},
                 {"title", heading},
                 {"action", text("action")},
                 {"at", micros_of(row.value("at", json(nullptr)))},
                 {"facts", std::move(facts)},
                 {"has_changes", !changes.empty()},
                 {"changes", std::move(changes)}});
}

Response csv(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    const auto filter = filter_of(read_list_state(activity_list(words), request.query), request);
    sdk::CallContext context = request.context;
    context.deadline = sdk::CallContext::Deadline::max();  // it is read as long as the download takes
    struct Progress {
        std::string after;
        bool ended = false;
    };
    auto& host = panel.host;
    return csv_download(
        "activity.csv",
        {"at", "action", "actor", "subject_kind", "subject", "tenant", "reason", "address", "before", "after",
         "request_id", "impersonator"},
        [&host, context, filter, progress = std::make_shared<Progress>()]() -> sdk::Result<std::vector<CsvRow>> {
            std::vector<CsvRow> rows;
            if (progress->ended) return rows;
            const auto page = entries(host, context, filter, {progress->after, kExportRows});
            if (!page) return page.error();
            for (const auto& row : page->rows) {
                const auto at = instant_of(row.value("at", json(nullptr)));
                CsvRow cells{at ? sdk::to_rfc3339(*at) : ""};
                for (const char* key : {"action", "actor_label", "subject_kind", "subject_label", "tenant", "reason",
                                        "address", "before", "after", "request_id", "impersonator"})
                    cells.push_back(text_of(row, key));
                rows.push_back(std::move(cells));
            }
            progress->after = page->next;
            progress->ended = page->next.empty();
            return rows;
        });
}

}  // namespace

sdk::Result<void> register_activity_pages(Panel& panel) {
    return RouteBook(panel.host)
        .get("/activity", permission::activity, "Who changed what",
             [&panel](const Request& r) { return entry_list(panel, r); })
        .get("/activity/export", permission::activity, "The same as CSV",
             [&panel](const Request& r) { return csv(panel, r); })
        .get("/activity/{id}", permission::activity, "One entry with its before and after",
             [&panel](const Request& r) { return one(panel, r); })
        .done();
}

}  // namespace whatsflow::admin
