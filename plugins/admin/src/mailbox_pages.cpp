#include "mailbox_pages.hpp"

#include "facts.hpp"
#include "list_file.hpp"
#include "mail_frame.hpp"
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
using sdk::MailBoard;
using sdk::Request;
using sdk::Response;

/// Receivers come as text or as a list of texts or of {address, name}.
std::string receivers_of(const json& mail) {
    const auto found = mail.find("to");
    if (found == mail.end() || !found->is_array()) return text_of(mail, "to");
    std::string text;
    for (const auto& each : *found)
        text += (text.empty() ? "" : ", ") + (each.is_string() ? each.get<std::string>() : text_of(each, "address"));
    return text;
}

ListSpec mail_list(const Words& words) {
    Choices states;
    for (const char* state : {"queued", "sent", "failed", "kept"})
        states.emplace_back(state, words("mailbox.states." + std::string(state)));
    return {.path = "/mailbox",
            .caption = words("mailbox.title"),
            .columns = {{.key = "subject", .label = words("mailbox.subject")},
                        {.key = "to", .label = words("mailbox.to"), .hidden_at_first = true},
                        {.key = "state", .label = words("mailbox.state")},
                        {.key = "template", .label = words("mailbox.template")},
                        {.key = "attempts",
                         .label = words("mailbox.attempts"),
                         .is_number = true,
                         .hidden_at_first = true},
                        {.key = "category", .label = words("mailbox.category"), .hidden_at_first = true},
                        {.key = "created_at", .label = words("mailbox.created_at")},
                        {.key = "sent_at", .label = words("mailbox.sent_at")}},
            .filters = {{"state", words("mailbox.state"), std::move(states)}},
            .search_placeholder = words("mailbox.search"),
            .export_path = "/mailbox/export"};
}

class MailboxPages {
public:
    explicit MailboxPages(Panel& panel) : panel_(panel) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto spec = mail_list(words);
        const auto state = read_list_state(spec, request.query);
        const auto page = rows_of(context(request), words, state, {state.after, kRowsInTable});
        if (!page) return failed(page.error());
        auto actions = json::array();
        auto confirms = json::array();
        if (state.filter("state") == "failed" && !page->rows.empty() && may(request, permission::mail_manage)) {
            actions.push_back(opening_action(words("mailbox.send_all"), "confirm-send-all", false));
            confirms.push_back(confirm_model({.id = "confirm-send-all",
                                              .title = words("mailbox.send_all_title"),
                                              .text = words("mailbox.send_all_text"),
                                              .path = list_path(spec, state, "/mailbox/send-failed"),
                                              .label = words("mailbox.send_all"),
                                              .danger = false,
                                              .asks_reason = true}));
        }
        return show(
            panel_, request, "admin/list_page",
            {{"title", words("mailbox.title")},
             {"header", header_model(words("mailbox.title"), words("mailbox.lead"), std::move(actions))},
             {"confirms", std::move(confirms)},
             {"tabs", nullptr},
             {"table", list_model(spec, state, page->rows, page->next, saved_views(panel_, request, spec.path),
                                  empty_model("mail", words("mailbox.none"), words("mailbox.none_text")), words)}});
    }

    Response file(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto spec = mail_list(words);
        return list_as_file(spec, [this, words, context = unhurried(context(request)),
                                   state = read_list_state(spec, request.query)](const std::string& after) {
            return rows_of(context, words, state, {after, kRowsInFile});
        });
    }

    Response details(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto found = board().call(&MailBoard::mail, context(request), request.parameters.get("id"));
        if (!found) return failed(found.error());
        if (!*found) return sdk::not_found();
        const auto& mail = **found;
        const auto id = text_of(mail, "id");
        const auto state = text_of(mail, "state");
        const bool reads = may(request, permission::mail_content);
        auto actions = json::array();
        if (may(request, permission::mail_manage))
            actions.push_back(post_action(words("mailbox.send_again"), "/mailbox/" + id + "/send-again"));
        auto attachments = json::array();
        for (const auto& each : mail.value("attachments", json::array()))
            attachments.push_back({{"filename", text_of(each, "filename")},
                                   {"content_type", text_of(each, "content_type")},
                                   {"size", size_text(static_cast<std::uint64_t>(number_of(each, "bytes")))}});
        auto moments = json::array();
        for (const char* key : {"created_at", "sent_at"})
            if (const auto at = micros_of(mail.value(key, json(nullptr))); at.is_number())
                moments.push_back({{"term", words(std::string("mailbox.") + key)}, {"at", at}});
        const bool has_attachments = !attachments.empty();
        const bool has_html = !text_of(mail, "html").empty();
        return show(
            panel_, request, "admin/mail",
            {{"title", text_of(mail, "subject")},
             {"header", header_below(words("mailbox.title"), "/mailbox", text_of(mail, "subject"), std::move(actions))},
             {"facts",
              {fact(words("mailbox.state"), words.maybe("mailbox.states." + state, state), state),
               fact(words("mailbox.to"), receivers_of(mail)), fact(words("mailbox.from"), text_of(mail, "from")),
               fact(words("mailbox.template"), text_of(mail, "template")),
               fact(words("mailbox.attempts"), text_of(mail, "attempts")), code_fact(words("mailbox.id"), id)}},
             {"moments", std::move(moments)},
             {"error", text_of(mail, "error")},
             {"reads", reads},
             {"html_path", reads && has_html ? json("/mailbox/" + id + "/html") : json(nullptr)},
             {"text", reads ? text_of(mail, "text") : ""},
             {"has_nothing", reads && !has_html && text_of(mail, "text").empty()},
             {"has_attachments", has_attachments},
             {"attachments", std::move(attachments)}});
    }

    Response html(const Request& request) {
        const auto found = board().call(&MailBoard::mail, context(request), request.parameters.get("id"));
        if (!found) return failed(found.error());
        if (!*found) return sdk::not_found();
        return mail_document(text_of(**found, "html"));
    }

    Response send_again(const Request& request) {
        const auto id = request.parameters.get("id");
        const auto found = board().call(&MailBoard::mail, context(request), id);
        if (!found) return failed(found.error());
        if (!*found) return sdk::not_found();
        const auto done = board().call(&MailBoard::send_again, context(request), id);
        if (!done) return failed(done.error());
        return noted(panel_, request,
                     {.action = "mail.sent_again", .subject = {"mail", id, text_of(**found, "subject")}},
                     go_with_notice("/mailbox/" + id, "mail_sent_again"));
    }

    /// Those that the list finds, on all its pages.
    Response send_failed(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        const auto search = read_list_state(mail_list(Words(panel_.host, request.locale)), request.query).search;
        int sent = 0;
        sdk::ListWindow window{{}, kRowsInFile};
        do {
            const auto page = board().call(&MailBoard::mails, context(request), std::string("failed"), search, window);
            if (!page) return failed(page.error());
            for (const auto& mail : page->rows)
                // One that somebody else sent again meanwhile is not ours to count.
                if (board().call(&MailBoard::send_again, context(request), text_of(mail, "id"))) ++sent;
            window.after = page->next;
        } while (!window.after.empty());
        return noted(panel_, request,
                     {.action = "mail.all_sent_again",
                      .subject = {"mails", "failed", search},
                      .after = {{"search", search}, {"sent", sent}}},
                     go_with_notice("/mailbox", "mails_sent_again"));
    }

