#include "second_factor.hpp"

#include "checks.hpp"

#include <whatsflow/sdk/vault.hpp>

#include <algorithm>

namespace whatsflow::accounts {
namespace {

constexpr const char* kTotpPurpose = "totp";

bool looks_like_totp(std::string_view code) {
    return code.size() == 6 && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

std::string without_spaces(std::string_view code) {
    std::string plain;
    for (const char c : code)
        if (c != ' ') plain += c;
    return lowered(plain);
}

/// Stores the step of a right code. Of two requests with the same code one changes a row.
sdk::Result<bool> take_step(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                            const Person& person, std::string_view code) {
    const auto secret = second_factor_secret(office, person);
    if (!secret) return secret.error();
    if (secret->empty()) return false;
    const auto step =
        office.codes().call(&sdk::OneTimeCodes::verify, *secret, code, office.now(), person.totp_last_step);
    if (!step) return step.error();
    if (!*step) return false;
    const auto taken =
        where.execute(context, "UPDATE accounts_users SET totp_last_step = ? WHERE id = ? AND totp_last_step < ?",
                      {**step, person.id, **step});
    if (!taken) return taken.error();
    return *taken == 1;
}

}  // namespace

sdk::Result<sdk::Secret> second_factor_secret(const Office& office, const Person& person) {
    if (person.totp_secret.empty()) return sdk::Secret{};
    return office.host().vault().open(kTotpPurpose, person.totp_secret);
}

sdk::Result<bool> passes_second_factor(const Office& office, const sdk::CallContext& context,
                                       const std::string& user_id, std::string_view typed) {
    const auto person = find_person(office.database(), context, user_id);
    if (!person) return person.error();
    if (!*person || !(*person)->two_factor || (*person)->status != "active") return false;
    const auto code = without_spaces(typed);
    if (looks_like_totp(code)) return take_step(office, office.database(), context, **person, code);
    if (code.size() < 8 || code.size() > 20) return false;
    const auto digest = digest_of(office, code);
    if (!digest) return digest.error();
    const auto used = office.database().execute(
        context, "DELETE FROM accounts_recovery_codes WHERE user_id = ? AND digest = ?", {user_id, *digest});
    if (!used) return used.error();
    return *used == 1;
}

sdk::Result<sdk::Secret> begin_second_factor(const Office& office, const sdk::CallContext& context,
                                             const std::string& user_id) {
    auto secret = office.codes().call(&sdk::OneTimeCodes::make_secret);
    if (!secret) return secret.error();
    const auto sealed = office.host().vault().seal(kTotpPurpose, *secret);
    if (!sealed) return sealed.error();
    const auto stored = office.database().execute(
        context,
        "UPDATE accounts_users SET totp_secret = ?, totp_last_step = 0, version = version + 1 WHERE id = ? AND "
        "totp_confirmed_at IS NULL",
        {*sealed, user_id});
    if (!stored) return stored.error();
    return secret;
}

sdk::Result<std::vector<std::string>> confirm_second_factor(const Office& office, sdk::Transaction& tx,
                                                            const sdk::CallContext& context, const Person& person,
                                                            std::string_view code) {
    const auto right = take_step(office, tx, context, person, without_spaces(code));
    if (!right) return right.error();
    if (!*right) return std::vector<std::string>{};
    const auto stored =
        tx.execute(context, "UPDATE accounts_users SET totp_confirmed_at = ?, version = version + 1 WHERE id = ?",
                   {office.now(), person.id});
    if (!stored) return stored.error();
    return renew_recovery_codes(office, tx, context, person.id);
}

sdk::Result<std::vector<std::string>> renew_recovery_codes(const Office& office, sdk::Transaction& tx,
                                                           const sdk::CallContext& context,
                                                           const std::string& user_id) {
    auto codes = office.codes().call(&sdk::OneTimeCodes::make_recovery_codes);
    if (!codes) return codes.error();
    const auto cleared = tx.execute(context, "DELETE FROM accounts_recovery_codes WHERE user_id = ?", {user_id});
    if (!cleared) return cleared.error();
    for (const auto& code : *codes) {
        const auto digest = digest_of(office, code);
        if (!digest) return digest.error();
        const auto stored = tx.execute(context, "INSERT INTO accounts_recovery_codes (user_id, digest) VALUES (?, ?)",
                                       {user_id, *digest});
        if (!stored) return stored.error();
    }
    return codes;
}

sdk::Result<void> remove_second_factor(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                       const std::string& user_id) {
    const auto removed = where.execute(
        context,
        "UPDATE accounts_users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = 0, version = version "
        "+ 1 WHERE id = ?",
        {user_id});
    if (!removed) return removed.error();
    const auto cleared = where.execute(context, "DELETE FROM accounts_recovery_codes WHERE user_id = ?", {user_id});
    if (!cleared) return cleared.error();
    return sdk::ok();
}

sdk::Result<std::int64_t> count_recovery_codes(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& user_id) {
    const auto row =
        where.query_one(context, "SELECT COUNT(*) AS n FROM accounts_recovery_codes WHERE user_id = ?", {user_id});
    if (!row) return row.error();
    return (*row)->integer("n");
}

}  // namespace whatsflow::accounts
