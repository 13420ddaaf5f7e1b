/// \file
/// Sessions of people, kept by the host for the plugins that sign people in.
///
///     auto started = sessions.call(&Sessions::start, context, SessionRequest{…});
///     response.header("Set-Cookie", session_cookie(Site::app, started->token, request.secure, remember));
///
/// A token is 256 random bits and is stored as a digest only. Each site has its own cookie
/// and its own sessions: one of the app opens nothing in the admin panel.
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/secret.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct Session {
    std::string id;
    Site site = Site::app;
    std::string subject;  ///< id of the user or staff member
    TenantId tenant;      ///< the tenant they work in now; empty for staff
    Instant started_at{};
    Instant seen_at{};     ///< exact to a minute
    Instant expires_at{};  ///< the later of idle and absolute limit counts
    bool remember = false;
    std::string address;
    std::string user_agent;
    /// What the owning plugin wants to remember, at most 4 KiB: `{"second_factor": true}`.
    nlohmann::json facts = nlohmann::json::object();
};

struct SessionRequest {
    Site site = Site::app;
    std::string subject;
    TenantId tenant{};
    bool remember = false;  ///< 30 days instead of 12 hours without use
    std::string address{};
    std::string user_agent{};
    nlohmann::json facts = nlohmann::json::object();
};

struct StartedSession {
    Session session;
    Secret token;  ///< for the cookie; never stored, never shown again
};

/// [pool-thread] Errors: `database.unavailable`, `sessions.gone`.
class Sessions : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.sessions", 1};

    virtual Result<StartedSession> start(const CallContext& context, const SessionRequest& request) = 0;
    /// The session of a token that is valid now, or nothing. Cheap: remembered for seconds,
    /// yet a revoked session is known at once on every host.
    virtual Result<std::optional<Session>> find(const CallContext& context, Site site, const std::string& token) = 0;
    /// A new token for the same session; the old one is worthless. At sign-in, at a change of
    /// rights, of the password, of the second factor.
    virtual Result<StartedSession> rotate(const CallContext& context, const std::string& session_id) = 0;
    virtual Result<void> change(const CallContext& context, const std::string& session_id, TenantId tenant,
                                const nlohmann::json& facts) = 0;
    /// Sessions of one person that are valid now, last used first.
    virtual Result<std::vector<Session>> list(const CallContext& context, Site site, const std::string& subject) = 0;
    virtual Result<void> revoke(const CallContext& context, const std::string& session_id) = 0;
    /// All of one person except `kept`. Returns how many.
    virtual Result<int> revoke_all(const CallContext& context, Site site, const std::string& subject,
                                   const std::string& kept) = 0;

protected:
    ~Sessions() override;
};

/// `__Host-wf_app` over HTTPS, `wf_app` otherwise; likewise for admin.
std::string session_cookie_name(Site site, bool secure);
/// The line for Set-Cookie: HttpOnly, SameSite=Lax, Path=/, Secure over HTTPS.
std::string session_cookie(Site site, const Secret& token, bool secure, bool remember);
/// The line that makes the browser forget it.
std::string expired_session_cookie(Site site, bool secure);
/// The token in the request's cookies, well formed or nothing.
std::optional<std::string> session_token_of(const Request& request);

}  // namespace whatsflow::sdk
