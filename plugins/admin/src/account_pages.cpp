#include "account_pages.hpp"

#include "facts.hpp"
#include "form_field.hpp"
#include "given_password.hpp"
#include "own_account.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "second_factor.hpp"
#include "staff_changes.hpp"
#include "time_zones.hpp"

#include <whatsflow/sdk/sessions.hpp>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;
using sdk::Sessions;

using Errors = std::vector<sdk::FieldError>;

/// `Firefox on Linux`, as far as the browser says so.
std::string browser_of(const std::string& agent, const Words& words) {
    const auto first = [&](std::initializer_list<std::pair<const char*, const char*>> known) -> std::string {
        for (const auto& [mark, name] : known)
            if (agent.find(mark) != std::string::npos) return name;
        return "";
    };
    const auto browser = first({{"Edg/", "Edge"},
                                {"OPR/", "Opera"},
                                {"Firefox/", "Firefox"},
                                {"Chrome/", "Chrome"},
                                {"Safari/", "Safari"},
                                {"curl/", "curl"}});
    const auto system = first({{"Android", "Android"},
                               {"iPhone", "iPhone"},
                               {"iPad", "iPad"},
                               {"Windows", "Windows"},
                               {"Mac OS", "macOS"},
                               {"Linux", "Linux"}});
    if (browser.empty()) return words("security.unknown_browser");
    return system.empty() ? browser : browser + " · " + system;
}

class AccountPages {
public:
    explicit AccountPages(Panel& panel) : panel_(panel) {}

    Response account(const Request& request, const Errors& errors = {}, const OwnDetails& typed = {}) {
        const Words words(panel_.host, request.locale);
        const auto me = self(request);
        if (!me) return failed(me.error());
        json model{{"title", words("account.title")},
                   {"header", header_model(words("account.title"), words("account.lead"))},
                   {"form_errors", errors.empty() ? json(nullptr) : form_errors_model(words("form.wrong"))},
                   {"form_path", "/account"},
                   {"submit_label", words("account.save")},
                   {"cancel_path", "/"},
                   {"note", words("account.note", {{"role", words("roles." + me->role)}})},
                   {"fields",
                    {line("name", words("account.name"),
                          {.value = errors.empty() ? me->name : typed.name,
                           .autocomplete = "name",
                           .error = error_of(errors, "name"),
                           .most = 120}),
                     read_only(line("email", words("account.email"),
                                    {.type = "email", .value = me->email, .hint = words("account.email_hint")})),
                     choice("time_zone", words("account.time_zone"), zones(words),
                            {.value = errors.empty() ? me->time_zone : typed.time_zone,
                             .hint = words("account.time_zone_hint"),
                             .error = error_of(errors, "time_zone")})}}};
        return show(panel_, request, "admin/form_page", std::move(model), errors.empty() ? 200 : 422);
    }

    Response save_account(const Request& request) {
        const auto form = form_of(request);
        const OwnDetails typed{trimmed(form.get("name")), form.get("time_zone")};
        const auto done = change_details(panel_, request, typed);
        if (done) return go_with_notice("/account", "account_saved");
        return done.error().fields.empty() ? failed(done.error()) : account(request, done.error().fields, typed);
    }

    Response security(const Request& request, const Errors& errors = {}, int status = 200) {
        const Words words(panel_.host, request.locale);
        const auto me = self(request);
        if (!me) return failed(me.error());
        json model{{"title", words("security.title")},
                   {"header", header_model(words("security.title"), words("security.lead"))},
                   {"form_errors", errors.empty() ? json(nullptr) : form_errors_model(words("form.wrong"))},
                   {"current", password("current", words("security.current"),
                                        {.autocomplete = "current-password", .error = error_of(errors, "current")})},
                   {"password", password("password", words("security.new"),
                                         {.hint = words("security.new_hint"),
                                          .autocomplete = "new-password",
                                          .error = error_of(errors, "password")})},
                   {"factor_on", me->has_second_factor()},
                   {"factor_required", panel_.settings.require_two_factor},
                   {"factor_password", password("current", words("security.current"),
                                                {.autocomplete = "current-password", .id = "factor-current"})},
                   {"codes_left", ""},
                   {"sessions", sessions(request, words)}};
        if (me->has_second_factor())
            if (const auto left = unused_recovery_codes(panel_, request.context, me->id))
                model["codes_left"] = words("security.codes_left", {{"count", std::to_string(*left)}});
        return show(panel_, request, "admin/security", std::move(model), status);
    }

