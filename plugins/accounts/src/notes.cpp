#include "notes.hpp"

#include "checks.hpp"
#include "events.hpp"
#include "staff_parts.hpp"

#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestNote = 4000;

sdk::Result<sdk::Response> add_note(Office& office, const sdk::Request& request, const std::string& kind) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto id = request.parameters.get("id");
    const auto page = "/" + kind + "s/" + id;
    const auto body = form->get("note");
    if (tidy(body).empty() || characters(body) > kLongestNote)
        return sdk::problem(422, "accounts.note", office.text(request.locale, "errors.required"));
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto stored = tx.execute(
            request.context,
            "INSERT INTO accounts_notes (id, subject_kind, subject_id, author_id, "
            "author_name, body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            {sdk::make_uuid(), kind, id, request.identity->subject, request.identity->name, body, office.now()});
        if (!stored) return stored.error();
        if (auto told = sdk::record(office.host().outbox(), tx, request.context, NoteAdded{kind, id}); !told)
            return told;
        return audit_staff(office, tx, request, {.action = kind + ".note_added", .subject = {kind, id}});
    });
    if (!done) return done.error();
    return sdk::redirect_to(page + "?done=note_added");
}

}  // namespace

sdk::Result<json> notes_about(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& kind,
                              const std::string& id) {
    const auto rows = where.query(context,
                                  "SELECT author_name, body, created_at FROM accounts_notes WHERE subject_kind = ? AND "
                                  "subject_id = ? ORDER BY created_at DESC LIMIT 100",
                                  {kind, id});
    if (!rows) return rows.error();
    json notes = json::array();
    for (const auto& row : *rows)
        notes.push_back({{"author", row.text("author_name")},
                         {"body", row.text("body")},
                         {"created_at", row.integer("created_at")}});
    return notes;
}

sdk::Result<void> register_notes(Office& office) {
    return Routes(office, sdk::Site::admin)
        .post("/users/{id}/notes", "accounts.users.manage", "Adds a note to a user",
              [](Office& of, const sdk::Request& request) { return add_note(of, request, "user"); })
        .post("/tenants/{id}/notes", "accounts.tenants.manage", "Adds a note to a tenant",
              [](Office& of, const sdk::Request& request) { return add_note(of, request, "tenant"); })
        .done();
}

}  // namespace whatsflow::accounts
