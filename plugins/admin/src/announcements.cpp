#include "announcements.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Result;

Announcement read_announcement(const sdk::Row& row) {
    Announcement found;
    found.id = row.text("id");
    found.title = row.text("title");
    found.text = row.text("text");
    found.severity = row.text("severity");
    found.audience = row.text("audience");
    const auto values = json::parse(row.text("audience_values"), nullptr, false);
    if (values.is_array())
        for (const auto& value : values)
            if (value.is_string()) found.audience_values.push_back(value.get<std::string>());
    found.starts_at = row.instant("starts_at");
    if (const auto ends = row.maybe_integer("ends_at")) found.ends_at = sdk::from_micros(*ends);
    found.created_by = row.text("created_by");
    found.version = row.integer("version");
    return found;
}

Result<void> done(const Result<std::int64_t>& result) {
    return result ? sdk::ok() : Result<void>(result.error());
}

}  // namespace

bool Announcement::is_for(const Reader& reader) const {
    if (audience == "all") return true;
    const auto& value = audience == "tenants" ? reader.tenant : audience == "plans" ? reader.plan : reader.country;
    return std::ranges::find(audience_values, value) != audience_values.end();
}

std::vector<sdk::FieldError> objections_to(const Announcement& announcement) {
    std::vector<sdk::FieldError> errors;
    const auto object = [&](const char* field, const char* code) { errors.push_back({field, code, ""}); };
    if (announcement.title.empty()) object("title", "required");
    if (announcement.title.size() > 120) object("title", "too_long");
    if (announcement.text.size() > 2000) object("text", "too_long");
    if (std::ranges::find(kSeverities, announcement.severity) == kSeverities.end()) object("severity", "required");
    if (std::ranges::find(kAudiences, announcement.audience) == kAudiences.end()) object("audience", "required");
    if (announcement.audience != "all" && announcement.audience_values.empty()) object("audience_values", "required");
    if (announcement.starts_at == sdk::Instant{}) object("starts_at", "invalid");
    if (announcement.ends_at && *announcement.ends_at <= announcement.starts_at) object("ends_at", "before_start");
    return errors;
}

Result<std::vector<Announcement>> Announcements::list(const sdk::CallContext& context) {
    return select(context, "ORDER BY starts_at DESC, id DESC LIMIT 500", {});
}

Result<std::vector<Announcement>> Announcements::shown(const sdk::CallContext& context, sdk::Instant now) {
    return select(context,
                  "WHERE starts_at <= ? AND (ends_at IS NULL OR ends_at > ?) ORDER BY starts_at DESC, id DESC LIMIT 50",
                  {now, now});
}

Result<std::optional<Announcement>> Announcements::find(const sdk::CallContext& context, const std::string& id) {
    auto found = select(context, "WHERE id = ?", {id});
    if (!found) return found.error();
    return found->empty() ? std::optional<Announcement>{} : std::optional(std::move(found->front()));
}

Result<std::vector<Announcement>> Announcements::select(const sdk::CallContext& context, const std::string& condition,
                                                        const sdk::DbValues& values) {
    const auto rows = database_.query(context,
                                      "SELECT id, title, text, severity, audience, audience_values, starts_at, "
                                      "ends_at, created_by, version FROM admin_announcements " +
                                          condition,
                                      values);
    if (!rows) return rows.error();
    std::vector<Announcement> list;
    for (const auto& row : *rows) list.push_back(read_announcement(row));
    return list;
}

Result<void> Announcements::add(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                const Announcement& announcement, sdk::Instant now) {
    return done(where.execute(context,
                              "INSERT INTO admin_announcements (id, title, text, severity, audience, audience_values, "
                              "starts_at, ends_at, created_by, created_at) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                              {announcement.id, announcement.title, announcement.text, announcement.severity,
                               announcement.audience, json(announcement.audience_values).dump(), announcement.starts_at,
                               announcement.ends_at, announcement.created_by, now}));
}

Result<void> Announcements::change(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                   const Announcement& announcement) {
    const auto changed =
        where.execute(context,
                      "UPDATE admin_announcements SET title = ?, text = ?, severity = ?, audience = ?, audience_values "
                      "= ?, starts_at = ?, "
                      "ends_at = ?, version = version + 1 WHERE id = ? AND version = ?",
                      {announcement.title, announcement.text, announcement.severity, announcement.audience,
                       json(announcement.audience_values).dump(), announcement.starts_at, announcement.ends_at,
                       announcement.id, announcement.version});
    if (!changed) return changed.error();
    if (*changed == 0)
        return sdk::fail("announcement.changed",
                         "Somebody else changed this announcement meanwhile. Load the page again.");
    return sdk::ok();
}

Result<void> Announcements::dismiss(const sdk::CallContext& context, const std::string& id, const std::string& subject,
                                    sdk::Instant now) {
    const auto added = database_.execute(
        context, "INSERT INTO admin_announcement_dismissals (announcement_id, subject, dismissed_at) VALUES (?, ?, ?)",
        {id, subject, now});
    if (!added && added.error().code == "database.duplicate") return sdk::ok();
    return done(added);
}

Result<std::vector<std::string>> Announcements::dismissed_by(const sdk::CallContext& context,
                                                             const std::string& subject) {
    const auto rows = database_.query(
        context, "SELECT announcement_id FROM admin_announcement_dismissals WHERE subject = ? LIMIT 1000", {subject});
    if (!rows) return rows.error();
    std::vector<std::string> ids;
    for (const auto& row : *rows) ids.push_back(row.text("announcement_id"));
    return ids;
}

}  // namespace whatsflow::admin
