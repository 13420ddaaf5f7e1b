#include "mail/host_mail_board.hpp"

#include <algorithm>

namespace whatsflow::mail {
namespace {

using nlohmann::json;

constexpr std::string_view kListedColumns =
    "id, recipients, sender, subject, state, category, template, attempts, error, created_at, sent_at";

json shown(const sdk::MailAddress& address) {
    return address.name.empty() ? address.address : address.name + " <" + address.address + ">";
}

json row_of(const sdk::Row& row) {
    auto to = json::array();
    for (const auto& recipient : recipients_from_json(row.text("recipients"))) to.push_back(shown(recipient.address));
    return {{"id", row.text("id")},
            {"to", std::move(to)},
            {"subject", row.text("subject")},
            {"state", row.text("state")},
            {"category", row.text("category")},
            {"template", row.text("template")},
            {"attempts", row.integer("attempts")},
            {"error", row.text("error")},
            {"created_at", sdk::to_rfc3339(row.instant("created_at"))},
            {"sent_at", row.is_null("sent_at") ? json() : json(sdk::to_rfc3339(row.instant("sent_at")))},
            {"cursor", row.text("id")}};
}

/// For LIKE … ESCAPE '!'.
std::string pattern_of(const std::string& contains) {
    std::string pattern = "%";
    for (const char c : contains) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c;
    }
    return pattern + "%";
}

}  // namespace

sdk::Result<sdk::ListPage> HostMailBoard::mails(const sdk::CallContext& context, const std::string& state,
                                                const std::string& contains, const sdk::ListWindow& window) {
    const int limit = std::clamp(window.limit, 1, 500);
    std::string sql = "SELECT " + std::string(kListedColumns) + " FROM core_mails WHERE 1 = 1";
    sdk::DbValues values;
    if (!state.empty()) {
        sql += " AND state = ?";
        values.emplace_back(state);
    }
    if (!contains.empty()) {
        sql += " AND (recipients LIKE ? ESCAPE '!' OR subject LIKE ? ESCAPE '!')";
        values.emplace_back(pattern_of(contains));
        values.emplace_back(pattern_of(contains));
    }
    if (!window.after.empty()) {
        sql += " AND id < ?";
        values.emplace_back(window.after);
    }
    sql += " ORDER BY id DESC LIMIT ?";
    values.emplace_back(limit + 1);
    auto rows = database_.query(context, sql, values);
    if (!rows) return rows.error();
    sdk::ListPage page;
    for (const auto& row : *rows) {
        if (page.rows.size() == static_cast<std::size_t>(limit)) {
            page.next = page.rows.back()["cursor"];
            break;
        }
        page.rows.push_back(row_of(row));
    }
    return page;
}

sdk::Result<std::optional<json>> HostMailBoard::mail(const sdk::CallContext& context, const std::string& id) {
    auto row = database_.query_one(context, "SELECT " + std::string(kListedColumns) + " FROM core_mails WHERE id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<json>{};
    auto stored = spool_.load(context, id);
    if (!stored) return stored.error();
    if (!*stored) return std::optional<json>{};
    auto result = row_of(**row);
    result["from"] = shown((*stored)->sender);
    result["text"] = (*stored)->text;
    result["html"] = (*stored)->html;
    result["attachments"] = json::array();
    for (const auto& file : (*stored)->attachments)
        result["attachments"].push_back(
            {{"filename", file.filename}, {"content_type", file.content_type}, {"bytes", file.content.size()}});
    return std::optional<json>{std::move(result)};
}

sdk::Result<void> HostMailBoard::send_again(const sdk::CallContext& context, const std::string& id) {
    if (first_ == Spool::First::kept)
        return sdk::fail("mail.not_sent_here", "Mails stay in the mailbox: mail.transport is \"mailbox\".");
    auto mail = spool_.load(context, id);
    if (!mail) return mail.error();
    if (!*mail) return sdk::fail("mail.not_found", "There is no such mail.");
    auto recipients = (*mail)->recipients;
    for (auto& recipient : recipients) recipient.fate = Recipient::Fate::waiting;
    auto changed = database_.execute(context,
                                     "UPDATE core_mails SET state = 'queued', due_at = ?, created_at = ?, error = '',"
                                     " recipients = ? WHERE id = ? AND state <> 'queued'",
                                     {clock_.now(), clock_.now(), recipients_to_json(recipients), id});
    if (!changed) return changed.error();
    if (*changed == 0) return sdk::fail("mail.waiting", "This mail is waiting to be sent already.");
    if (again_) again_();
    return sdk::ok();
}

sdk::Result<json> HostMailBoard::templates(const sdk::CallContext& context, const std::string& locale) {
    return templates_.list(context, locale);
}

sdk::Result<void> HostMailBoard::change_template(const sdk::CallContext& context, const std::string& name,
                                                 const std::string& locale, const sdk::MailText& text,
                                                 std::int64_t version) {
    return templates_.change(context, name, locale, text, version);
}

sdk::Result<void> HostMailBoard::restore_template(const sdk::CallContext& context, const std::string& name,
                                                  const std::string& locale) {
    return templates_.restore(context, name, locale);
}

sdk::Result<sdk::MailText> HostMailBoard::preview(const sdk::CallContext& context, const std::string& name,
                                                  const std::string& locale,
                                                  const std::optional<sdk::MailText>& draft) {
    return templates_.preview(context, name, locale, draft);
}

}  // namespace whatsflow::mail
