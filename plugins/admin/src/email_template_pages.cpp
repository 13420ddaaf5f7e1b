#include "email_template_pages.hpp"

#include "form_field.hpp"
#include "list_page.hpp"
#include "mail_frame.hpp"
#include "noted.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "saved_views.hpp"

#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/operations.hpp>

#include <algorithm>
#include <charconv>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::MailBoard;
using sdk::MailText;
using sdk::Request;
using sdk::Response;
using sdk::Result;

/// Which template, in which language.
struct Which {
    std::string name;
    std::string locale;

    std::string query() const { return "name=" + sdk::encode_url(name) + "&locale=" + sdk::encode_url(locale); }
};

Which which(const sdk::Fields& from, const Request& request) {
    return {from.get("name").substr(0, 120), from.get("locale", request.locale).substr(0, 20)};
}

MailText draft_of(const sdk::Fields& form) {
    return {form.get("subject"), form.get("text"), form.get("html")};
}

std::int64_t version_of(const sdk::Fields& form) {
    std::int64_t version = 0;
    const auto text = form.get("version");
    std::from_chars(text.data(), text.data() + text.size(), version);
    return version;
}

/// The title it has, or its name in plain words: `accounts/mail/email_change_new` → `Email change new`.
std::string title_of(const json& each) {
    const auto name = text_of(each, "name");
    auto title = text_of(each, "title");
    if (!title.empty() && title != name) return title;
    title = name.substr(name.rfind('/') + 1);
    std::ranges::replace(title, '_', ' ');
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 32);
    return title;
}

class EmailTemplatePages {
public:
    explicit EmailTemplatePages(Panel& panel) : panel_(panel) {}

    Response list(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto templates = board().call(&MailBoard::templates, request.context, request.locale);
        if (!templates) return failed(templates.error());
        const ListSpec spec{.path = "/email-templates",
                            .caption = words("templates.title"),
                            .columns = {{.key = "title", .label = words("templates.template")},
                                        {.key = "subject", .label = words("templates.subject")},
                                        {.key = "plugin", .label = words("templates.plugin")},
                                        {.key = "state", .label = words("templates.state")}},
                            .search_placeholder = words("templates.search")};
        const auto state = read_list_state(spec, request.query);
        std::vector<ListRow> rows;
        for (const auto& each : *templates) {
            const auto name = text_of(each, "name");
            const auto title = title_of(each);
            if (!state.search.empty() &&
                (name + " " + title + " " + text_of(each, "subject")).find(state.search) == std::string::npos)
                continue;
            const bool changed = truth_of(each, "changed");
            rows.push_back(
                {name,
                 {{"title", link_cell(title, "/email-templates/edit?" + Which{name, request.locale}.query(), name)},
                  {"subject", text_cell(text_of(each, "subject"))},
                  {"plugin", text_cell(text_of(each, "plugin"))},
                  {"state", changed ? status_cell("busy", words("templates.changed"))
                                    : status_cell("idle", words("templates.original"))}}});
        }
        return show(
            panel_, request, "admin/list_page",
            {{"title", words("templates.title")},
             {"header", header_model(words("templates.title"), words("templates.lead"))},
             {"tabs", nullptr},
             {"table", list_model(spec, state, rows, {}, saved_views(panel_, request, spec.path),
                                  empty_model("mail", words("templates.none"), words("templates.none_text")), words)}});
    }

    Response edit(const Request& request) {
        return editor(request, which(request.query, request), nullptr, {}, nullptr, 200);
    }

