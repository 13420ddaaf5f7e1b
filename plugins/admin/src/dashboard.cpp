#include "dashboard.hpp"

#include "activity.hpp"
#include "daily_activity.hpp"
#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "row_text.hpp"
#include "slot_pieces.hpp"
#include "staff.hpp"

#include <memory>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;

/// A number of the platform. `worry`: it says that somebody should look.
json stat(const std::string& label, const std::string& value, const std::string& note, const std::string& path,
          const std::string& link, bool worry = false) {
    return {{"label", label},     {"value", value},     {"note", note.empty() ? json(nullptr) : json(note)},
            {"change", nullptr},  {"is_better", false}, {"is_worse", worry},
            {"percent", nullptr}, {"link_path", path},  {"link_label", link}};
}

class Dashboard {
public:
    explicit Dashboard(Panel& panel) : panel_(panel), daily_(panel) {}

    Response show_page(const Request& request) {
        const Words words(panel_.host, request.locale);
        auto stats = json::array();
        if (may(request, permission::plugins_read)) add_plugins(stats, words);
        if (may(request, permission::jobs_read)) add_jobs(stats, request, words);
        if (may(request, permission::events_read)) add_dead_letters(stats, request, words);
        if (may(request, permission::mail_read)) add_mail(stats, request, words);
        json model{{"title", words("dashboard.title")},
                   {"header", header_model(words("dashboard.hello", {{"name", request.identity->name}}),
                                           words("dashboard.lead"))},
                   {"has_stats", !stats.empty()},
                   {"stats", std::move(stats)},
                   {"notices", notices(request, words)},
                   {"cards", pieces_of(panel_, request, sdk::DashboardCard::kSlot)},
                   {"has_cards", false},
                   {"chart", nullptr},
                   {"activity", nullptr},
                   {"health", nullptr}};
        model["has_cards"] = !model["cards"].empty();
        if (may(request, permission::activity)) {
            model["chart"] = daily_.chart(request, words);
            model["activity"] = recent_activity(panel_, request, {}, 8);
        }
        if (may(request, permission::settings)) model["health"] = health(words);
        model["has_activity"] = model["activity"].is_object() && !model["activity"]["entries"].empty();
        return show(panel_, request, "admin/dashboard", std::move(model));
    }

private:
    void add_plugins(json& stats, const Words& words) {
        const auto plugins = sdk::find_service<sdk::Operations>(panel_.host).call(&sdk::Operations::plugins);
        if (!plugins) return;
        int running = 0;
        int broken = 0;
        for (const auto& plugin : *plugins) {
            const auto state = text_of(plugin, "state");
            if (state == "running") ++running;
            if (state == "refused" || state == "quarantined") ++broken;
        }
        stats.push_back(stat(words("dashboard.plugins"), std::to_string(running),
                             broken == 0
                                 ? words("dashboard.plugins_well")
                                 : words(broken == 1 ? "dashboard.plugins_broken_one" : "dashboard.plugins_broken",
                                         {{"count", std::to_string(broken)}}),
                             "/plugins", words("dashboard.see_plugins"), broken > 0));
    }

    void add_jobs(json& stats, const Request& request, const Words& words) {
        const auto counts = sdk::find_service<sdk::JobBoard>(panel_.host)
                                .call(&sdk::JobBoard::counts, sdk::across_tenants(request.context, "admin.jobs"));
        if (!counts) return;
        const auto failed_jobs = number_of(*counts, "failed");
        stats.push_back(
            stat(words("dashboard.jobs"), std::to_string(number_of(*counts, "queued") + number_of(*counts, "running")),
                 failed_jobs == 0 ? words("dashboard.jobs_well")
                                  : words("dashboard.jobs_failed", {{"count", std::to_string(failed_jobs)}}),
                 failed_jobs == 0 ? "/jobs" : "/jobs?state=failed", words("dashboard.see_jobs"), failed_jobs > 0));
    }

