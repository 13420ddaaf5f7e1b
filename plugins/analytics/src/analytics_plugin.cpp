#include "analytics_plugin.hpp"

#include "flags_api.hpp"
#include "house_events.hpp"
#include "pages/staff_pages.hpp"
#include "query_api.hpp"
#include "tracker.hpp"

namespace whatsflow::analytics {
namespace {

/// What is accepted can be asked for a moment later.
constexpr sdk::Milliseconds kTakeOverEvery{100};
constexpr sdk::Milliseconds kSendEvery{1'000};
constexpr sdk::Milliseconds kTakeOverFor{2'000};

}  // namespace

sdk::Result<void> AnalyticsPlugin::start(sdk::Host& host, const sdk::Config& config) {
    const auto folder = host.data_directory();
    if (!folder) return folder.error();
    tables_.emplace(host);
    ledger_.emplace(host, *tables_);
    sites_.emplace(host);
    keys_.emplace(host);
    questions_.emplace(host, *tables_);
    Spool::Options spool{std::filesystem::path(*folder) / "spool"};
    spool.most_bytes = static_cast<std::uint64_t>(config.integer("spool_megabytes")) * 1024 * 1024;
    if (config.text("durability") == "power") spool.durability = Durability::power;
    intake_.emplace(host, *ledger_, std::move(spool));
    if (auto done = intake_->open(); !done) return done;
    fan_out_.emplace(host, *sites_, *intake_);
    taking_over_ = host.every(kTakeOverEvery, [this, &host] { take_over(host); });
    sending_ = host.every(kSendEvery, [this, &host] {
        sdk::CallContext context;
        context.request_id = "analytics.sinks";
        if (const auto done = fan_out_->run(context); !done)
            host.log().warn("sinks wait", {{"code", done.error().code}, {"message", done.error().message}});
    });
    const CaptureDesk desk{host, *sites_, *keys_, *intake_};
    if (auto done = register_capture(desk); !done) return done;
    if (auto done = register_flags(desk); !done) return done;
    if (auto done = register_tracker(desk); !done) return done;
    if (auto done = listen(host, *keys_, *intake_); !done) return done;
    privacy_.emplace(host, *tables_, *keys_, *intake_,
                     Keeping{config.integer("keep_events_days"), config.integer("keep_visits_days"),
                             config.integer("keep_sums_days")});
    if (auto done = register_privacy(host, *privacy_); !done) return done;
    demonstration_.emplace(host, *ledger_, *questions_);
    if (auto done = sdk::provide_service<sdk::DemoData>(host, *demonstration_, {{"plugin", host.plugin_id()}}); !done)
        return done;
    office_.emplace(pages::AnalyticsOffice{host, *sites_, *tables_, *questions_, *intake_, *fan_out_});
    if (auto done = pages::register_staff_pages(*office_); !done) return done;
    return register_query(host, *sites_, *questions_);
}

void AnalyticsPlugin::take_over(sdk::Host& host) {
    if (const auto done = intake_->take_over(kTakeOverFor); !done)
        host.log().warn("events wait in the spool", {{"code", done.error().code}, {"message", done.error().message}});
}

void AnalyticsPlugin::stop() noexcept {
    sending_.release();
    taking_over_.release();
    office_.reset();
    demonstration_.reset();
    fan_out_.reset();
    privacy_.reset();
    intake_.reset();
    questions_.reset();
    keys_.reset();
    sites_.reset();
    ledger_.reset();
    tables_.reset();
}

}  // namespace whatsflow::analytics