    Response save(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto form = form_of(request);
        const auto chosen = which(form, request);
        const auto before = find(request, chosen);
        if (!before) return failed(before.error());
        if (before->is_null()) return sdk::not_found();
        const auto draft = draft_of(form);
        const auto done = board().call(&MailBoard::change_template, request.context, chosen.name, chosen.locale, draft,
                                       version_of(form));
        if (!done && done.error().code == "mail.changed")
            return editor(request, chosen, &draft, {{"", "changed", words("templates.conflict")}}, &*before, 409);
        if (!done && (!done.error().fields.empty() || done.error().code == "mail.bad_template")) {
            auto fields = done.error().fields;
            if (fields.empty()) fields.push_back({"", done.error().code, done.error().message});
            return editor(request, chosen, &draft, fields, nullptr, 422);
        }
        if (!done) return failed(done.error());
        json was = json::object();
        json is = json::object();
        for (const auto& [key, value] :
             {std::pair{"subject", draft.subject}, {"text", draft.text}, {"html", draft.html}})
            if (text_of(*before, key) != value) {
                was[key] = text_of(*before, key);
                is[key] = value;
            }
        return noted(panel_, request,
                     {.action = "mail.template_changed",
                      .subject = {"mail_template", chosen.name, chosen.name},
                      .before = was,
                      .after = is},
                     go_with_notice("/email-templates/edit?" + chosen.query(), "template_saved"));
    }

    Response restore(const Request& request) {
        if (reason_in(request).empty()) return reason_needed(panel_, request);
        const auto chosen = which(form_of(request), request);
        const auto done = board().call(&MailBoard::restore_template, request.context, chosen.name, chosen.locale);
        if (!done) return failed(done.error());
        return noted(panel_, request,
                     {.action = "mail.template_restored", .subject = {"mail_template", chosen.name, chosen.name}},
                     go_with_notice("/email-templates/edit?" + chosen.query(), "template_restored"));
    }

    /// What is in force, in a frame; after a POST the draft.
    Response preview(const Request& request) {
        const bool is_draft = request.method == sdk::Method::post;
        const auto form = is_draft ? form_of(request) : request.query;
        const auto shown =
            render(request, which(form, request), is_draft ? std::optional(draft_of(form)) : std::nullopt);
        if (!shown) return mail_document("<p>" + sdk::escape_html(shown.error().message) + "</p>");
        const auto body = shown->html.empty() ? "<pre>" + sdk::escape_html(shown->text) + "</pre>" : shown->html;
        return mail_document(body);
    }

    Response send_test(const Request& request) {
        const auto form = form_of(request);
        const auto chosen = which(form, request);
        const auto draft = draft_of(form);
        const auto shown = render(request, chosen, draft);
        if (!shown)
            return editor(request, chosen, &draft, {{"", shown.error().code, shown.error().message}}, nullptr, 422);
        sdk::MailMessage mail;
        mail.idempotency_key = "admin.template_test:" + sdk::make_uuid();
        mail.to = {{request.identity->email, request.identity->name}};
        mail.content = *shown;
        const auto sent = sdk::find_service<sdk::Mailer>(panel_.host).call(&sdk::Mailer::send, request.context, mail);
        if (!sent) return failed(sent.error());
        const Words words(panel_.host, request.locale);
        return editor(request, chosen, &draft, {}, nullptr, 200,
                      words("templates.test_sent", {{"email", request.identity->email}}));
    }

private:
    sdk::ServiceHandle<MailBoard> board() { return sdk::find_service<MailBoard>(panel_.host); }

    /// Null when there is none.
    Result<json> find(const Request& request, const Which& chosen) {
        auto templates = board().call(&MailBoard::templates, request.context, chosen.locale);
        if (!templates) return templates.error();
        for (auto& each : *templates)
            if (text_of(each, "name") == chosen.name) return std::move(each);
        return json(nullptr);
    }

    Result<MailText> render(const Request& request, const Which& chosen, const std::optional<MailText>& draft) {
        return board().call(&MailBoard::preview, request.context, chosen.name, chosen.locale, draft);
    }

