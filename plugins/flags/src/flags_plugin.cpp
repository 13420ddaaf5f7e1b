#include "flags_plugin.hpp"

#include "commands.hpp"
#include "ofrep.hpp"
#include "pages/staff_pages.hpp"
#include "platform_flags.hpp"
#include "token_uses.hpp"
#include "unleash_api.hpp"
#include "usage.hpp"

namespace whatsflow::flags {
namespace {

/// A change is served within a second.
constexpr sdk::Milliseconds kRefreshEvery{250};
constexpr sdk::Milliseconds kTellEvery{1'000};
/// Plugins come at any time.
constexpr sdk::Milliseconds kDeclareEvery{2'000};
constexpr sdk::Milliseconds kForgetEvery{12 * 3'600'000};

void refresh(sdk::Host& host, Board& board) {
    if (auto done = board.refresh(); !done)
        host.log().warn("flags stay as they were", {{"code", done.error().code}, {"message", done.error().message}});
}

std::vector<std::string> environments_in(const sdk::Config& config) {
    if (!config.has("environments")) return {kProduction};
    return config.value("environments").get<std::vector<std::string>>();
}

std::vector<std::string> approved_in(const sdk::Config& config) {
    if (!config.has("approval")) return {};
    return config.value("approval").get<std::vector<std::string>>();
}

}  // namespace

sdk::Result<void> FlagsPlugin::start(sdk::Host& host, const sdk::Config& config) {
    store_.emplace(host);
    board_.emplace(host, *store_);
    notices_.emplace(host, !config.has("event_streams") || config.boolean("event_streams"));
    board_->on_change([this](const std::string& environment) { notices_->changed(environment); });
    refresh(host, *board_);
    refreshing_ = host.every(kRefreshEvery, [this, &host] { refresh(host, *board_); });
    declaring_ = host.every(kDeclareEvery, [this, &host] {
        if (auto done = add_platform_flags(host, *store_, *board_); !done)
            host.log().warn("flags of plugins are not listed",
                            {{"code", done.error().code}, {"message", done.error().message}});
    });
    exposures_.emplace(host);
    telling_ = host.every(kTellEvery, [this] { exposures_->tell(); });
    forgetting_ = host.every(kForgetEvery, [&host] {
        if (auto done = forget_old_usage(host); !done)
            host.log().warn("old counts of flags are not forgotten", {{"code", done.error().code}});
    });
    service_.emplace(*board_, host.clock(), *exposures_);
    if (auto done = sdk::provide_service<sdk::FeatureFlags>(host, *service_); !done) return done;
    listing_.emplace(*board_, host.clock());
    if (auto done = sdk::provide_service<sdk::FlagListing>(host, *listing_); !done) return done;
    if (auto done = register_commands(host, *store_); !done) return done;
    if (auto done = register_unleash(host, *board_); !done) return done;
    if (auto done = register_ofrep(host, *board_, *exposures_, *notices_); !done) return done;
    if (auto done = contribute_own_flags(host); !done) return done;
    if (auto done = contribute_token_uses(host); !done) return done;
    schedules_.emplace(host, *store_);
    if (auto done = schedules_->register_jobs(); !done) return done;
    requests_.emplace(host, *store_, *schedules_, approved_in(config));
    office_.emplace(pages::FlagOffice{host, *store_, *board_, *schedules_, *requests_, environments_in(config)});
    return pages::register_staff_pages(*office_);
}

void FlagsPlugin::stop() noexcept {
    forgetting_.release();
    telling_.release();
    declaring_.release();
    refreshing_.release();
    office_.reset();
    requests_.reset();
    schedules_.reset();
    listing_.reset();
    service_.reset();
    // What was noted since the last second.
    if (exposures_) exposures_->tell();
    exposures_.reset();
    board_.reset();
    notices_.reset();
    store_.reset();
}

}  // namespace whatsflow::flags
