/// \file
/// Which services there are, who provides them, and who wants to know about changes.
///
/// A provider that is still starting *offers* its services; nobody finds them until the
/// runtime *announces* the provider, so no call reaches a half-built object. Two providers
/// of one service must differ in their properties, or nobody could choose between them.
///
///     registry.provide("host", Mailer::kId, mailer, {});
///     auto found = registry.find(Outbox::kId, {});
#pragma once

#include "services/call_gate.hpp"

#include <whatsflow/sdk/registration.hpp>
#include <whatsflow/sdk/service.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace whatsflow::services {

struct ProvidedService {
    std::string service;  ///< `whatsflow.mailer/1`
    std::string provider;
    sdk::Properties properties;
};

/// [thread-safe] Watchers are called on the thread that announces or withdraws, without a
/// lock held, so they may ask the registry again.
class ServiceRegistry {
public:
    using Watcher = std::function<void(const sdk::ServiceChange&)>;

    ServiceRegistry();

    /// Registers without showing it. Error `services.duplicate` when another provider (or the
    /// same one) has this service with equal properties. A null gate is always open.
    sdk::Result<void> offer(std::string provider, sdk::ServiceId id, sdk::Service& service, sdk::Properties properties,
                            std::shared_ptr<CallGate> gate);
    /// Shows everything `provider` has offered and tells the watchers.
    void announce(const std::string& provider);
    /// Both at once, for services of the host itself.
    sdk::Result<void> provide(std::string provider, sdk::ServiceId id, sdk::Service& service,
                              sdk::Properties properties, std::shared_ptr<CallGate> gate = nullptr);
    /// Forgets everything of `provider` and tells the watchers. Calls that are already inside
    /// go on: the provider's gate knows about them.
    void withdraw(const std::string& provider);

    /// Providers of exactly this revision whose properties contain `filter`, by plugin id.
    std::vector<sdk::FoundService> find(sdk::ServiceId id, const sdk::Properties& filter) const;

    /// Calls back for each provider that comes or goes. Releasing the registration waits for
    /// a running callback, unless it is released from inside it.
    sdk::Registration watch(sdk::ServiceId id, Watcher watcher);

    /// Everything that can be found, by service and then provider.
    std::vector<ProvidedService> list() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::services
