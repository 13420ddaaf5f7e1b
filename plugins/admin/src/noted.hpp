/// \file
/// Writes down in the audit log what was just done through one of the host's boards.
#pragma once

#include "page_kit.hpp"

namespace whatsflow::admin {

struct Done {
    std::string action;
    sdk::AuditSubject subject;
    nlohmann::json before = nullptr;
    nlohmann::json after = nullptr;
};

/// `answer`, after the entry is kept; with the reason that the form gave. The board's change and
/// the entry are two steps: when the second fails the person is told, for the first stands.
inline sdk::Response noted(Panel& panel, const sdk::Request& request, const Done& done, sdk::Response answer) {
    sdk::AuditEntry entry;
    entry.action = done.action;
    entry.subject = done.subject;
    entry.before = done.before;
    entry.after = done.after;
    entry.reason = reason_in(request);
    const auto kept = panel.host.audit().append(panel.host.database(), request.context, sdk::actor_of(request), entry);
    return kept ? answer : failed(kept.error());
}

}  // namespace whatsflow::admin
