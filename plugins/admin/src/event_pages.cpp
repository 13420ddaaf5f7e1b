#include "event_pages.hpp"

#include "facts.hpp"
#include "list_file.hpp"
#include "moment.hpp"
#include "noted.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "saved_views.hpp"

#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::OutboxBoard;
using sdk::Request;
using sdk::Response;

json at_of(const json& row, const char* key) {
    return micros_of(row.value(key, json(nullptr)));
}

std::string list_of(const json& row, const char* key) {
    const auto found = row.find(key);
    if (found == row.end() || !found->is_array()) return text_of(row, key);
    std::string text;
    for (const auto& each : *found)
        text += (text.empty() ? "" : ", ") + (each.is_string() ? each.get<std::string>() : each.dump());
    return text;
}

ListSpec recorded_list(const Words& words) {
    return {.path = "/events/recorded",
            .caption = words("events.recorded"),
            .columns = {{.key = "type", .label = words("events.event")},
                        {.key = "publisher", .label = words("events.publisher")},
                        {.key = "tenant", .label = words("events.tenant")},
                        {.key = "at", .label = words("events.at")}},
            .search_placeholder = words("events.search_type"),
            .export_path = "/events/recorded/export"};
}

ListSpec dead_letter_list(const Words& words) {
    return {.path = "/events/dead-letters",
            .caption = words("events.dead_letters"),
            .columns = {{.key = "type", .label = words("events.event")},
                        {.key = "subscriber", .label = words("events.subscriber")},
                        {.key = "attempts", .label = words("events.attempts"), .is_number = true},
                        {.key = "error", .label = words("events.error")},
                        {.key = "tenant", .label = words("events.tenant"), .hidden_at_first = true},
                        {.key = "at", .label = words("events.parked_at")}},
            .search_placeholder = words("events.search_subscriber"),
            .export_path = "/events/dead-letters/export"};
}

class EventPages {
public:
    explicit EventPages(Panel& panel) : panel_(panel) {}

    Response catalogue(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto events = sdk::find_service<sdk::Operations>(panel_.host).call(&sdk::Operations::events);
        if (!events) return failed(events.error());
        const ListSpec spec{.path = "/events",
                            .caption = words("events.title"),
                            .columns = {{.key = "name", .label = words("events.event")},
                                        {.key = "publisher", .label = words("events.publisher")},
                                        {.key = "subscribers", .label = words("events.subscribers")},
                                        {.key = "delivery", .label = words("events.delivery")}},
                            .search_placeholder = words("events.search")};
        const auto state = read_list_state(spec, request.query);
        std::vector<ListRow> rows;
        for (const auto& event : *events) {
            const auto name = text_of(event, "name");
            if (!state.search.empty() && name.find(state.search) == std::string::npos) continue;
            const auto type = name.find('/') == std::string::npos ? name + "/" + text_of(event, "version") : name;
            rows.push_back({type,
                            {{"name", link_cell(type, "/events/recorded?q=" + sdk::encode_url(type))},
                             {"publisher", text_cell(list_of(event, "publisher"))},
                             {"subscribers", text_cell(list_of(event, "subscribers"))},
                             {"delivery", text_cell(text_of(event, "delivery"))}}});
        }
        return list(request, "catalogue",
                    list_model(spec, state, rows, {}, saved_views(panel_, request, spec.path),
                               empty_model("zap", words("events.none"), words("events.none_text")), words));
    }

    Response recorded(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto spec = recorded_list(words);
        const auto state = read_list_state(spec, request.query);
        const auto page = recorded_rows(context(request), state.search, {state.after, kRowsInTable});
        if (!page) return failed(page.error());
        return list(
            request, "recorded",
            list_model(spec, state, page->rows, page->next, saved_views(panel_, request, spec.path),
                       empty_model("inbox", words("events.no_recorded"), words("events.no_recorded_text")), words));
    }

    Response recorded_file(const Request& request) {
        const auto spec = recorded_list(Words(panel_.host, request.locale));
        return list_as_file(spec, [this, context = unhurried(context(request)),
                                   search = read_list_state(spec, request.query).search](const std::string& after) {
            return recorded_rows(context, search, {after, kRowsInFile});
        });
    }

