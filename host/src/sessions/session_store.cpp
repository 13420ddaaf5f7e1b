#include "sessions/session_store.hpp"

#include "security/digest.hpp"
#include "security/random.hpp"

#include <algorithm>

namespace whatsflow::sessions {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr auto kIdle = 12h;
constexpr auto kIdleRemembered = days{30};
constexpr auto kLongest = days{90};
constexpr auto kExactness = 1min;  // of seen_at
constexpr auto kRemembered = 5s;   // in memory
constexpr std::size_t kMostInMemory = 20'000;
constexpr auto kPatienceForUse = 250ms;  // a page does not wait for a busy database to note its use
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLongestFacts = 4096;
constexpr std::size_t kLongestUserAgent = 300;
constexpr std::int64_t kPurgedAtOnce = 500;

constexpr std::string_view kColumns =
    "id, site, subject, tenant, started_at, seen_at, expires_at, remember, address, user_agent, facts";

std::string digest_of(const std::string& token) {
    return security::to_base64url(security::sha256(token));
}

/// Whatever comes first: too long without use, or too long altogether.
sdk::Instant end_of(sdk::Instant started, sdk::Instant seen, bool remember) {
    return std::min<sdk::Instant>(seen + (remember ? sdk::Milliseconds(kIdleRemembered) : sdk::Milliseconds(kIdle)),
                                  started + kLongest);
}

/// At most `most` bytes, and no half character at the end.
std::string cut(const std::string& text, std::size_t most) {
    if (text.size() <= most) return text;
    auto end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

sdk::Site site_from(std::string_view text) {
    for (const auto site : {sdk::Site::landing, sdk::Site::app, sdk::Site::admin, sdk::Site::api})
        if (sdk::to_text(site) == text) return site;
    return sdk::Site::landing;
}

sdk::Session session_from(const sdk::Row& row) {
    sdk::Session session;
    session.id = row.text("id");
    session.site = site_from(row.text("site"));
    session.subject = row.text("subject");
    session.tenant = sdk::TenantId(row.text("tenant"));
    session.started_at = row.instant("started_at");
    session.seen_at = row.instant("seen_at");
    session.expires_at = row.instant("expires_at");
    session.remember = row.boolean("remember");
    session.address = row.text("address");
    session.user_agent = row.text("user_agent");
    session.facts = nlohmann::json::parse(row.text("facts"), nullptr, false);
    if (!session.facts.is_object()) session.facts = nlohmann::json::object();
    return session;
}

sdk::Result<std::string> facts_text(const nlohmann::json& facts) {
    auto text =
        facts.is_null() ? std::string("{}") : facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() <= kLongestFacts) return text;
    return sdk::fail("sessions.facts_too_long", "A session keeps at most 4 KiB of facts.");
}

sdk::Error gone() {
    return sdk::fail("sessions.gone", "The session has ended; sign in again.");
}

}  // namespace

SessionStore::SessionStore(sdk::Database& database, const sdk::Clock& clock, sdk::Logger& log)
    : database_(database), clock_(clock), log_(log), cache_(kRemembered, kMostInMemory) {}

sdk::Result<sdk::StartedSession> SessionStore::start(const sdk::CallContext& context,
                                                     const sdk::SessionRequest& request) {
    const auto facts = facts_text(request.facts);
    if (!facts) return facts.error();
    const auto now = clock_.now();
    sdk::StartedSession started;
    started.token = sdk::Secret(security::to_base64url(security::random_bytes(kTokenBytes)));
    auto& session = started.session;
    session.id = sdk::make_uuid();
    session.site = request.site;
    session.subject = request.subject;
    session.tenant = request.tenant;
    session.started_at = session.seen_at = now;
    session.expires_at = end_of(now, now, request.remember);
    session.remember = request.remember;
    session.address = cut(request.address, 64);
    session.user_agent = cut(request.user_agent, kLongestUserAgent);
    session.facts = request.facts.is_null() ? nlohmann::json::object() : request.facts;
    auto kept = database_.execute(
        context,
        "INSERT INTO core_sessions (id, token_digest, site, subject, tenant, started_at, seen_at, expires_at, "
        "remember, address, user_agent, facts, version) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,1)",
        {session.id, digest_of(started.token.reveal()), sdk::to_text(session.site), session.subject,
         session.tenant.text(), session.started_at, session.seen_at, session.expires_at, session.remember,
         session.address, session.user_agent, *facts});
    if (!kept) return kept.error();
    return started;
}

sdk::Result<std::optional<sdk::Session>> SessionStore::find(const sdk::CallContext& context, sdk::Site site,
                                                            const std::string& token) {
    using Answer = std::optional<sdk::Session>;
    if (token.empty()) return Answer{};
    const auto digest = digest_of(token);
    const auto now = clock_.now();
    auto session = cache_.find(digest, now);
    if (!session) {
        const auto mark = cache_.mark();
        const auto row = database_.query_one(
            context, "SELECT " + std::string(kColumns) + " FROM core_sessions WHERE token_digest = ?", {digest});
        if (!row) return row.error();
        if (!*row) return Answer{};
        session = session_from(**row);
        if (session->expires_at <= now) return Answer{};
        cache_.remember(digest, *session, now, mark);
    }
    if (session->site != site) return Answer{};  // the cookie of another site
    note_use(context, digest, *session, now);
    return session;
}