    void add_dead_letters(json& stats, const Request& request, const Words& words) {
        const auto subscribers =
            sdk::find_service<sdk::OutboxBoard>(panel_.host)
                .call(&sdk::OutboxBoard::subscribers, sdk::across_tenants(request.context, "admin.events"));
        if (!subscribers) return;
        std::int64_t parked = 0;
        std::int64_t behind = 0;
        for (const auto& subscriber : *subscribers) {
            parked += number_of(subscriber, "parked");
            behind += number_of(subscriber, "behind");
        }
        stats.push_back(stat(words("dashboard.dead_letters"), std::to_string(parked),
                             words("dashboard.events_behind", {{"count", std::to_string(behind)}}),
                             "/events/dead-letters", words("dashboard.see_events"), parked > 0));
    }

    void add_mail(json& stats, const Request& request, const Words& words) {
        const auto board = sdk::find_service<sdk::MailBoard>(panel_.host);
        const auto count = [&](const char* state) -> std::string {
            const auto page = board.call(&sdk::MailBoard::mails, sdk::across_tenants(request.context, "admin.mail"),
                                         std::string(state), std::string(), sdk::ListWindow{{}, 100});
            if (!page) return "";
            return std::to_string(page->rows.size()) + (page->next.empty() ? "" : "+");
        };
        const auto waiting = count("queued");
        if (waiting.empty()) return;
        const auto failed_mails = count("failed");
        stats.push_back(stat(words("dashboard.mail"), waiting,
                             failed_mails == "0" ? words("dashboard.mail_well")
                                                 : words("dashboard.mail_failed", {{"count", failed_mails}}),
                             "/mailbox", words("dashboard.see_mail"), failed_mails != "0"));
    }

    json health(const Words& words) {
        const auto health = sdk::find_service<sdk::Operations>(panel_.host).call(&sdk::Operations::health);
        if (!health) return nullptr;
        auto facts = json::array();
        const auto add = [&](const char* key, const std::string& value) {
            if (!value.empty())
                facts.push_back({{"term", words(std::string("dashboard.health.") + key)},
                                 {"value", value},
                                 {"fact_path", nullptr},
                                 {"fact_status", nullptr},
                                 {"is_code", false},
                                 {"is_copied", false}});
        };
        add("version", text_of(*health, "version"));
        add("database", text_of(*health, "dialect"));
        if (const auto bytes = number_of(*health, "resident_bytes"); bytes > 0)
            add("memory", size_text(static_cast<std::uint64_t>(bytes)));
        if (health->contains("nodes"))
            add("nodes",
                (*health)["nodes"].is_array() ? std::to_string((*health)["nodes"].size()) : text_of(*health, "nodes"));
        return {{"facts", std::move(facts)}};
    }

    /// What the person should do for the account's own safety.
    json notices(const Request& request, const Words& words) {
        auto list = json::array();
        const auto member = find_staff(panel_.host.database(), request.context, request.identity->subject);
        if (!member || !*member) return list;
        const auto add = [&](const char* what, const char* path) {
            list.push_back({{"alert_title", words(std::string("dashboard.") + what)},
                            {"alert_text", words(std::string("dashboard.") + what + "_text")},
                            {"is_info", false},
                            {"is_success", false},
                            {"is_warning", true},
                            {"is_error", false},
                            {"link_path", path},
                            {"link_label", words(std::string("dashboard.") + what + "_do")}});
        };
        if ((*member)->password_given)
            add("given_password", "/security");
        else if (!(*member)->has_second_factor())
            add("no_factor", "/security");
        return list;
    }

    Panel& panel_;
    DailyActivity daily_;
};

}  // namespace

sdk::Result<void> register_dashboard(Panel& panel) {
    const auto dashboard = std::make_shared<Dashboard>(panel);
    return RouteBook(panel.host)
        .get("/", permission::dashboard, "How the platform is",
             [dashboard](const Request& r) { return dashboard->show_page(r); })
        .done();
}

}  // namespace whatsflow::admin
