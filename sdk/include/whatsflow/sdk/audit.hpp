/// \file
/// Who changed what, before and after, from where.
///
///     AuditEntry entry{.action = "tenant.suspended", .subject = {"tenant", id, name}, .reason = reason};
///     entry.before = {{"status", "active"}};
///     entry.after = {{"status", "suspended"}};
///     if (auto kept = host.audit().append(tx, request.context, actor_of(request), entry); !kept) return kept;
///
/// Entries are never changed. Keys that name a secret are masked before they are stored.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/http.hpp>

#include <string>

namespace whatsflow::sdk {

/// Who did it.
struct Actor {
    std::string kind = "system";  ///< `user`, `staff`, `token`, `visitor`, `system`, `command`
    std::string id{};
    std::string label{};         ///< name and e-mail address at that time
    std::string impersonator{};  ///< staff id, when staff acted as this user
    std::string address{};       ///< of the client
};

/// The person or program behind a request.
Actor actor_of(const Request& request);

struct AuditSubject {
    std::string kind;  ///< `tenant`, `user`, `staff`, `plugin`, …
    std::string id;
    std::string label{};
};

struct AuditEntry {
    std::string action;  ///< dotted, past tense: `team.role_changed`
    AuditSubject subject;
    TenantId tenant{};   ///< whom it concerns; shown to that tenant's owner too
    nlohmann::json before = nullptr;  ///< changed fields only
    nlohmann::json after = nullptr;
    std::string reason{};
};

/// [thread-safe]
class AuditLog {
public:
    /// [pool- or job-thread] In the transaction of the change: both happen or neither.
    virtual Result<void> append(SqlExecutor& where, const CallContext& context, const Actor& actor,
                                const AuditEntry& entry) = 0;

protected:
    virtual ~AuditLog();
};

}  // namespace whatsflow::sdk
