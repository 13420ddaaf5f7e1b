#include "people.hpp"

#include "checks.hpp"
#include "search_words.hpp"

namespace whatsflow::accounts {
namespace {

constexpr const char* kColumns =
    "SELECT id, email, name, phone, locale, time_zone, password_hash, status, recent_tenant, created_at, signed_in_at, "
    "erase_at, totp_secret, totp_confirmed_at, totp_last_step, version FROM accounts_users ";

Person person_of(const sdk::Row& row) {
    Person person;
    person.id = row.text("id");
    person.email = row.text("email");
    person.name = row.text("name");
    person.phone = row.text("phone");
    person.locale = row.text("locale");
    person.time_zone = row.text("time_zone");
    person.password_hash = row.text("password_hash");
    person.status = row.text("status");
    person.recent_tenant = row.text("recent_tenant");
    person.created_at = row.integer("created_at");
    person.signed_in_at = row.integer("signed_in_at");
    person.erase_at = row.maybe_integer("erase_at");
    person.totp_secret = row.maybe_text("totp_secret").value_or("");
    person.two_factor = !row.is_null("totp_confirmed_at");
    person.totp_last_step = row.integer("totp_last_step");
    person.version = row.integer("version");
    return person;
}

sdk::Result<std::optional<Person>> one_person(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                              const char* condition, const std::string& value) {
    const auto row = where.query_one(context, std::string(kColumns) + condition, {value});
    if (!row) return row.error();
    if (!*row) return std::optional<Person>{};
    return std::optional<Person>{person_of(**row)};
}

}  // namespace

sdk::Result<std::optional<Person>> find_person(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& id) {
    return one_person(where, context, "WHERE id = ?", id);
}

sdk::Result<std::optional<Person>> find_person_by_email(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                        const std::string& email) {
    return one_person(where, context, "WHERE email = ?", lowered(email));
}

sdk::Result<std::string> add_person(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                    const NewPerson& person) {
    const auto id = sdk::make_uuid();
    const auto now = office.now();
    const auto email = lowered(person.email);
    const auto stored = where.execute(
        context,
        "INSERT INTO accounts_users (id, email, name, name_key, phone, locale, time_zone, password_hash, status, "
        "status_reason, recent_tenant, created_at, verified_at, signed_in_at, totp_last_step, version) "
        "VALUES (?, ?, ?, ?, '', ?, '', ?, ?, '', '', ?, ?, 0, 0, 1)",
        {id, email, person.name, lowered(person.name), person.locale, person.password_hash,
         person.verified ? "active" : "unverified", now, person.verified ? sdk::DbValue(now) : sdk::DbValue()});
    if (!stored) return stored.error();
    if (auto done = index_person(where, context, id, email, person.name, ""); !done) return done.error();
    return id;
}

sdk::Result<void> mark_verified(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                const std::string& id) {
    const auto changed = where.execute(context,
                                       "UPDATE accounts_users SET status = 'active', verified_at = ?, version = "
                                       "version + 1 WHERE id = ? AND status = 'unverified'",
                                       {office.now(), id});
    if (!changed) return changed.error();
    return sdk::ok();
}

sdk::Result<void> change_password(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                  const std::string& hash) {
    const auto changed = where.execute(
        context, "UPDATE accounts_users SET password_hash = ?, version = version + 1 WHERE id = ?", {hash, id});
    if (!changed) return changed.error();
    return sdk::ok();
}

sdk::Result<void> index_person(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                               const std::string& email, const std::string& name, const std::string& phone) {
    return store_words(where, context, "user", id, {email, name, phone});
}

sdk::Result<bool> knows_password(const Office& office, const std::optional<Person>& person,
                                 const sdk::Secret& password) {
    return office.passwords().call(&sdk::Passwords::verify, person ? person->password_hash : std::string(), password);
}

}  // namespace whatsflow::accounts