    Response save_password(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto me = self(request);
        if (!me) return failed(me.error());
        const auto form = form_of(request);
        const sdk::Secret wanted(form.get("password"));
        const auto weak = password_objection(panel_.host, wanted, {me->name, me->email});
        if (!weak) return failed(weak.error());
        Errors errors;
        if (*weak) errors.push_back({"password", **weak, words("password." + **weak)});
        if (auto refusal = check_password(request, *me, form.get("current"), words, errors)) return std::move(*refusal);
        const auto cookie = change_password(panel_, request, *me, wanted);
        if (!cookie && !cookie.error().fields.empty()) return security(request, cookie.error().fields, 422);
        if (!cookie) return failed(cookie.error());
        return go_with_notice("/security", "password_changed").header("Set-Cookie", *cookie);
    }

    Response enrol(const Request& request, const std::string& sealed = {}, const std::string& problem = {}) {
        const Words words(panel_.host, request.locale);
        const auto me = self(request);
        if (!me) return failed(me.error());
        const auto enrolment = begin_enrolment(panel_, *me, sealed);
        if (!enrolment) return failed(enrolment.error());
        return show(panel_, request, "admin/security_enrol",
                    {{"title", words("security.enrol_title")},
                     {"header", header_below(words("security.title"), "/security", words("security.enrol_title"))},
                     {"enrol_path", "/security/second-factor"},
                     {"qr_html", enrolment->qr_svg},
                     {"secret", enrolment->secret.reveal()},
                     {"sealed", enrolment->sealed},
                     {"code", code_field("code", words("login.code"), {.most = 6})},
                     {"form_errors", problem.empty() ? json(nullptr) : form_errors_model(problem)}},
                    problem.empty() ? 200 : 422)
            .header("Cache-Control", "no-store");
    }

    Response save_factor(const Request& request) {
        const auto me = self(request);
        if (!me) return failed(me.error());
        const auto form = form_of(request);
        const auto codes = finish_enrolment(panel_, request.context, sdk::actor_of(request), *me, form.get("sealed"),
                                            form.get("code"));
        if (!codes && codes.error().code == "staff.wrong_code")
            return enrol(request, form.get("sealed"), codes.error().message);
        if (!codes) return failed(codes.error());
        const auto cookie = renew_session(panel_, request);
        if (!cookie) return failed(cookie.error());
        auto list = json::array();
        for (const auto& code : *codes) list.push_back({{"code", code}});
        return show(panel_, request, "admin/recovery_codes", {{"codes", std::move(list)}, {"on_path", "/security"}})
            .header("Set-Cookie", *cookie)
            .header("Cache-Control", "no-store");
    }

    Response drop_factor(const Request& request) {
        const Words words(panel_.host, request.locale);
        const auto me = self(request);
        if (!me) return failed(me.error());
        if (auto refusal = check_password(request, *me, form_of(request).get("current"), words))
            return std::move(*refusal);
        // It ends every session: whoever has less proof signs in again with what is left.
        const auto done = StaffChanges(panel_.host)
                              .remove_second_factor(request.context, sdk::actor_of(request), me->id, "by themselves");
        return done ? sdk::redirect_to("/login") : failed(done.error());
    }

