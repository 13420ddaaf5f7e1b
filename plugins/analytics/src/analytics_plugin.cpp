#include "analytics_plugin.hpp"

#include "flags_api.hpp"
#include "house_events.hpp"
#include "pages/mailings.hpp"
#include "pages/staff_pages.hpp"
#include "query_api.hpp"
#include "token_uses.hpp"
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
    const auto zone = TimeZone::named(config.text("time_zone"));
    if (!zone)
        return sdk::fail("config.invalid", "time_zone: '" + config.text("time_zone") +
                                               "' is no time zone; write one such as Asia/Colombo.");
    tables_.emplace(host);
    sum_days_.emplace(host, *zone);
    sdk::CallContext starting;
    starting.request_id = "analytics.start";
    if (auto done = sum_days_->settle(starting); !done) return done;
    built_in_.emplace(host, *tables_, *sum_days_);
    store_.emplace(host, *built_in_, config.text("store"));
    keys_.emplace(host, *sum_days_);
    tombstones_.emplace(host, *keys_);
    ledger_.emplace(host, *tables_, *store_, *tombstones_);
    sites_.emplace(host);
    Spool::Options spool{std::filesystem::path(*folder) / "spool"};
    spool.most_bytes = static_cast<std::uint64_t>(config.integer("spool_megabytes")) * 1024 * 1024;
    if (config.text("durability") == "power") spool.durability = Durability::power;
    intake_.emplace(host, *ledger_, std::move(spool));
    if (auto done = intake_->open(); !done) return done;
    fan_out_.emplace(host, *sites_, *intake_, *tombstones_);
    taking_over_ = host.every(kTakeOverEvery, [this, &host] { take_over(host); });
    sending_ = host.every(kSendEvery, [this, &host] {
        sdk::CallContext context;
        context.request_id = "analytics.sinks";
        if (const auto done = fan_out_->run(context); !done)
            host.log().warn("sinks wait", {{"code", done.error().code}, {"message", done.error().message}});
    });
    CaptureDesk desk{host, *sites_, *keys_, *intake_};
    if (const auto file = config.text("country_database"); !file.empty()) {
        // Events are worth more than their countries.
        if (auto countries = Countries::open(file); countries)
            desk.countries = std::move(*countries);
        else
            host.log().error("countries are not told", {{"why", countries.error().message}});
    }
    if (auto done = register_capture(desk); !done) return done;
    if (auto done = register_flags(desk); !done) return done;
    if (auto done = register_tracker(desk); !done) return done;
    if (auto done = listen(host, *keys_, *intake_); !done) return done;
    sink_erasures_.emplace(host);
    if (auto done = register_sink_erasures(host, *sink_erasures_); !done) return done;
    privacy_.emplace(host, *tables_, *store_, *keys_, *tombstones_, *intake_, *sink_erasures_,
                     Keeping{config.integer("keep_events_days"), config.integer("keep_visits_days"),
                             config.integer("keep_sums_days"), config.integer("copied_events")});
    if (auto done = register_privacy(host, *privacy_); !done) return done;
    demonstration_.emplace(host, *sites_, *ledger_, *store_);
    if (auto done = sdk::provide_service<sdk::DemoData>(host, *demonstration_, {{"plugin", host.plugin_id()}}); !done)
        return done;
    office_.emplace(pages::AnalyticsOffice{host, *sites_, *store_, *intake_, *fan_out_, *privacy_, *zone,
                                           config.integer("look_at_events"),
                                           sdk::Milliseconds{config.integer("look_milliseconds")}});
    if (auto done = pages::register_staff_pages(*office_); !done) return done;
    if (auto done = pages::register_mailings(*office_); !done) return done;
    outcomes_.emplace(*office_);
    if (auto done = sdk::provide_service<sdk::FlagOutcomes>(host, *outcomes_); !done) return done;
    watch_.emplace(host, *sites_, *store_);
    if (auto done = register_watch(host, *watch_); !done) return done;
    if (auto done = contribute_token_uses(host); !done) return done;
    return register_query(*office_);
}

void AnalyticsPlugin::take_over(sdk::Host& host) {
    if (const auto done = intake_->take_over(kTakeOverFor); !done)
        host.log().warn("events wait in the spool", {{"code", done.error().code}, {"message", done.error().message}});
}

void AnalyticsPlugin::stop() noexcept {
    sending_.release();
    taking_over_.release();
    watch_.reset();
    outcomes_.reset();
    office_.reset();
    demonstration_.reset();
    fan_out_.reset();
    privacy_.reset();
    sink_erasures_.reset();
    intake_.reset();
    sites_.reset();
    ledger_.reset();
    tombstones_.reset();
    keys_.reset();
    store_.reset();
    built_in_.reset();
    sum_days_.reset();
    tables_.reset();
}

}  // namespace whatsflow::analytics
