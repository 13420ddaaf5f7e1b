#include "sign_in_pages.hpp"

#include "authenticator.hpp"
#include "form_field.hpp"
#include "page_kit.hpp"
#include "route_book.hpp"
#include "second_factor.hpp"
#include "sign_in.hpp"

#include <whatsflow/sdk/wanted_page.hpp>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;
using Next = SignInStep::Next;

class SignInPages {
public:
    explicit SignInPages(Panel& panel) : panel_(panel), sign_in_(panel) {}

    Response form(const Request& request, const std::string& email = {}, const std::string& problem = {},
                  int status = 200) {
        if (!panel_.settings.allowed.allows(request.remote_address)) return kept_out(request);
        const Words words(panel_.host, request.locale);
        json model{{"email", line("email", words("login.email"),
                                  {.type = "email", .value = email, .autocomplete = "username", .most = 254})},
                   {"password", password("password", words("login.password"), {.autocomplete = "current-password"})},
                   {"form_errors", problem.empty() ? json(nullptr) : form_errors_model(problem)}};
        return show(panel_, request, "admin/login", std::move(model), status);
    }

    Response take_password(const Request& request) {
        if (!panel_.settings.allowed.allows(request.remote_address)) return kept_out(request);
        const auto typed = form_of(request);
        const auto email = typed.get("email");
        const auto step = sign_in_.with_password(request, email, sdk::Secret(typed.get("password").substr(0, 1000)));
        if (!step) return failed(step.error());
        const Words words(panel_.host, request.locale);
        switch (step->next) {
            case Next::refused: return form(request, email, words("login.refused"), 401);
            case Next::disabled: return form(request, email, words("login.disabled"), 403);
            case Next::wait: return wait(form(request, email, wait_text(words, step->seconds), 429), step->seconds);
            case Next::code: return onwards("/login/second-factor", *step);
            case Next::enrol: return onwards("/login/enrol", *step);
            case Next::done: return inside(request, *step);
        }
        return form(request);
    }

    Response code_form(const Request& request, const std::string& problem = {}, int status = 200) {
        const auto pending = sign_in_.pending(request, kStageCode);
        if (!pending) return failed(pending.error());
        if (!*pending) return sdk::redirect_to("/login");
        const Words words(panel_.host, request.locale);
        json model{{"code", code_field("code", words("login.code"), {.hint = words("login.code_hint"), .most = 20})},
                   {"email", (*pending)->member.email},
                   {"form_errors", problem.empty() ? json(nullptr) : form_errors_model(problem)}};
        return show(panel_, request, "admin/login_code", std::move(model), status);
    }

    Response take_code(const Request& request) {
        const auto pending = sign_in_.pending(request, kStageCode);
        if (!pending) return failed(pending.error());
        if (!*pending) return sdk::redirect_to("/login");
        const auto step = sign_in_.with_code(request, **pending, form_of(request).get("code").substr(0, 60));
        if (!step) return failed(step.error());
        const Words words(panel_.host, request.locale);
        if (step->next == Next::wait)
            return wait(code_form(request, wait_text(words, step->seconds), 429), step->seconds);
        if (step->next != Next::done) return code_form(request, words("login.wrong_code"), 401);
        return inside(request, *step);
    }

    Response enrol_form(const Request& request, const std::string& sealed = {}, const std::string& problem = {},
                        int status = 200) {
        const auto pending = sign_in_.pending(request, kStageEnrol);
        if (!pending) return failed(pending.error());
        if (!*pending) return sdk::redirect_to("/login");
        const auto enrolment = begin_enrolment(panel_, (*pending)->member, sealed);
        if (!enrolment) return failed(enrolment.error());
        const Words words(panel_.host, request.locale);
        json model{{"enrol_path", "/login/enrol"},
                   {"qr_html", enrolment->qr_svg},
                   {"secret", enrolment->secret.reveal()},
                   {"sealed", enrolment->sealed},
                   {"code", code_field("code", words("login.code"), {.most = 6})},
                   {"form_errors", problem.empty() ? json(nullptr) : form_errors_model(problem)}};
        return show(panel_, request, "admin/login_enrol", std::move(model), status);
    }