    Response one_recorded(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto id = request.parameters.get("id");
        const auto page =
            board().call(&OutboxBoard::recorded, context(request), request.query.get("type").substr(0, 120),
                         sdk::ListWindow{request.query.get("after").substr(0, 200), 500});
        if (!page) return failed(page.error());
        for (const auto& row : page->rows)
            if (text_of(row, "id") == id)
                return event(
                    request, words("events.recorded"), "/events/recorded", text_of(row, "type"),
                    {fact(words("events.publisher"), text_of(row, "publisher")),
                     code_fact(words("events.tenant"), text_of(row, "tenant")), code_fact(words("events.id"), id)},
                    at_of(row, "recorded_at"), "", row.value("body", json::object()), json::array(), json::array());
        return sdk::not_found();
    }

    Response subscribers(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto found = board().call(&OutboxBoard::subscribers, context(request));
        if (!found) return failed(found.error());
        const ListSpec spec{.path = "/events/subscribers",
                            .caption = words("events.subscribers"),
                            .columns = {{.key = "subscriber", .label = words("events.subscriber")},
                                        {.key = "event", .label = words("events.event")},
                                        {.key = "behind", .label = words("events.behind"), .is_number = true},
                                        {.key = "retrying", .label = words("events.retrying"), .is_number = true},
                                        {.key = "parked", .label = words("events.parked"), .is_number = true}}};
        const auto state = read_list_state(spec, request.query);
        std::vector<ListRow> rows;
        for (const auto& row : *found) {
            const auto name = text_of(row, "subscriber");
            const auto parked = number_of(row, "parked");
            auto parked_cell = number_cell(std::to_string(parked));
            if (parked > 0) parked_cell["cell_path"] = "/events/dead-letters?q=" + sdk::encode_url(name);
            rows.push_back({name,
                            {{"subscriber", text_cell(name)},
                             {"event", code_cell(text_of(row, "event"))},
                             {"behind", number_cell(std::to_string(number_of(row, "behind")))},
                             {"retrying", number_cell(std::to_string(number_of(row, "retrying")))},
                             {"parked", std::move(parked_cell)}}});
        }
        return list(
            request, "subscribers",
            list_model(spec, state, rows, {}, saved_views(panel_, request, spec.path),
                       empty_model("users", words("events.no_subscribers"), words("events.no_subscribers_text")),
                       words));
    }

    Response dead_letters(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto spec = dead_letter_list(words);
        const auto state = read_list_state(spec, request.query);
        const auto page = dead_letter_rows(context(request), state.search, {state.after, kRowsInTable});
        if (!page) return failed(page.error());
        const auto& rows = page->rows;
        auto actions = json::array();
        auto confirms = json::array();
        if (!rows.empty() && may(request, permission::events_manage)) {
            actions.push_back(opening_action(words("events.replay_all"), "confirm-replay-all", false));
            confirms.push_back(confirm_model({.id = "confirm-replay-all",
                                              .title = words("events.replay_all_title"),
                                              .text = words("events.replay_all_text"),
                                              .path = list_path(spec, state, "/events/dead-letters/replay-all"),
                                              .label = words("events.replay_all"),
                                              .danger = false,
                                              .asks_reason = true}));
        }
        return list(
            request, "dead_letters",
            list_model(spec, state, rows, page->next, saved_views(panel_, request, spec.path),
                       empty_model("mail-check", words("events.no_dead_letters"), words("events.no_dead_letters_text")),
                       words),
            std::move(actions), std::move(confirms));
    }

    Response dead_letter_file(const Request& request) {
        const auto spec = dead_letter_list(Words(panel_.host, request.locale));
        return list_as_file(spec, [this, context = unhurried(context(request)),
                                   search = read_list_state(spec, request.query).search](const std::string& after) {
            return dead_letter_rows(context, search, {after, kRowsInFile});
        });
    }

    /// Those that the list finds, on all its pages.
    Response replay_all(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        const auto search = read_list_state(dead_letter_list(Words(panel_.host, request.locale)), request.query).search;
        int replayed = 0;
        sdk::ListWindow window{{}, 500};
        do {
            const auto page = board().call(&OutboxBoard::dead_letters, context(request), search, window);
            if (!page) return failed(page.error());
            for (const auto& letter : page->rows)
                // One that somebody else replayed meanwhile is not ours to count.
                if (board().call(&OutboxBoard::replay, context(request), text_of(letter, "id"))) ++replayed;
            window.after = page->next;
        } while (!window.after.empty());
        return noted(panel_, request,
                     {.action = "outbox.all_replayed",
                      .subject = {"dead_letters", "all", search},
                      .after = {{"search", search}, {"replayed", replayed}}},
                     go_with_notice("/events/dead-letters", "letters_replayed"));
    }