/// Failing to note it must not fail the page: it is tried again a minute later.
void SessionStore::note_use(const sdk::CallContext& context, const std::string& digest, const sdk::Session& session,
                            sdk::Instant now) {
    if (now - session.seen_at < kExactness || !cache_.note_use(digest, now, kExactness)) return;
    auto hurried = context;
    hurried.deadline = std::min(context.deadline, std::chrono::steady_clock::now() + kPatienceForUse);
    const auto noted =
        database_.execute(hurried, "UPDATE core_sessions SET seen_at = ?, expires_at = ? WHERE id = ? AND seen_at < ?",
                          {now, end_of(session.started_at, now, session.remember), session.id, now});
    if (!noted) log_.debug("the use of a session was not noted", {{"code", noted.error().code}});
}

sdk::Result<sdk::StartedSession> SessionStore::rotate(const sdk::CallContext& context, const std::string& session_id) {
    const auto now = clock_.now();
    sdk::StartedSession started;
    started.token = sdk::Secret(security::to_base64url(security::random_bytes(kTokenBytes)));
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto row = tx.query_one(
            context, "SELECT " + std::string(kColumns) + " FROM core_sessions WHERE id = ? AND expires_at > ?",
            {session_id, now});
        if (!row) return row.error();
        if (!*row) return gone();
        auto& session = started.session = session_from(**row);
        session.seen_at = now;
        session.expires_at = end_of(session.started_at, now, session.remember);
        auto changed = tx.execute(context,
                                  "UPDATE core_sessions SET token_digest = ?, seen_at = ?, expires_at = ?, "
                                  "version = version + 1 WHERE id = ?",
                                  {digest_of(started.token.reveal()), now, session.expires_at, session_id});
        if (!changed) return changed.error();
        return *changed == 1 ? sdk::ok() : sdk::Result<void>(gone());
    });
    if (!done) return done.error();
    changed(session_id);
    return started;
}

sdk::Result<void> SessionStore::change(const sdk::CallContext& context, const std::string& session_id,
                                       sdk::TenantId tenant, const nlohmann::json& facts) {
    const auto text = facts_text(facts);
    if (!text) return text.error();
    const auto done = database_.execute(
        context,
        "UPDATE core_sessions SET tenant = ?, facts = ?, version = version + 1 WHERE id = ? AND expires_at > ?",
        {tenant.text(), *text, session_id, clock_.now()});
    if (!done) return done.error();
    if (*done == 0) return gone();
    changed(session_id);
    return sdk::ok();
}

sdk::Result<std::vector<sdk::Session>> SessionStore::list(const sdk::CallContext& context, sdk::Site site,
                                                          const std::string& subject) {
    const auto rows = database_.query(context,
                                      "SELECT " + std::string(kColumns) +
                                          " FROM core_sessions WHERE site = ? AND subject = ? AND expires_at > ? "
                                          "ORDER BY seen_at DESC, id DESC LIMIT 500",
                                      {sdk::to_text(site), subject, clock_.now()});
    if (!rows) return rows.error();
    std::vector<sdk::Session> sessions;
    for (const auto& row : *rows) sessions.push_back(session_from(row));
    return sessions;
}

sdk::Result<void> SessionStore::revoke(const sdk::CallContext& context, const std::string& session_id) {
    const auto done = database_.execute(context, "DELETE FROM core_sessions WHERE id = ?", {session_id});
    if (!done) return done.error();
    changed(session_id);
    return sdk::ok();
}

sdk::Result<int> SessionStore::revoke_all(const sdk::CallContext& context, sdk::Site site, const std::string& subject,
                                          const std::string& kept) {
    std::vector<std::string> ids;
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        ids.clear();
        const auto rows = tx.query(context, "SELECT id FROM core_sessions WHERE site = ? AND subject = ? AND id <> ?",
                                   {sdk::to_text(site), subject, kept});
        if (!rows) return rows.error();
        for (const auto& row : *rows) ids.push_back(row.text("id"));
        const auto deleted = tx.execute(context, "DELETE FROM core_sessions WHERE site = ? AND subject = ? AND id <> ?",
                                        {sdk::to_text(site), subject, kept});
        if (!deleted) return deleted.error();
        return sdk::ok();
    });
    if (!done) return done.error();
    for (const auto& id : ids) changed(id);
    return static_cast<int>(ids.size());
}

void SessionStore::on_change(std::function<void(const std::string&)> action) {
    const std::lock_guard lock(action_mutex_);
    action_ = std::move(action);
}

void SessionStore::changed(const std::string& session_id) {
    cache_.forget(session_id);
    std::function<void(const std::string&)> action;
    {
        const std::lock_guard lock(action_mutex_);
        action = action_;
    }
    if (action) action(session_id);
}

sdk::Result<std::int64_t> SessionStore::purge(const sdk::CallContext& context) {
    const auto now = clock_.now();
    std::int64_t purged = 0;
    for (;;) {
        // Up to the instant at which the next few hundred end: short writes let others through.
        const auto row = database_.query_one(context,
                                             "SELECT expires_at FROM core_sessions WHERE expires_at <= ? "
                                             "ORDER BY expires_at LIMIT 1 OFFSET " +
                                                 std::to_string(kPurgedAtOnce),
                                             {now});
        if (!row) return row.error();
        const auto until = *row ? (*row)->instant("expires_at") : now;
        const auto deleted = database_.execute(context, "DELETE FROM core_sessions WHERE expires_at <= ?", {until});
        if (!deleted) return deleted.error();
        purged += *deleted;
        if (!*row) return purged;
    }
}

}  // namespace whatsflow::sessions
