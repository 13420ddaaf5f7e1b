#include "staff.hpp"

#include <algorithm>

namespace whatsflow::admin {
namespace {

constexpr std::string_view kColumns =
    "id, email, name, role, password_hash, password_given, totp_sealed, totp_step, disabled, created_at, signed_in_at, "
    "time_zone";

StaffMember read_member(const sdk::Row& row) {
    StaffMember member;
    member.id = row.text("id");
    member.email = row.text("email");
    member.name = row.text("name");
    member.role = row.text("role");
    member.password_hash = row.text("password_hash");
    member.password_given = row.boolean("password_given");
    member.totp_sealed = row.maybe_text("totp_sealed").value_or("");
    member.totp_step = row.integer("totp_step");
    member.disabled = row.boolean("disabled");
    member.created_at = row.instant("created_at");
    member.time_zone = row.text("time_zone");
    if (const auto at = row.maybe_integer("signed_in_at")) member.signed_in_at = sdk::from_micros(*at);
    return member;
}

sdk::Result<std::optional<StaffMember>> find_by(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                std::string_view column, const std::string& value) {
    const auto row = where.query_one(
        context, "SELECT " + std::string(kColumns) + " FROM admin_staff WHERE " + std::string(column) + " = ?",
        {value});
    if (!row) return row.error();
    if (!*row) return std::optional<StaffMember>{};
    return std::optional(read_member(**row));
}

sdk::Result<void> execute(sdk::SqlExecutor& where, const sdk::CallContext& context, std::string_view sql,
                          const sdk::DbValues& values) {
    const auto done = where.execute(context, sql, values);
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace

std::string tidy_email(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    std::string tidy(text);
    std::ranges::transform(tidy, tidy.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return tidy;
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > 254) return false;
    if (text.find('@', at + 1) != std::string_view::npos) return false;
    return std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == ',' || c == ';' || c == '<' || c == '>' ||
               c == '"';
    });
}

sdk::Result<std::optional<StaffMember>> find_staff(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                   const std::string& id) {
    return find_by(where, context, "id", id);
}

sdk::Result<std::optional<StaffMember>> find_staff_by_email(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                            const std::string& email) {
    return find_by(where, context, "email", tidy_email(email));
}

sdk::Result<std::vector<StaffMember>> list_staff(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto rows = where.query(
        context, "SELECT " + std::string(kColumns) + " FROM admin_staff ORDER BY disabled, name, email LIMIT 1000");
    if (!rows) return rows.error();
    std::vector<StaffMember> members;
    for (const auto& row : *rows) members.push_back(read_member(row));
    return members;
}

sdk::Result<bool> has_staff(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto row = where.query_one(context, "SELECT id FROM admin_staff LIMIT 1");
    if (!row) return row.error();
    return row->has_value();
}

sdk::Result<void> insert_staff(sdk::SqlExecutor& where, const sdk::CallContext& context, const StaffMember& member) {
    return execute(where, context,
                   "INSERT INTO admin_staff (id, email, name, role, password_hash, password_given, created_at) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?)",
                   {member.id, member.email, member.name, member.role, member.password_hash, member.password_given,
                    member.created_at});
}

sdk::Result<void> store_password(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                 const std::string& hash, bool given) {
    return execute(where, context,
                   "UPDATE admin_staff SET password_hash = ?, password_given = ?, version = version + 1 WHERE id = ?",
                   {hash, given, id});
}

sdk::Result<void> store_sign_in(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                sdk::Instant at) {
    return execute(where, context, "UPDATE admin_staff SET signed_in_at = ? WHERE id = ?", {at, id});
}

}  // namespace whatsflow::admin
