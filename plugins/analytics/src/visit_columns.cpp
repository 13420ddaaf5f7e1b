#include "visit_columns.hpp"

namespace whatsflow::analytics {

Visit visit_of(const sdk::Row& row) {
    Visit visit;
    visit.site = row.integer("site");
    visit.id = row.integer("id");
    visit.visitor = row.integer("visitor");
    visit.started_at = row.integer("started_at");
    visit.last_at = row.integer("last_at");
    visit.views = row.integer("views");
    visit.events = row.integer("events");
    visit.bot = row.integer("bot");
    visit.entry_path = row.text("entry_path");
    visit.exit_path = row.text("exit_path");
    visit.hostname = row.text("hostname");
    visit.source = row.text("source");
    visit.medium = row.text("medium");
    visit.campaign = row.text("campaign");
    visit.country = row.text("country");
    visit.browser = row.text("browser");
    visit.system = row.text("system_name");
    visit.device = row.text("device");
    return visit;
}

sdk::DbValues row_of(const Visit& v) {
    return {v.site,      v.id,       v.visitor, v.started_at, v.last_at,  v.views,   v.events,  v.bot,    v.entry_path,
            v.exit_path, v.hostname, v.source,  v.medium,     v.campaign, v.country, v.browser, v.system, v.device};
}

}  // namespace whatsflow::analytics
