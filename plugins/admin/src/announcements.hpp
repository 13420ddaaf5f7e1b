/// \file
/// What staff tell tenants: kept, changed, ended, put away by readers.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::admin {

inline constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "critical"};
/// Everybody, or tenants that are named by id, or those of some countries, or on some plans.
inline constexpr std::array<std::string_view, 4> kAudiences{"all", "tenants", "countries", "plans"};

/// Whom an announcement may be for, as far as somebody asked.
struct Reader {
    std::string tenant;
    std::string country;
    std::string plan;
};

struct Announcement {
    std::string id;
    std::string title;
    std::string text;  ///< small Markdown
    std::string severity = "info";
    std::string audience = "all";
    std::vector<std::string> audience_values;
    sdk::Instant starts_at{};
    std::optional<sdk::Instant> ends_at;
    std::string created_by;
    std::int64_t version = 1;

    bool is_over(sdk::Instant now) const { return ends_at && *ends_at <= now; }
    bool is_shown(sdk::Instant now) const { return starts_at <= now && !is_over(now); }
    bool is_for(const Reader& reader) const;
};

/// Every objection by field; empty: acceptable.
std::vector<sdk::FieldError> objections_to(const Announcement& announcement);

class Announcements {
public:
    explicit Announcements(sdk::Database& database) : database_(database) {}

    /// Newest first; at most five hundred.
    sdk::Result<std::vector<Announcement>> list(const sdk::CallContext& context);
    /// Those whose time is now.
    sdk::Result<std::vector<Announcement>> shown(const sdk::CallContext& context, sdk::Instant now);
    sdk::Result<std::optional<Announcement>> find(const sdk::CallContext& context, const std::string& id);
    sdk::Result<void> add(sdk::SqlExecutor& where, const sdk::CallContext& context, const Announcement& announcement,
                          sdk::Instant now);
    /// Error `announcement.changed` when somebody else changed it since `version`.
    sdk::Result<void> change(sdk::SqlExecutor& where, const sdk::CallContext& context,
                             const Announcement& announcement);

    sdk::Result<void> dismiss(const sdk::CallContext& context, const std::string& id, const std::string& subject,
                              sdk::Instant now);
    sdk::Result<std::vector<std::string>> dismissed_by(const sdk::CallContext& context, const std::string& subject);

private:
    sdk::Result<std::vector<Announcement>> select(const sdk::CallContext& context, const std::string& condition,
                                                  const sdk::DbValues& values);

    sdk::Database& database_;
};

}  // namespace whatsflow::admin
