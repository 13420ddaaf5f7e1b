#include "session_list.hpp"

#include "me.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

sdk::Result<sdk::Response> end_session(Office& office, const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    const auto mine =
        office.sessions().call(&sdk::Sessions::list, request.context, sdk::Site::app, request.identity->subject);
    if (!mine) return mine.error();
    const bool is_mine = std::ranges::any_of(*mine, [&](const auto& session) { return session.id == id; });
    if (!is_mine) return nothing_there();
    const auto ended = office.sessions().call(&sdk::Sessions::revoke, request.context, id);
    if (!ended) return ended.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    if (auto kept = audit_person(office, office.database(), request, "user.session_ended", *person); !kept)
        return kept.error();
    return sdk::redirect_to(id == request.identity->session ? "/login?signed_out=1" : "/security?done=session_ended");
}

sdk::Result<sdk::Response> end_other_sessions(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    if (auto kept = audit_person(office, office.database(), request, "user.sessions_ended", *person); !kept)
        return kept.error();
    return renewed_session(office, request, "/security?done=sessions_ended");
}

}  // namespace

std::string browser_of(std::string_view agent) {
    const auto has = [&](std::string_view word) { return agent.find(word) != std::string_view::npos; };
    const auto browser = has("Edg/")       ? "Edge"
                         : has("OPR/")     ? "Opera"
                         : has("Firefox/") ? "Firefox"
                         : has("Chrome/")  ? "Chrome"
                         : has("Safari/")  ? "Safari"
                         : has("curl/")    ? "curl"
                                           : "";
    const auto system = has("Android")                 ? "Android"
                        : has("iPhone") || has("iPad") ? "iOS"
                        : has("Windows")               ? "Windows"
                        : has("Mac OS X")              ? "macOS"
                        : has("CrOS")                  ? "ChromeOS"
                        : has("Linux")                 ? "Linux"
                                                       : "";
    const std::string first = browser;
    const std::string second = system;
    if (first.empty() || second.empty()) return first + second;
    return first + " · " + second;
}

sdk::Result<json> session_rows(const Office& office, const sdk::Request& request, const std::string& user) {
    const auto sessions = office.sessions().call(&sdk::Sessions::list, request.context, sdk::Site::app, user);
    if (!sessions) return sessions.error();
    json rows = json::array();
    for (const auto& session : *sessions) {
        const auto browser = browser_of(session.user_agent);
        const bool current = request.identity && request.identity->session == session.id;
        rows.push_back({{"id", session.id},
                        {"browser", browser.empty() ? office.text(request.locale, "sessions.unknown") : browser},
                        {"address", session.address},
                        {"started_at", sdk::to_micros(session.started_at)},
                        {"seen_at", sdk::to_micros(session.seen_at)},
                        {"is_current", current},
                        {"is_staff", !session.facts.value("impersonator", "").empty()}});
    }
    return rows;
}

sdk::Result<sdk::Response> renewed_session(const Office& office, const sdk::Request& request,
                                           const std::string& lead_to) {
    const auto& identity = *request.identity;
    const auto ended = office.sessions().call(&sdk::Sessions::revoke_all, request.context, sdk::Site::app,
                                              identity.subject, identity.session);
    if (!ended) return ended.error();
    const auto renewed = office.sessions().call(&sdk::Sessions::rotate, request.context, identity.session);
    if (!renewed) return renewed.error();
    auto response = sdk::redirect_to(lead_to);
    response.header("Set-Cookie",
                    sdk::session_cookie(sdk::Site::app, renewed->token, request.secure, renewed->session.remember));
    return response;
}

sdk::Result<void> register_session_list(Office& office) {
    return Routes(office, sdk::Site::app)
        .post("/security/sessions/{id}/end", "account.security.manage", "Ends one session", &end_session)
        .post("/security/sessions/end", "account.security.manage", "Ends all other sessions", &end_other_sessions)
        .done();
}

}  // namespace whatsflow::accounts
