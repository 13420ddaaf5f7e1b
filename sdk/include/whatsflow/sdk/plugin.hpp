/// \file
/// What a plugin is: a class, and one line that exports it.
///
///     class Geocoder final : public whatsflow::sdk::Plugin {
///     public:
///         Result<void> start(Host& host, const Config& config) override {
///             lookup_.emplace(host.https(), config.text("api_key"));
///             return provide_service<GeocoderService>(host, *lookup_);
///         }
///         void stop() noexcept override { lookup_.reset(); }
///     private:
///         std::optional<Lookup> lookup_;
///     };
///     WHATSFLOW_PLUGIN(Geocoder)
///
/// Life: create → start → (on_all_started) → stop → destroy. All on the control thread, one
/// plugin at a time, in dependency order; stop in the reverse order. A stopped plugin is
/// destroyed and may be created again in the same process: no statics with destructors.
#pragma once

#include <whatsflow/abi/plugin_v1.h>
#include <whatsflow/sdk/config.hpp>
#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/result.hpp>

namespace whatsflow::sdk {

class Plugin {
public:
    virtual ~Plugin();

    /// Registers routes, services, subscriptions. Pending migrations have run. When it
    /// returns an error, everything registered so far is withdrawn and the plugin is listed
    /// as refused with the error's sentence.
    virtual Result<void> start(Host& host, const Config& config) = 0;

    /// Every enabled plugin has been started or refused: the place to look for optional
    /// partners.
    virtual void on_all_started(Host& host);

    /// After it returns no thread, timer or callback of this plugin may run. It has five
    /// seconds; then the plugin counts as stuck and is left alone.
    virtual void stop() noexcept = 0;

    /// New settings, already valid. True: taken over while running. False (the default):
    /// the host stops and starts the plugin with them.
    virtual bool reconfigure(const Config& config);
};

}  // namespace whatsflow::sdk
