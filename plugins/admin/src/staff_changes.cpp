#include "staff_changes.hpp"

#include "given_password.hpp"
#include "roles.hpp"

#include <whatsflow/sdk/sessions.hpp>

namespace whatsflow::admin {
namespace {

using sdk::Result;

std::vector<sdk::FieldError> objections_to(const NewStaff& wanted) {
    std::vector<sdk::FieldError> fields;
    if (!is_email(wanted.email))
        fields.push_back({"email", "invalid", "Enter an e-mail address, such as nimal@example.com."});
    if (wanted.name.size() > 120) fields.push_back({"name", "too_long", "At most 120 characters."});
    if (!is_role(wanted.role))
        fields.push_back({"role", "invalid", "Choose super_admin, support_admin, finance_admin or read_only."});
    return fields;
}

sdk::AuditEntry entry_for(std::string action, const StaffMember& member) {
    sdk::AuditEntry entry;
    entry.action = std::move(action);
    entry.subject = {"staff", member.id, member.label()};
    return entry;
}

/// Is somebody else left who may do everything? Touching their rows first makes two changes at
/// the same time wait for each other.
Result<void> require_another_super_admin(sdk::Transaction& tx, const sdk::CallContext& context,
                                         const StaffMember& member) {
    if (member.role != kSuperAdmin || member.disabled) return sdk::ok();
    const auto locked = tx.execute(
        context, "UPDATE admin_staff SET version = version + 1 WHERE role = ? AND disabled = 0", {kSuperAdmin});
    if (!locked) return locked.error();
    const auto other =
        tx.query_one(context, "SELECT id FROM admin_staff WHERE role = ? AND disabled = 0 AND id <> ? LIMIT 1",
                     {kSuperAdmin, member.id});
    if (!other) return other.error();
    if (!*other)
        return sdk::fail("staff.last_super_admin",
                         "This is the last super admin who can sign in. Make somebody else super admin first.");
    return sdk::ok();
}

Result<void> executed(const Result<std::int64_t>& done) {
    return done ? sdk::ok() : Result<void>(done.error());
}

}  // namespace

Result<GivenLogin> StaffChanges::create(const sdk::CallContext& context, const sdk::Actor& actor,
                                        const NewStaff& wanted, const std::optional<sdk::Secret>& password) {
    NewStaff tidy = wanted;
    tidy.email = tidy_email(wanted.email);
    if (tidy.name.empty()) tidy.name = tidy.email.substr(0, tidy.email.find('@'));
    if (const auto fields = objections_to(tidy); !fields.empty())
        return sdk::Error{"staff.invalid", fields.front().message, fields};

    auto secret = password ? Result<sdk::Secret>(*password) : make_password(host_);
    if (!secret) return secret.error();
    const auto hash = hash_password(host_, *secret);
    if (!hash) return hash.error();

    StaffMember member;
    member.id = sdk::make_uuid();
    member.email = tidy.email;
    member.name = tidy.name;
    member.role = tidy.role;
    member.password_hash = *hash;
    member.password_given = !password;
    member.created_at = host_.clock().now();
    const auto done = host_.database().transaction(context, [&](sdk::Transaction& tx) -> Result<void> {
        if (auto inserted = insert_staff(tx, context, member); !inserted) return inserted;
        auto entry = entry_for("staff.created", member);
        entry.after = {{"email", member.email}, {"name", member.name}, {"role", member.role}};
        return host_.audit().append(tx, context, actor, entry);
    });
    if (!done && done.error().code == "database.duplicate")
        return sdk::Error{"staff.exists",
                          "There is a member of staff with this e-mail address already.",
                          {{"email", "taken", "There is a member of staff with this e-mail address already."}}};
    if (!done) return done.error();
    return GivenLogin{member.id, member.email, std::move(*secret)};
}

Result<void> StaffChanges::change_role(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                                       const RoleChange& role) {
    if (!is_role(role.wanted))
        return sdk::Error{"staff.invalid", "There is no such role.", {{"role", "invalid", "Choose one of the roles."}}};
    const auto done =
        change(context, actor, id, [&](sdk::Transaction& tx, const StaffMember& member) -> Result<sdk::AuditEntry> {
            if (!role.seen.empty() && role.seen != member.role)
                return sdk::fail("staff.changed", "Somebody else changed the role meanwhile.");
            if (role.wanted != kSuperAdmin)
                if (auto may = require_another_super_admin(tx, context, member); !may) return may.error();
            const auto changed = tx.execute(
                context, "UPDATE admin_staff SET role = ?, version = version + 1 WHERE id = ?", {role.wanted, id});
            if (!changed) return changed.error();
            auto entry = entry_for("staff.role_changed", member);
            entry.before = {{"role", member.role}};
            entry.after = {{"role", role.wanted}};
            entry.reason = role.reason;
            return entry;
        });
    return done ? end_sessions(context, id) : done;
}

Result<void> StaffChanges::disable(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                                   const std::string& reason) {
    const auto done =
        change(context, actor, id, [&](sdk::Transaction& tx, const StaffMember& member) -> Result<sdk::AuditEntry> {
            if (auto may = require_another_super_admin(tx, context, member); !may) return may.error();
            const auto changed =
                tx.execute(context, "UPDATE admin_staff SET disabled = 1, version = version + 1 WHERE id = ?", {id});
            if (!changed) return changed.error();
            auto entry = entry_for("staff.disabled", member);
            entry.before = {{"disabled", member.disabled}};
            entry.after = {{"disabled", true}};
            entry.reason = reason;
            return entry;
        });
    return done ? end_sessions(context, id) : done;
}

Result<void> StaffChanges::enable(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id) {
    return change(context, actor, id, [&](sdk::Transaction& tx, const StaffMember& member) -> Result<sdk::AuditEntry> {
        const auto changed =
            tx.execute(context, "UPDATE admin_staff SET disabled = 0, version = version + 1 WHERE id = ?", {id});
        if (!changed) return changed.error();
        auto entry = entry_for("staff.enabled", member);
        entry.before = {{"disabled", member.disabled}};
        entry.after = {{"disabled", false}};
        return entry;
    });
}

Result<GivenLogin> StaffChanges::reset_password(const sdk::CallContext& context, const sdk::Actor& actor,
                                                const std::string& id) {
    auto secret = make_password(host_);
    if (!secret) return secret.error();
    const auto hash = hash_password(host_, *secret);
    if (!hash) return hash.error();
    std::string email;
    const auto done =
        change(context, actor, id, [&](sdk::Transaction& tx, const StaffMember& member) -> Result<sdk::AuditEntry> {
            if (auto stored = store_password(tx, context, id, *hash, true); !stored) return stored.error();
            email = member.email;
            return entry_for("staff.password_reset", member);
        });
    if (!done) return done.error();
    if (auto ended = end_sessions(context, id); !ended) return ended.error();
    return GivenLogin{id, email, std::move(*secret)};
}

Result<void> StaffChanges::remove_second_factor(const sdk::CallContext& context, const sdk::Actor& actor,
                                                const std::string& id, const std::string& reason) {
    const auto done =
        change(context, actor, id, [&](sdk::Transaction& tx, const StaffMember& member) -> Result<sdk::AuditEntry> {
            auto changed = executed(tx.execute(
                context, "UPDATE admin_staff SET totp_sealed = NULL, totp_step = 0, version = version + 1 WHERE id = ?",
                {id}));
            if (!changed) return changed.error();
            changed = executed(tx.execute(context, "DELETE FROM admin_recovery_codes WHERE staff_id = ?", {id}));
            if (!changed) return changed.error();
            auto entry = entry_for("staff.second_factor_removed", member);
            entry.reason = reason;
            return entry;
        });
    return done ? end_sessions(context, id) : done;
}

Result<void> StaffChanges::change(const sdk::CallContext& context, const sdk::Actor& actor, const std::string& id,
                                  const Change& apply) {
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> Result<void> {
        const auto member = find_staff(tx, context, id);
        if (!member) return member.error();
        if (!*member) return sdk::fail("staff.not_found", "There is no such member of staff.");
        const auto entry = apply(tx, **member);
        if (!entry) return entry.error();
        return host_.audit().append(tx, context, actor, *entry);
    });
}

Result<void> StaffChanges::end_sessions(const sdk::CallContext& context, const std::string& id) {
    const auto ended = sdk::find_service<sdk::Sessions>(host_).call(&sdk::Sessions::revoke_all, context,
                                                                    sdk::Site::admin, id, std::string());
    return ended ? sdk::ok() : Result<void>(ended.error());
}

}  // namespace whatsflow::admin
