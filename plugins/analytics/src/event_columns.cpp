#include "event_columns.hpp"

#include <variant>

namespace whatsflow::analytics {
namespace {

/// The fields of a row from the left to the right: looking each up by its name takes longer than the query.
class Fields {
public:
    explicit Fields(const sdk::Row& row) : values_(row.values()) {}

    std::int64_t integer() { return std::get<std::int64_t>(values_[at_++].storage()); }
    const std::string& text() { return std::get<std::string>(values_[at_++].storage()); }
    const std::string& bytes() { return std::get<sdk::Blob>(values_[at_++].storage()).bytes; }

private:
    const sdk::DbValues& values_;
    std::size_t at_ = 0;
};

}  // namespace

std::string columns_of(Detail detail) {
    std::string columns = "site, id, occurred_at, name, visitor";
    if (detail == Detail::steps) return columns;
    if (detail == Detail::properties) return columns + ", properties";
    columns += ", visit, path, country";
    if (detail == Detail::places) return columns;
    if (detail == Detail::dimensions)
        return columns + ", source, hostname, medium, campaign, browser, system_name, device, language";
    columns += ", person, source, revenue, currency, properties";
    if (detail == Detail::walk) return columns;
    return columns +
           ", received_at, hostname, medium, campaign, browser, system_name, device, language, bot, consented";
}

void read_into(AnalyticsRecord& event, const sdk::Row& row, Detail detail) {
    Fields fields(row);
    event.site = fields.integer();
    event.id = fields.bytes();
    event.occurred_at = fields.integer();
    event.name = fields.text();
    event.visitor = fields.integer();
    if (detail == Detail::steps) return;
    if (detail == Detail::properties) {
        event.properties = fields.text();
        return;
    }
    event.visit = fields.integer();
    event.path = fields.text();
    event.country = fields.text();
    if (detail == Detail::places) return;
    if (detail == Detail::dimensions) {
        for (const auto field : {&AnalyticsRecord::source, &AnalyticsRecord::hostname, &AnalyticsRecord::medium,
                                 &AnalyticsRecord::campaign, &AnalyticsRecord::browser, &AnalyticsRecord::system,
                                 &AnalyticsRecord::device, &AnalyticsRecord::language})
            event.*field = fields.text();
        return;
    }
    event.person = fields.text();
    event.source = fields.text();
    event.revenue = fields.integer();
    event.currency = fields.text();
    event.properties = fields.text();
    if (detail == Detail::walk) return;
    event.received_at = fields.integer();
    event.hostname = fields.text();
    event.medium = fields.text();
    event.campaign = fields.text();
    event.browser = fields.text();
    event.system = fields.text();
    event.device = fields.text();
    event.language = fields.text();
    event.bot = fields.integer();
    event.consented = fields.integer() != 0;
}

}  // namespace whatsflow::analytics