    Response take_enrolment(const Request& request) {
        const auto pending = sign_in_.pending(request, kStageEnrol);
        if (!pending) return failed(pending.error());
        if (!*pending) return sdk::redirect_to("/login");
        const auto typed = form_of(request);
        const auto& member = (*pending)->member;
        const sdk::Actor actor{"staff", member.id, member.label(), {}, request.remote_address};
        const auto codes =
            finish_enrolment(panel_, request.context, actor, member, typed.get("sealed"), typed.get("code"));
        if (!codes && codes.error().code == "staff.wrong_code")
            return enrol_form(request, typed.get("sealed"), codes.error().message, 422);
        if (!codes) return failed(codes.error());
        const auto step = sign_in_.complete(request, **pending);
        if (!step) return failed(step.error());
        auto list = json::array();
        for (const auto& code : *codes) list.push_back({{"code", code}});
        return show(panel_, request, "admin/recovery_codes",
                    {{"codes", std::move(list)}, {"on_path", sdk::wanted_page(request).value_or("/")}})
            .header("Set-Cookie", step->cookie)
            .header("Cache-Control", "no-store");
    }

    Response leave(const Request& request) {
        if (const auto done = sign_in_.sign_out(request); !done) return failed(done.error());
        return sdk::redirect_to("/login").header("Set-Cookie",
                                                 sdk::expired_session_cookie(sdk::Site::admin, request.secure));
    }

    Response ask_to_leave(const Request& request) { return show(panel_, request, "admin/logout"); }

private:
    static std::string wait_text(const Words& words, std::int64_t seconds) {
        return words(seconds == 1 ? "login.wait_one" : "login.wait", {{"seconds", std::to_string(seconds)}});
    }
    static Response wait(Response response, std::int64_t seconds) {
        response.header("Retry-After", std::to_string(seconds));
        return response;
    }
    static Response onwards(const char* path, const SignInStep& step) {
        return sdk::redirect_to(path).header("Set-Cookie", step.cookie);
    }
    /// Everything is proven: on to the page that was wanted.
    static Response inside(const Request& request, const SignInStep& step) {
        const auto wanted = sdk::wanted_page(request);
        auto response = sdk::redirect_to(wanted.value_or("/")).header("Set-Cookie", step.cookie);
        if (wanted) response.header("Set-Cookie", sdk::forgotten_page_cookie(sdk::Site::admin, request.secure));
        return response;
    }
    Response kept_out(const Request& request) const {
        const Words words(panel_.host, request.locale);
        return sdk::problem(403, "address_not_allowed", words("login.address_not_allowed"));
    }

    Panel& panel_;
    SignIn sign_in_;
};

sdk::Route open_route(sdk::Method method, const char* pattern, sdk::RouteHandler handler) {
    auto route = method == sdk::Method::get
                     ? sdk::get(sdk::Site::admin, pattern, sdk::Permission::everyone(), std::move(handler))
                     : sdk::post(sdk::Site::admin, pattern, sdk::Permission::everyone(), std::move(handler));
    if (method == sdk::Method::post) route.limits.rate_class = sdk::RateClass::login;
    route.limits.body_bytes = 8 * 1024;
    return route;
}

}  // namespace

sdk::Result<void> register_sign_in_pages(Panel& panel) {
    using sdk::Method;
    const auto pages = std::make_shared<SignInPages>(panel);
    return RouteBook(panel.host)
        .add(open_route(Method::get, "/login", [pages](const Request& r) { return pages->form(r); }),
             "The way into the panel")
        .add(open_route(Method::post, "/login", [pages](const Request& r) { return pages->take_password(r); }),
             "Checks the password")
        .add(open_route(Method::get, "/login/second-factor", [pages](const Request& r) { return pages->code_form(r); }),
             "Asks for the code of the authenticator app")
        .add(
            open_route(Method::post, "/login/second-factor", [pages](const Request& r) { return pages->take_code(r); }),
            "Checks the code")
        .add(open_route(Method::get, "/login/enrol", [pages](const Request& r) { return pages->enrol_form(r); }),
             "Sets up the second factor that is required")
        .add(open_route(Method::post, "/login/enrol", [pages](const Request& r) { return pages->take_enrolment(r); }),
             "Keeps the second factor")
        .add(open_route(Method::get, "/logout", [pages](const Request& r) { return pages->ask_to_leave(r); }),
             "Asks whether to sign out")
        .add(open_route(Method::post, "/logout", [pages](const Request& r) { return pages->leave(r); }),
             "Ends the session")
        .done();
}

}  // namespace whatsflow::admin
