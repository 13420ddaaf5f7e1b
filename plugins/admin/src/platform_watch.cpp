#include "platform_watch.hpp"

#include "roles.hpp"
#include "row_text.hpp"
#include "words.hpp"

#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Notification;
using sdk::Result;

/// Whoever was away reads the lists; a bell is for what is fresh. Mail is tried for days.
constexpr auto kFresh = std::chrono::hours(1);
constexpr auto kFreshMail = std::chrono::hours(24 * 7);
constexpr int kNewest = 10;

class Watch {
public:
    Watch(Panel& panel, StaffNotifier& notifier, const sdk::CallContext& context)
        : panel_(panel), notifier_(notifier), context_(context), words_(panel.host, "en") {}

    Result<void> look() {
        auto& host = panel_.host;
        if (auto told = rows_of(sdk::find_service<sdk::JobBoard>(host).call(
                                    &sdk::JobBoard::jobs, context_, std::string("failed"), std::string(), window()),
                                {"job", "finished_at", "kind", "/jobs/"});
            !told)
            return told;
        if (auto told = rows_of(sdk::find_service<sdk::OutboxBoard>(host).call(&sdk::OutboxBoard::dead_letters,
                                                                               context_, std::string(), window()),
                                {"dead_letter", "parked_at", "type", "/events/dead-letters/"});
            !told)
            return told;
        if (auto told = rows_of(sdk::find_service<sdk::MailBoard>(host).call(
                                    &sdk::MailBoard::mails, context_, std::string("failed"), std::string(), window()),
                                {"mail", "created_at", "subject", "/mailbox/", kFreshMail});
            !told)
            return told;
        return plugins();
    }

private:
    struct Kind {
        const char* name;
        const char* at;     ///< its instant, in the row
        const char* label;  ///< what people know it by, in the row
        const char* below;  ///< its page
        std::chrono::hours fresh = kFresh;
    };

    static sdk::ListWindow window() { return {.after = {}, .limit = kNewest}; }

    /// A board that cannot be read is no news: its own page says so.
    Result<void> rows_of(const Result<sdk::ListPage>& page, const Kind& kind) {
        if (!page) return sdk::ok();
        for (const auto& row : page->rows) {
            if (panel_.host.clock().now() - sdk::from_micros(number_of(row, kind.at)) > kind.fresh) continue;
            const auto id = text_of(row, "id");
            if (auto told = tell(kind.name, id, text_of(row, kind.label), text_of(row, "error"), kind.below + id);
                !told)
                return told;
        }
        return sdk::ok();
    }

    /// Once a day for as long as it lasts.
    Result<void> plugins() {
        const auto plugins = sdk::find_service<sdk::Operations>(panel_.host).call(&sdk::Operations::plugins);
        if (!plugins) return sdk::ok();
        const auto today = sdk::to_rfc3339(panel_.host.clock().now()).substr(0, 10);
        for (const auto& plugin : *plugins) {
            if (text_of(plugin, "state") != "quarantined") continue;
            const auto id = text_of(plugin, "id");
            if (auto told = tell("plugin", id + ":" + today, id, text_of(plugin, "reason"), "/plugins/" + id); !told)
                return told;
        }
        return sdk::ok();
    }

    Result<void> tell(const std::string& what, const std::string& key, const std::string& label, const std::string& why,
                      const std::string& path) {
        Notification news;
        news.idempotency_key = "watch." + what + ":" + key;
        news.category = "platform";
        news.title = words_("watch." + what, {{"name", label.substr(0, 120)}});
        news.text = why.substr(0, 300);
        news.path = path;
        return notifier_.notify_roles(context_, {}, {std::string(kSuperAdmin)}, news);
    }

    Panel& panel_;
    StaffNotifier& notifier_;
    const sdk::CallContext& context_;
    Words words_;
};

}  // namespace

Result<void> start_watch(Panel& panel, StaffNotifier& notifier) {
    auto& jobs = panel.host.jobs();
    if (auto done = jobs.handle(kWatchJob,
                                [&panel, &notifier](sdk::JobRun& run) {
                                    const auto context = sdk::across_tenants(run.context(), "admin.watch");
                                    return Watch(panel, notifier, context).look();
                                },
                                {.at_once = 1});
        !done)
        return done;
    return jobs.schedule({.name = kWatchJob, .kind = kWatchJob, .every = std::chrono::minutes(1)});
}

}  // namespace whatsflow::admin
