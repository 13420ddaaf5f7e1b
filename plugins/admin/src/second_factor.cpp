#include "second_factor.hpp"

#include <whatsflow/sdk/credentials.hpp>

#include <algorithm>

namespace whatsflow::admin {
namespace {

using sdk::Result;

constexpr std::string_view kPurpose = "totp";

sdk::ServiceHandle<sdk::OneTimeCodes> codes_of(Panel& panel) {
    return sdk::find_service<sdk::OneTimeCodes>(panel.host);
}

/// People type blanks in the middle; recovery codes are lower case.
std::string tidy_code(const std::string& typed) {
    std::string code;
    for (const char c : typed)
        if (c != ' ') code += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return code;
}

bool is_app_code(const std::string& code) {
    return code.size() == 6 && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

Result<bool> use_app_code(Panel& panel, const sdk::CallContext& context, const StaffMember& member,
                          const std::string& code) {
    const auto secret = panel.host.vault().open(kPurpose, member.totp_sealed);
    if (!secret) return secret.error();
    const auto step =
        codes_of(panel).call(&sdk::OneTimeCodes::verify, *secret, code, panel.host.clock().now(), member.totp_step);
    if (!step) return step.error();
    if (!*step) return false;
    // Two requests with the same code at once: one of them finds the step taken.
    const auto taken = panel.host.database().execute(
        context, "UPDATE admin_staff SET totp_step = ?, version = version + 1 WHERE id = ? AND totp_step < ?",
        {**step, member.id, **step});
    if (!taken) return taken.error();
    return *taken == 1;
}

Result<bool> use_recovery_code(Panel& panel, const sdk::CallContext& context, const StaffMember& member,
                               const std::string& code) {
    const auto digest = codes_of(panel).call(&sdk::OneTimeCodes::digest, std::string_view(code));
    if (!digest) return digest.error();
    const auto used = panel.host.database().execute(
        context, "UPDATE admin_recovery_codes SET used_at = ? WHERE staff_id = ? AND digest = ? AND used_at IS NULL",
        {panel.host.clock().now(), member.id, *digest});
    if (!used) return used.error();
    return *used == 1;
}

Result<void> keep(Panel& panel, sdk::Transaction& tx, const sdk::CallContext& context, const StaffMember& member,
                  const std::string& sealed, std::int64_t step, const std::vector<std::string>& codes) {
    const auto stored =
        tx.execute(context, "UPDATE admin_staff SET totp_sealed = ?, totp_step = ?, version = version + 1 WHERE id = ?",
                   {sealed, step, member.id});
    if (!stored) return stored.error();
    const auto cleared = tx.execute(context, "DELETE FROM admin_recovery_codes WHERE staff_id = ?", {member.id});
    if (!cleared) return cleared.error();
    for (const auto& code : codes) {
        const auto digest = codes_of(panel).call(&sdk::OneTimeCodes::digest, std::string_view(code));
        if (!digest) return digest.error();
        const auto added = tx.execute(context, "INSERT INTO admin_recovery_codes (staff_id, digest) VALUES (?, ?)",
                                      {member.id, *digest});
        if (!added) return added.error();
    }
    return sdk::ok();
}

}  // namespace

Result<Enrolment> begin_enrolment(Panel& panel, const StaffMember& member, const std::string& sealed) {
    const auto codes = codes_of(panel);
    Enrolment enrolment;
    auto secret =
        sealed.empty() ? codes.call(&sdk::OneTimeCodes::make_secret) : panel.host.vault().open(kPurpose, sealed);
    if (!secret) return secret.error();
    enrolment.secret = std::move(*secret);
    auto kept = panel.host.vault().seal(kPurpose, enrolment.secret);
    if (!kept) return kept.error();
    enrolment.sealed = std::move(*kept);
    const auto uri = codes.call(&sdk::OneTimeCodes::provisioning_uri, enrolment.secret,
                                panel.settings.issuer + " Admin", member.email);
    if (!uri) return uri.error();
    auto picture = codes.call(&sdk::OneTimeCodes::qr_code_svg, *uri);
    if (!picture) return picture.error();
    enrolment.qr_svg = std::move(*picture);
    return enrolment;
}

Result<std::vector<std::string>> finish_enrolment(Panel& panel, const sdk::CallContext& context,
                                                  const sdk::Actor& actor, const StaffMember& member,
                                                  const std::string& sealed, const std::string& code) {
    const auto codes = codes_of(panel);
    const auto secret = panel.host.vault().open(kPurpose, sealed);
    if (!secret) return secret.error();
    const auto step =
        codes.call(&sdk::OneTimeCodes::verify, *secret, tidy_code(code), panel.host.clock().now(), std::int64_t{0});
    if (!step) return step.error();
    if (!*step) return sdk::fail("staff.wrong_code", "This code does not fit. Is the clock of the phone right?");
    auto recovery = codes.call(&sdk::OneTimeCodes::make_recovery_codes);
    if (!recovery) return recovery.error();
    const auto done = panel.host.database().transaction(context, [&](sdk::Transaction& tx) -> Result<void> {
        if (auto kept = keep(panel, tx, context, member, sealed, **step, *recovery); !kept) return kept;
        sdk::AuditEntry entry;
        entry.action = "staff.second_factor_set_up";
        entry.subject = {"staff", member.id, member.label()};
        return panel.host.audit().append(tx, context, actor, entry);
    });
    if (!done) return done.error();
    return std::move(*recovery);
}

Result<bool> use_code(Panel& panel, const sdk::CallContext& context, const StaffMember& member,
                      const std::string& code) {
    const auto tidy = tidy_code(code);
    return is_app_code(tidy) ? use_app_code(panel, context, member, tidy)
                             : use_recovery_code(panel, context, member, tidy);
}

Result<int> unused_recovery_codes(Panel& panel, const sdk::CallContext& context, const std::string& staff_id) {
    const auto row = panel.host.database().query_one(
        context, "SELECT COUNT(*) AS unused FROM admin_recovery_codes WHERE staff_id = ? AND used_at IS NULL",
        {staff_id});
    if (!row) return row.error();
    return *row ? static_cast<int>((*row)->integer("unused")) : 0;
}

}  // namespace whatsflow::admin