    Response one_dead_letter(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto row = find_dead_letter(request);
        if (!row) return failed(row.error());
        if (!*row) return sdk::not_found();
        const auto& letter = **row;
        const auto base = "/events/dead-letters/" + sdk::encode_url(request.parameters.get("id"));
        auto actions = json::array();
        auto confirms = json::array();
        if (may(request, permission::events_manage)) {
            actions.push_back(post_action(words("events.replay"), base + "/replay"));
            actions.push_back(opening_action(words("events.discard"), "confirm-discard"));
            confirms.push_back(
                confirm_model({.id = "confirm-discard",
                               .title = words("events.discard_title"),
                               .text = words("events.discard_text", {{"subscriber", text_of(letter, "subscriber")}}),
                               .path = base + "/discard",
                               .label = words("events.discard"),
                               .asks_reason = true}));
        }
        return event(request, words("events.dead_letters"), "/events/dead-letters", text_of(letter, "type"),
                     {fact(words("events.subscriber"), text_of(letter, "subscriber")),
                      fact(words("events.attempts"), text_of(letter, "attempts")),
                      code_fact(words("events.tenant"), text_of(letter, "tenant")),
                      code_fact(words("events.id"), text_of(letter, "event_id"))},
                     at_of(letter, "parked_at"), text_of(letter, "error"), letter.value("body", json::object()),
                     std::move(actions), std::move(confirms));
    }

    Response replay(const Request& request) {
        return change(request, &OutboxBoard::replay, "outbox.replayed", "letter_replayed");
    }
    Response discard(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        return change(request, &OutboxBoard::discard, "outbox.discarded", "letter_discarded");
    }

private:
    sdk::Result<ListRows> recorded_rows(const sdk::CallContext& context, const std::string& search,
                                        const sdk::ListWindow& window) {
        const auto page = board().call(&OutboxBoard::recorded, context, search, window);
        if (!page) return page.error();
        ListRows found{{}, page->next};
        for (const auto& row : page->rows) {
            const auto id = text_of(row, "id");
            auto link = "/events/recorded/" + id + "?type=" + sdk::encode_url(text_of(row, "type"));
            if (!window.after.empty()) link += "&after=" + sdk::encode_url(window.after);
            found.rows.push_back({id,
                                  {{"type", link_cell(text_of(row, "type"), link, id)},
                                   {"publisher", text_cell(text_of(row, "publisher"))},
                                   {"tenant", code_cell(text_of(row, "tenant"))},
                                   {"at", moment_cell(at_of(row, "recorded_at"))}}});
        }
        return found;
    }

    sdk::Result<ListRows> dead_letter_rows(const sdk::CallContext& context, const std::string& search,
                                           const sdk::ListWindow& window) {
        const auto page = board().call(&OutboxBoard::dead_letters, context, search, window);
        if (!page) return page.error();
        ListRows found{{}, page->next};
        for (const auto& row : page->rows) {
            const auto id = text_of(row, "id");
            found.rows.push_back(
                {id,
                 {{"type", link_cell(text_of(row, "type"),
                                     "/events/dead-letters/" + sdk::encode_url(id) +
                                         (window.after.empty() ? "" : "?after=" + sdk::encode_url(window.after)))},
                  {"subscriber", text_cell(text_of(row, "subscriber"))},
                  {"attempts", number_cell(text_of(row, "attempts"))},
                  {"error", text_cell(text_of(row, "error").substr(0, 160))},
                  {"tenant", code_cell(text_of(row, "tenant"))},
                  {"at", moment_cell(at_of(row, "parked_at"))}}});
        }
        return found;
    }

    sdk::ServiceHandle<OutboxBoard> board() { return sdk::find_service<OutboxBoard>(panel_.host); }
    static sdk::CallContext context(const Request& request) {
        return sdk::across_tenants(request.context, "admin.events");
    }

