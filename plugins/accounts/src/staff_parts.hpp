/// \file
/// Parts of staff pages: cells and columns of lists, confirmations, notes, activity, and the
/// panels that other plugins add to the page of a user or a tenant.
#pragma once

#include "keyset.hpp"
#include "me.hpp"

#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::accounts {

/// A cell with every name that the component reads.
nlohmann::json cell(const std::string& text, const nlohmann::json& more = nlohmann::json::object());
nlohmann::json instant_cell(std::int64_t micros, const std::string& when_never);
/// A heading that sorts; without an ordering a plain one.
nlohmann::json column(const std::string& label, const std::string& path, const ListWish& wish,
                      const Ordering* ordering);
std::string initials_of(std::string_view name);

struct Confirmation {
    std::string id;
    std::string key;  ///< texts `<key>_title`, `<key>_text` and the button's `<key>`
    std::string path;
    bool asks_reason = false;
    bool is_danger = false;
    std::string typed;
};
nlohmann::json confirmation(const Office& office, const sdk::Request& request, const Confirmation& what);

/// The second of two editors sees what the first one made of it, beside their own version: what
/// differs, for the theme's `diff`. `name_label` is what the form calls its field `name`.
nlohmann::json changed_fields(const Office& office, const sdk::Request& request, const nlohmann::json& stored,
                              const nlohmann::json& typed, const std::string& name_label);

nlohmann::json fact(const std::string& term, const std::string& value,
                    const nlohmann::json& more = nlohmann::json::object());

/// A fact that is an instant, shown in the reader's time zone.
nlohmann::json moment(const std::string& term, std::int64_t micros);

/// What the audit log has about a subject, newest first.
nlohmann::json activity_of(const Office& office, const sdk::Request& request, const sdk::AuditTrail::Filter& filter);
/// The contributed panels for `user` or `tenant` that this staff member may see, drawn.
nlohmann::json panels_of(const Office& office, const sdk::Request& request, std::string_view subject);

/// One audit entry by staff.
sdk::Result<void> audit_staff(const Office& office, sdk::SqlExecutor& where, const sdk::Request& request,
                              sdk::AuditEntry entry);
/// The reason that the form carries; empty when it is missing or too long.
std::string reason_in(const sdk::Fields& form);

/// 422 with the sentence that a reason is needed.
sdk::Response reason_needed(const Office& office, const sdk::Request& request);

}  // namespace whatsflow::accounts