    Response end_session(const Request& request) {
        const auto id = form_of(request).get("session");
        const auto service = sdk::find_service<Sessions>(panel_.host);
        const auto mine = service.call(&Sessions::list, request.context, sdk::Site::admin, request.identity->subject);
        if (!mine) return failed(mine.error());
        for (const auto& session : *mine)
            if (session.id == id && id != request.identity->session)
                if (const auto done = service.call(&Sessions::revoke, request.context, id); !done)
                    return failed(done.error());
        return go_with_notice("/security", "session_ended");
    }

    Response end_others(const Request& request) {
        const auto done = sdk::find_service<Sessions>(panel_.host)
                              .call(&Sessions::revoke_all, request.context, sdk::Site::admin, request.identity->subject,
                                    request.identity->session);
        return done ? go_with_notice("/security", "session_ended") : failed(done.error());
    }

private:
    sdk::Result<StaffMember> self(const Request& request) {
        auto me = find_staff(panel_.host.database(), request.context, request.identity->subject);
        if (!me) return me.error();
        if (!*me) return sdk::fail("staff.not_found", "This account is gone.");
        return std::move(**me);
    }

    /// `others`: what else is wrong with the form, to be said at once.
    std::optional<Response> check_password(const Request& request, const StaffMember& me, const std::string& typed,
                                           const Words& words, Errors others = {}) {
        const auto right = knows_password(panel_, request, me, sdk::Secret(typed.substr(0, 1000)));
        if (!right && right.error().code == "staff.wait")
            return security(request, {{"current", "wait", right.error().message}}, 429);
        if (!right) return failed(right.error());
        if (*right) return std::nullopt;
        others.push_back({"current", "wrong", words("security.wrong_password")});
        return security(request, others, 422);
    }

    json sessions(const Request& request, const Words& words) {
        auto list = json::array();
        const auto mine = sdk::find_service<Sessions>(panel_.host)
                              .call(&Sessions::list, request.context, sdk::Site::admin, request.identity->subject);
        if (!mine) return list;
        for (const auto& session : *mine)
            list.push_back({{"id", session.id},
                            {"browser", browser_of(session.user_agent, words)},
                            {"address", session.address},
                            {"at", sdk::to_micros(session.seen_at)},
                            {"is_this", session.id == request.identity->session}});
        return list;
    }

    static Choices zones(const Words& words) {
        Choices choices{{"", words("account.time_zone_none")}};
        for (const auto& each : time_zones()) choices.emplace_back(each, each);
        return choices;
    }

    static json read_only(json field) {
        field["readonly"] = true;
        return field;
    }

    Panel& panel_;
};

}  // namespace

sdk::Result<void> register_account_pages(Panel& panel) {
    const auto pages = std::make_shared<AccountPages>(panel);
    return RouteBook(panel.host)
        .get("/account", permission::self, "One's own account", [pages](const Request& r) { return pages->account(r); })
        .post("/account", permission::self, "Changes one's own name",
              [pages](const Request& r) { return pages->save_account(r); })
        .get("/security", permission::self, "Password, second factor, sessions",
             [pages](const Request& r) { return pages->security(r); })
        .post("/security/password", permission::self, "Changes one's own password",
              [pages](const Request& r) { return pages->save_password(r); })
        .get("/security/second-factor", permission::self, "Sets up a second factor",
             [pages](const Request& r) { return pages->enrol(r); })
        .post("/security/second-factor", permission::self, "Keeps the second factor",
              [pages](const Request& r) { return pages->save_factor(r); })
        .post("/security/second-factor/remove", permission::self, "Removes the second factor",
              [pages](const Request& r) { return pages->drop_factor(r); })
        .post("/security/sessions/end", permission::self, "Ends one of one's sessions",
              [pages](const Request& r) { return pages->end_session(r); })
        .post("/security/sessions/end-others", permission::self, "Ends one's other sessions",
              [pages](const Request& r) { return pages->end_others(r); })
        .done();
}

}  // namespace whatsflow::admin
