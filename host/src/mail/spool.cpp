#include "mail/spool.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace whatsflow::mail {
namespace {

using nlohmann::json;

/// What a BLOB holds on every database, with room to spare.
constexpr std::size_t kPiece = 60'000;
constexpr std::size_t kLongestError = 900;

constexpr std::array<std::string_view, 3> kKinds{"to", "cc", "bcc"};
constexpr std::array<std::string_view, 3> kFates{"waiting", "sent", "refused"};
constexpr std::array<std::string_view, 3> kStates{"queued", "sent", "failed"};

template <class Enum, std::size_t Size>
std::string_view name_of(Enum value, const std::array<std::string_view, Size>& names) {
    return names[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t Size>
Enum value_of(std::string_view name, const std::array<std::string_view, Size>& names) {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? Enum{} : static_cast<Enum>(found - names.begin());
}

std::string address_to_json(const sdk::MailAddress& address) {
    return json{{"address", address.address}, {"name", address.name}}.dump(-1, ' ', false,
                                                                           json::error_handler_t::replace);
}

sdk::MailAddress address_from_json(const std::string& text) {
    const auto value = json::parse(text, nullptr, false);
    if (!value.is_object()) return {};
    return {value.value("address", ""), value.value("name", "")};
}

sdk::Result<void> add_part(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& mail, int part,
                           std::string_view kind, const std::string& filename, const std::string& content_type,
                           std::string_view content) {
    int piece = 0;
    do {
        const auto bytes = content.substr(0, kPiece);
        content.remove_prefix(bytes.size());
        auto added =
            tx.execute(context,
                       "INSERT INTO core_mail_pieces (mail, part, piece, kind, filename, content_type, content)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)",
                       {mail, part, piece++, kind, filename, content_type, sdk::Blob{std::string(bytes)}});
        if (!added) return added.error();
    } while (!content.empty());
    return sdk::ok();
}

StoredMail mail_of(const sdk::Row& row) {
    StoredMail mail;
    mail.id = row.text("id");
    mail.key = row.text("idempotency_key");
    mail.tenant = row.text("tenant");
    mail.category = row.text("category");
    mail.view = row.text("template");
    mail.sender = address_from_json(row.text("sender"));
    mail.reply_to = address_from_json(row.text("reply_to"));
    mail.recipients = recipients_from_json(row.text("recipients"));
    mail.subject = row.text("subject");
    const auto unsubscribe = json::parse(row.text("unsubscribe"), nullptr, false);
    if (unsubscribe.is_object()) {
        mail.unsubscribe_url = unsubscribe.value("url", "");
        mail.one_click = unsubscribe.value("one_click", false);
    }
    mail.created_at = row.instant("created_at");
    mail.attempts = static_cast<int>(row.integer("attempts"));
    return mail;
}

constexpr std::string_view kColumns =
    "id, idempotency_key, tenant, category, template, sender, reply_to, recipients, subject, unsubscribe, created_at, "
    "attempts";

}  // namespace

std::string recipients_to_json(const std::vector<Recipient>& recipients) {
    auto list = json::array();
    for (const auto& recipient : recipients)
        list.push_back({{"kind", name_of(recipient.kind, kKinds)},
                        {"address", recipient.address.address},
                        {"name", recipient.address.name},
                        {"fate", name_of(recipient.fate, kFates)}});
    return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<Recipient> recipients_from_json(const std::string& text) {
    std::vector<Recipient> recipients;
    for (const auto& entry : json::parse(text, nullptr, false)) {
        if (!entry.is_object()) continue;
        recipients.push_back({{entry.value("address", ""), entry.value("name", "")},
                              value_of<Recipient::Kind>(entry.value("kind", ""), kKinds),
                              value_of<Recipient::Fate>(entry.value("fate", ""), kFates)});
    }
    return recipients;
}

sdk::Result<std::optional<std::string>> Spool::find_key(const sdk::CallContext& context, const std::string& key) {
    auto row = database_.query_one(context, "SELECT id FROM core_mails WHERE idempotency_key = ?", {key});
    if (!row) return row.error();
    if (!*row) return std::optional<std::string>{};
    return std::optional<std::string>{(*row)->text("id")};
}

sdk::Result<bool> Spool::add(const sdk::CallContext& context, const StoredMail& mail, First first) {
    const json unsubscribe{{"url", mail.unsubscribe_url}, {"one_click", mail.one_click}};
    auto stored = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto added = tx.execute(
            context,
            "INSERT INTO core_mails (id, idempotency_key, tenant, category, template, sender, reply_to, recipients,"
            " subject, unsubscribe, state, attempts, error, created_at, due_at, sent_at, lease, lease_until)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?, ?, NULL, '', 0)",
            {mail.id, mail.key, mail.tenant, mail.category, mail.view, address_to_json(mail.sender),
             address_to_json(mail.reply_to), recipients_to_json(mail.recipients), mail.subject,
             unsubscribe.dump(-1, ' ', false, json::error_handler_t::replace), first == First::kept ? "kept" : "queued",
             mail.created_at, mail.created_at});
        if (!added) return added.error();
        if (auto done = add_part(tx, context, mail.id, 0, "text", "", "text/plain", mail.text); !done) return done;
        if (!mail.html.empty()) {
            if (auto done = add_part(tx, context, mail.id, 1, "html", "", "text/html", mail.html); !done) return done;
        }
        int part = 2;
        for (const auto& file : mail.attachments) {
            auto done = add_part(tx, context, mail.id, part++, "file", file.filename, file.content_type, file.content);
            if (!done) return done;
        }
        return sdk::ok();
    });
    if (stored) return true;
    if (stored.error().code == "database.duplicate") return false;
    return stored.error();
}

sdk::Result<std::vector<LentMail>> Spool::lend(const sdk::CallContext& context, int most) {
    const auto now = clock_.now();
    auto due = database_.query(context,
                               "SELECT " + std::string(kColumns) +
                                   " FROM core_mails WHERE state = 'queued' AND due_at <= ? AND lease_until <= ?"
                                   " ORDER BY due_at, id LIMIT ?",
                               {now, now, most});
    if (!due) return due.error();
    std::vector<LentMail> lent;
    for (const auto& row : *due) {
        LentMail one{mail_of(row), sdk::make_uuid()};
        // Of several hosts that saw the row, one changes it.
        auto taken = database_.execute(context,
                                       "UPDATE core_mails SET lease = ?, lease_until = ?"
                                       " WHERE id = ? AND state = 'queued' AND due_at <= ? AND lease_until <= ?",
                                       {one.lease, now + lease_, one.mail.id, now, now});
        if (!taken) return taken.error();
        if (*taken != 1) continue;
        // Again, under the lease: an attempt may have ended between the two.
        auto loaded = load(context, one.mail.id);
        if (!loaded) return loaded.error();
        if (!*loaded) continue;
        one.mail = std::move(**loaded);
        lent.push_back(std::move(one));
    }
    return lent;
}

sdk::Result<bool> Spool::settle(const sdk::CallContext& context, const LentMail& lent, const Settlement& settlement) {
    const bool sent = settlement.state == Settlement::State::sent;
    const sdk::DbValue sent_at = sent ? sdk::DbValue(clock_.now()) : sdk::DbValue();
    auto changed = database_.execute(
        context,
        "UPDATE core_mails SET state = ?, error = ?, due_at = ?, sent_at = ?, recipients = ?, attempts = attempts + ?,"
        " lease = '', lease_until = 0 WHERE id = ? AND lease = ?",
        {name_of(settlement.state, kStates), settlement.error.substr(0, kLongestError), settlement.due_at, sent_at,
         recipients_to_json(lent.mail.recipients), settlement.attempted ? 1 : 0, lent.mail.id, lent.lease});
    if (!changed) return changed.error();
    return *changed == 1;
}

sdk::Result<std::optional<StoredMail>> Spool::load(const sdk::CallContext& context, const std::string& id) {
    auto row = database_.query_one(context, "SELECT " + std::string(kColumns) + " FROM core_mails WHERE id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<StoredMail>{};
    auto mail = mail_of(**row);
    if (auto loaded = load_pieces(context, mail); !loaded) return loaded.error();
    return std::optional<StoredMail>{std::move(mail)};
}

sdk::Result<void> Spool::load_pieces(const sdk::CallContext& context, StoredMail& mail) {
    auto pieces = database_.query(context,
                                  "SELECT part, kind, filename, content_type, content FROM core_mail_pieces"
                                  " WHERE mail = ? ORDER BY part, piece",
                                  {mail.id});
    if (!pieces) return pieces.error();
    std::int64_t last = -1;
    for (const auto& piece : *pieces) {
        const auto& kind = piece.text("kind");
        const auto& content = piece.bytes("content");
        if (kind == "text") {
            mail.text += content;
        } else if (kind == "html") {
            mail.html += content;
        } else {
            if (piece.integer("part") != last)
                mail.attachments.push_back({piece.text("filename"), piece.text("content_type"), {}});
            mail.attachments.back().content += content;
        }
        last = piece.integer("part");
    }
    return sdk::ok();
}

sdk::Result<std::int64_t> Spool::forget(const sdk::CallContext& context, sdk::Instant before, int most) {
    auto old = database_.query(
        context, "SELECT id FROM core_mails WHERE state <> 'queued' AND created_at < ? ORDER BY id LIMIT ?",
        {before, most});
    if (!old) return old.error();
    for (const auto& row : *old) {
        auto gone = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto pieces = tx.execute(context, "DELETE FROM core_mail_pieces WHERE mail = ?", {row.text("id")});
            if (!pieces) return pieces.error();
            auto mail = tx.execute(context, "DELETE FROM core_mails WHERE id = ?", {row.text("id")});
            if (!mail) return mail.error();
            return sdk::ok();
        });
        if (!gone) return gone.error();
    }
    return static_cast<std::int64_t>(old->size());
}

}  // namespace whatsflow::mail