    /// `draft` instead of what is in force; `theirs` is what somebody else saved meanwhile.
    Response editor(const Request& request, const Which& chosen, const MailText* draft,
                    const std::vector<sdk::FieldError>& errors, const json* theirs, int status,
                    const std::string& said = {}) {
        const Words words(panel_.host, request.locale);
        const auto current = find(request, chosen);
        if (!current) return failed(current.error());
        if (current->is_null()) return sdk::not_found();
        const auto value = [&](const char* key, const std::string& of_draft) {
            return draft ? of_draft : text_of(*current, key);
        };
        const auto subject = value("subject", draft ? draft->subject : "");
        const auto text = value("text", draft ? draft->text : "");
        const auto html = value("html", draft ? draft->html : "");
        auto changes = json::array();
        if (theirs)
            for (const auto& [key, mine] : {std::pair{"subject", subject}, {"text", text}, {"html", html}})
                if (text_of(*theirs, key) != mine)
                    changes.push_back({{"field", words(std::string("templates.") + key)},
                                       {"before", text_of(*theirs, key)},
                                       {"after", mine}});
        const auto title = title_of(*current);
        const bool manages = may(request, permission::templates_manage);
        auto actions = json::array();
        auto confirms = json::array();
        if (manages && truth_of(*current, "changed")) {
            actions.push_back(opening_action(words("templates.restore"), "confirm-restore"));
            auto ask = confirm_model({.id = "confirm-restore",
                                      .title = words("templates.restore_title"),
                                      .text = words("templates.restore_text"),
                                      .path = "/email-templates/restore",
                                      .label = words("templates.restore"),
                                      .asks_reason = true});
            ask["hidden"] = {{{"name", "name"}, {"value", chosen.name}},
                             {{"name", "locale"}, {"value", chosen.locale}}};
            confirms.push_back(std::move(ask));
        }
        json model{
            {"title", title},
            {"header", header_below(words("templates.title"), "/email-templates", title, std::move(actions))},
            {"confirms", std::move(confirms)},
            {"may_manage", manages},
            {"form_errors", errors.empty() ? json(nullptr)
                                           : form_errors_model(errors.front().field.empty() ? errors.front().message
                                                                                            : words("form.wrong"))},
            {"has_changes", !changes.empty()},
            {"changes", std::move(changes)},
            {"said", said},
            {"template_name", chosen.name},
            {"template_locale", chosen.locale},
            {"version", number_of(*current, "version")},
            {"sample",
             {{"code_label", words("templates.sample")}, {"code", pretty(current->value("sample", json::object()))}}},
            {"preview_path", "/email-templates/preview?" + chosen.query()},
            {"subject", line("subject", words("templates.subject"),
                             {.value = subject, .error = error_of(errors, "subject"), .most = 300})},
            {"text", text_area("text", words("templates.text"),
                               {.value = text, .error = error_of(errors, "text"), .most = 100'000, .text_rows = 10})},
            {"html", text_area("html", words("templates.html"),
                               {.value = html,
                                .error = error_of(errors, "html"),
                                .most = 200'000,
                                .text_rows = 16,
                                .optional = true})}};
        return show(panel_, request, "admin/email_template", std::move(model), status);
    }

    Panel& panel_;
};

sdk::Route large(const char* pattern, std::string_view permission, sdk::RouteHandler handler) {
    auto route =
        sdk::post(sdk::Site::admin, pattern, sdk::Permission::named(std::string(permission)), std::move(handler));
    route.limits.body_bytes = 1024 * 1024;
    return route;
}

}  // namespace

Result<void> register_email_template_pages(Panel& panel) {
    const auto pages = std::make_shared<EmailTemplatePages>(panel);
    return RouteBook(panel.host)
        .get("/email-templates", permission::templates_read, "Texts of mails",
             [pages](const Request& r) { return pages->list(r); })
        .get("/email-templates/edit", permission::templates_read, "One of them",
             [pages](const Request& r) { return pages->edit(r); })
        .get("/email-templates/preview", permission::templates_read, "What a reader sees, in a frame",
             [pages](const Request& r) { return pages->preview(r); })
        .add(large("/email-templates/preview", permission::templates_read,
                   [pages](const Request& r) { return pages->preview(r); }),
             "The same of a draft")
        .add(large("/email-templates/edit", permission::templates_manage,
                   [pages](const Request& r) { return pages->save(r); }),
             "Changes a text")
        .add(large("/email-templates/test", permission::templates_manage,
                   [pages](const Request& r) { return pages->send_test(r); }),
             "Sends a draft to oneself")
        .post("/email-templates/restore", permission::templates_manage, "Puts the original back",
              [pages](const Request& r) { return pages->restore(r); })
        .done();
}

}  // namespace whatsflow::admin