    Response list(const Request& request, const std::string& tab, json table, json actions = json::array(),
                  json confirms = json::array()) {
        const Words words(panel_.host, request.locale);
        auto tabs = json::array();
        for (const auto& [name, path] : {std::pair{"catalogue", "/events"},
                                         {"recorded", "/events/recorded"},
                                         {"subscribers", "/events/subscribers"},
                                         {"dead_letters", "/events/dead-letters"}})
            tabs.push_back({{"label", words(std::string("events.") + name)},
                            {"tab_path", path},
                            {"is_current", tab == name},
                            {"count", nullptr}});
        return show(panel_, request, "admin/list_page",
                    {{"title", words("events.title")},
                     {"header", header_model(words("events.title"), words("events.lead"), std::move(actions))},
                     {"confirms", std::move(confirms)},
                     {"tabs", {{"tabs_label", words("events.title")}, {"tabs", std::move(tabs)}}},
                     {"table", std::move(table)}});
    }

    Response event(const Request& request, const std::string& parent, const std::string& parent_path,
                   const std::string& type, json facts, const json& at, const std::string& error, const json& body,
                   json actions, json confirms) {
        const Words words(panel_.host, request.locale);
        auto moments = json::array();
        if (at.is_number()) moments.push_back({{"term", words("events.at")}, {"at", at}});
        return show(panel_, request, "admin/job",
                    {{"title", type},
                     {"header", header_below(parent, parent_path, type, std::move(actions))},
                     {"facts", std::move(facts)},
                     {"moments", std::move(moments)},
                     {"error", error},
                     {"payload", {{"code_label", words("events.body")}, {"code", pretty(body)}}},
                     {"confirms", std::move(confirms)}});
    }

    sdk::Result<std::optional<json>> find_dead_letter(const Request& request) {
        const auto id = request.parameters.get("id");
        sdk::ListWindow window{request.query.get("after").substr(0, 200), 500};
        for (;;) {
            const auto page = board().call(&OutboxBoard::dead_letters, context(request), std::string(), window);
            if (!page) return page.error();
            for (const auto& row : page->rows)
                if (text_of(row, "id") == id) return std::optional<json>(row);
            if (page->next.empty()) return std::optional<json>{};
            window.after = page->next;
        }
    }

    Response change(const Request& request,
                    sdk::Result<void> (OutboxBoard::*method)(const sdk::CallContext&, const std::string&),
                    const std::string& action, std::string_view notice) {
        const auto id = request.parameters.get("id");
        const auto letter = find_dead_letter(request);
        if (!letter) return failed(letter.error());
        if (!*letter) return sdk::not_found();
        const auto done = board().call(method, context(request), id);
        if (!done) return failed(done.error());
        return noted(
            panel_, request,
            {.action = action,
             .subject = {"dead_letter", id, text_of(**letter, "type") + " → " + text_of(**letter, "subscriber")}},
            go_with_notice("/events/dead-letters", notice));
    }

    Panel& panel_;
};

}  // namespace

sdk::Result<void> register_event_pages(Panel& panel) {
    const auto pages = std::make_shared<EventPages>(panel);
    return RouteBook(panel.host)
        .get("/events", permission::events_read, "Every kind of event",
             [pages](const Request& r) { return pages->catalogue(r); })
        .get("/events/recorded", permission::events_read, "Recorded events",
             [pages](const Request& r) { return pages->recorded(r); })
        .get("/events/recorded/export", permission::events_read, "The same as CSV",
             [pages](const Request& r) { return pages->recorded_file(r); })
        .get("/events/recorded/{id}", permission::events_read, "One recorded event with its body",
             [pages](const Request& r) { return pages->one_recorded(r); })
        .get("/events/subscribers", permission::events_read, "Who hears events, and how far they are",
             [pages](const Request& r) { return pages->subscribers(r); })
        .get("/events/dead-letters", permission::events_read, "Events that could not be delivered",
             [pages](const Request& r) { return pages->dead_letters(r); })
        .get("/events/dead-letters/export", permission::events_read, "The same as CSV",
             [pages](const Request& r) { return pages->dead_letter_file(r); })
        .get("/events/dead-letters/{id}", permission::events_read, "One of them with its body",
             [pages](const Request& r) { return pages->one_dead_letter(r); })
        .post("/events/dead-letters/replay-all", permission::events_manage, "Delivers all of a search again",
              [pages](const Request& r) { return pages->replay_all(r); })
        .post("/events/dead-letters/{id}/replay", permission::events_manage, "Delivers it again",
              [pages](const Request& r) { return pages->replay(r); })
        .post("/events/dead-letters/{id}/discard", permission::events_manage, "Gives it up",
              [pages](const Request& r) { return pages->discard(r); })
        .done();
}

}  // namespace whatsflow::admin