private:
    sdk::Result<ListRows> rows_of(const sdk::CallContext& context, const Words& words, const ListState& wanted,
                                  const sdk::ListWindow& window) {
        const auto page = board().call(&MailBoard::mails, context, wanted.filter("state"), wanted.search, window);
        if (!page) return page.error();
        ListRows found{{}, page->next};
        for (const auto& mail : page->rows) {
            const auto id = text_of(mail, "id");
            const auto where = text_of(mail, "state");
            const auto to = receivers_of(mail);
            found.rows.push_back({id,
                                  {{"subject", link_cell(text_of(mail, "subject"), "/mailbox/" + id, to)},
                                   {"to", text_cell(to)},
                                   {"state", status_cell(where, words.maybe("mailbox.states." + where, where))},
                                   {"template", code_cell(text_of(mail, "template"))},
                                   {"attempts", number_cell(text_of(mail, "attempts"))},
                                   {"category", text_cell(text_of(mail, "category"))},
                                   {"created_at", moment_cell(micros_of(mail.value("created_at", json(nullptr))))},
                                   {"sent_at", moment_cell(micros_of(mail.value("sent_at", json(nullptr))))}}});
        }
        return found;
    }

    sdk::ServiceHandle<MailBoard> board() { return sdk::find_service<MailBoard>(panel_.host); }
    static sdk::CallContext context(const Request& request) {
        return sdk::across_tenants(request.context, "admin.mail");
    }

    Panel& panel_;
};

}  // namespace

sdk::Result<void> register_mailbox_pages(Panel& panel) {
    const auto pages = std::make_shared<MailboxPages>(panel);
    return RouteBook(panel.host)
        .get("/mailbox", permission::mail_read, "Mail sent, waiting or failed",
             [pages](const Request& r) { return pages->list(r); })
        .get("/mailbox/export", permission::mail_read, "The same as CSV",
             [pages](const Request& r) { return pages->file(r); })
        .get("/mailbox/{id}", permission::mail_read, "One mail",
             [pages](const Request& r) { return pages->details(r); })
        .get("/mailbox/{id}/html", permission::mail_content, "What it looks like, in a frame",
             [pages](const Request& r) { return pages->html(r); })
        .post("/mailbox/send-failed", permission::mail_manage, "Sends all failed mails of a search once more",
              [pages](const Request& r) { return pages->send_failed(r); })
        .post("/mailbox/{id}/send-again", permission::mail_manage, "Sends it once more",
              [pages](const Request& r) { return pages->send_again(r); })
        .done();
}

}  // namespace whatsflow::admin
