#include "audit/audit_store.hpp"

#include "audit/masking.hpp"

#include <algorithm>

namespace whatsflow::audit {
namespace {

constexpr std::size_t kLongestValues = 30'000;  // bytes of JSON: TEXT holds 64 KiB on MariaDB
constexpr int kMostRows = 500;

/// At most `most` characters, as MariaDB counts them.
std::string shortened(const std::string& text, std::size_t most) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
        if (characters++ == most) return text.substr(0, i);
    }
    return text;
}

std::string text_of(const nlohmann::json& values) {
    const auto shown = masked(values);
    auto text = shown.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > kLongestValues) return nlohmann::json{{"too_long_to_keep", text.size()}}.dump();
    return text;
}

nlohmann::json values_from(const std::string& text) {
    auto values = nlohmann::json::parse(text, nullptr, false);
    return values.is_discarded() ? nlohmann::json(nullptr) : values;
}

nlohmann::json shown(const sdk::Row& row) {
    return {{"id", row.text("id")},
            {"at", row.integer("recorded_at")},
            {"plugin", row.text("plugin")},
            {"action", row.text("action")},
            {"actor_kind", row.text("actor_kind")},
            {"actor_id", row.text("actor_id")},
            {"actor_label", row.text("actor_label")},
            {"impersonator", row.text("impersonator")},
            {"address", row.text("address")},
            {"subject_kind", row.text("subject_kind")},
            {"subject_id", row.text("subject_id")},
            {"subject_label", row.text("subject_label")},
            {"tenant", row.text("tenant")},
            {"before", values_from(row.text("before_text"))},
            {"after", values_from(row.text("after_text"))},
            {"reason", row.text("reason")},
            {"request_id", row.text("request_id")},
            {"cursor", row.text("id")}};
}

/// Conditions of a WHERE, each with its values.
class Conditions {
public:
    void add(const std::string& sql, std::initializer_list<sdk::DbValue> values) {
        sql_ += (sql_.empty() ? " WHERE " : " AND ") + sql;
        values_.insert(values_.end(), values);
    }
    void add_unless_empty(const std::string& column, const std::string& value) {
        if (!value.empty()) add(column + " = ?", {value});
    }
    /// `tenant.` finds what begins with it, `tenant.suspended` just that.
    void add_action(const std::string& action) {
        if (action.empty()) return;
        if (action.back() != '.') return add("action = ?", {action});
        auto behind = action;
        ++behind.back();
        add("action >= ? AND action < ?", {action, behind});
    }
    const std::string& sql() const { return sql_; }
    const sdk::DbValues& values() const { return values_; }

private:
    std::string sql_;
    sdk::DbValues values_;
};

}  // namespace

sdk::Result<void> AuditStore::append(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                     const std::string& plugin, const sdk::Actor& actor, const sdk::AuditEntry& entry) {
    const auto id = sdk::make_uuid();
    const auto before = text_of(entry.before);
    const auto after = text_of(entry.after);
    auto kept = where.execute(
        context,
        "INSERT INTO core_audit_entries (id, recorded_at, plugin, action, actor_kind, actor_id, actor_label, "
        "impersonator, address, subject_kind, subject_id, subject_label, tenant, before_text, after_text, reason, "
        "request_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        {id, clock_.now(), plugin, shortened(entry.action, 100), shortened(actor.kind, 20), shortened(actor.id, 64),
         shortened(actor.label, 300), shortened(actor.impersonator, 64), shortened(actor.address, 64),
         shortened(entry.subject.kind, 50), shortened(entry.subject.id, 100), shortened(entry.subject.label, 300),
         shortened(entry.tenant.text(), 36), before, after, shortened(entry.reason, 1000),
         shortened(context.request_id, 100)});
    if (!kept) return kept.error();
    auto line = [this, fields = sdk::LogFields{{"entry", id},
                                               {"action", entry.action},
                                               {"plugin", plugin},
                                               {"actor_kind", actor.kind},
                                               {"actor", actor.id},
                                               {"impersonator", actor.impersonator},
                                               {"address", actor.address},
                                               {"subject_kind", entry.subject.kind},
                                               {"subject", entry.subject.id},
                                               {"tenant", entry.tenant.text()},
                                               {"before", before},
                                               {"after", after},
                                               {"reason", entry.reason},
                                               {"request_id", context.request_id}}] { log_.info("audit", fields); };
    // What is rolled back did not happen, and is not told.
    if (auto* const open = dynamic_cast<sdk::Transaction*>(&where))
        open->after_commit(std::move(line));
    else
        line();
    return sdk::ok();
}

sdk::Result<sdk::ListPage> AuditStore::entries(const sdk::CallContext& context, const Filter& filter,
                                               const sdk::ListWindow& window) {
    const int limit = std::clamp(window.limit, 1, kMostRows);
    Conditions wanted;
    wanted.add_unless_empty("actor_id", filter.actor);
    wanted.add_unless_empty("subject_id", filter.subject);
    wanted.add_unless_empty("tenant", filter.tenant.text());
    wanted.add_action(filter.action);
    if (filter.from) wanted.add("recorded_at >= ?", {*filter.from});
    if (filter.until) wanted.add("recorded_at < ?", {*filter.until});
    if (!window.after.empty()) wanted.add("id < ?", {window.after});
    const auto rows =
        database_.query(context,
                        "SELECT id, recorded_at, plugin, action, actor_kind, actor_id, actor_label, impersonator, "
                        "address, subject_kind, subject_id, subject_label, tenant, before_text, after_text, reason, "
                        "request_id FROM core_audit_entries" +
                            wanted.sql() + " ORDER BY id DESC LIMIT " + std::to_string(limit + 1),
                        wanted.values());
    if (!rows) return rows.error();
    sdk::ListPage page;
    for (const auto& row : *rows) {
        if (page.rows.size() == static_cast<std::size_t>(limit)) {
            page.next = page.rows.back()["cursor"];
            break;
        }
        page.rows.push_back(shown(row));
    }
    return page;
}

}  // namespace whatsflow::audit
