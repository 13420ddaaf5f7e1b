/// \file
/// The host as one plugin sees it.
///
/// Everything the plugin registers is wrapped so that calls pass its gate and exceptions
/// become faults, and is remembered so that it can be taken back without the plugin's help.
#pragma once

#include "plugins/gate.hpp"
#include "plugins/platform.hpp"
#include "plugins/registrations.hpp"
#include "plugins/timers.hpp"

#include <whatsflow/sdk/host.hpp>

#include <memory>
#include <mutex>
#include <vector>

namespace whatsflow::plugins {

/// When what may be registered.
enum class Phase {
    starting,     ///< in start(): everything
    all_started,  ///< in on_all_started(): subscriptions, timers, watches
    running,      ///< timers and watches
    revoked,      ///< nothing: it is being stopped, or its start took too long
};

/// Outlives the plugin object. [thread-safe]
class PluginHost final : public sdk::Host {
public:
    PluginHost(std::string id, std::string install_directory, std::shared_ptr<const Platform> platform,
               std::shared_ptr<Gate> gate, std::shared_ptr<Registrations> registrations,
               std::shared_ptr<Timers> timers);
    ~PluginHost() override;

    const std::string& plugin_id() const noexcept override { return id_; }
    sdk::Logger& log() noexcept override { return log_; }
    const sdk::Clock& clock() const noexcept override { return platform_->clock; }
    sdk::Database& database() noexcept override { return database_; }
    sdk::HttpsClient& https() noexcept override { return platform_->https; }
    sdk::EventBus& events() noexcept override;
    sdk::Outbox& outbox() override;
    sdk::Jobs& jobs() override;
    sdk::AuditLog& audit() override;
    sdk::Vault& vault() override;
    sdk::FileStorage& files() override;

    sdk::Result<void> route(sdk::Route route) override;
    sdk::Result<void> command(sdk::Command command) override;
    sdk::Result<void> contribute(sdk::Contribution contribution) override;
    using sdk::Host::contribute;
    sdk::Result<void> provide(sdk::ServiceId id, sdk::Service& service, sdk::Properties properties) override;
    sdk::Registration every(sdk::Milliseconds period, std::function<void()> action) override;
    std::vector<sdk::FoundService> find_services(sdk::ServiceId id, const sdk::Properties& filter) override;
    sdk::Registration watch_service(sdk::ServiceId id,
                                    std::function<void(const sdk::ServiceChange&)> callback) override;
    std::vector<sdk::Contribution> contributions(sdk::SlotId slot, sdk::Site site) override;
    sdk::Result<std::string> render(const sdk::View& view, sdk::Site site, const std::string& locale) override;
    std::string translate(const std::string& locale, const std::string& key) const override;
    std::string site_url(sdk::Site site) const override;
    sdk::Result<std::string> data_directory() override;
    const std::string& install_directory() const noexcept override { return install_directory_; }

    // For the runtime.

    void enter_phase(Phase phase);
    /// Shows what start() registered to the world.
    void commit();
    /// Takes everything back: first what others see (withdraw), then what still calls in.
    void withdraw();
    /// Returns how many subscriptions and timers the plugin had left behind.
    std::size_t revoke();

private:
    class Events;

    sdk::Result<void> only_in_start(const char* what) const;
    bool may_listen() const;

    const std::string id_;
    const std::string install_directory_;
    const std::shared_ptr<const Platform> platform_;
    const std::shared_ptr<Gate> gate_;
    sdk::Logger& log_;
    sdk::Database& database_;
    const std::shared_ptr<Registrations> registrations_;
    const std::shared_ptr<Timers> timers_;
    std::unique_ptr<Events> events_;
    const Facilities facilities_;

    mutable std::mutex mutex_;
    Phase phase_ = Phase::starting;
    PluginRegistrations own_;
    std::vector<std::shared_ptr<sdk::Registration>> watches_;
};

}  // namespace whatsflow::plugins
