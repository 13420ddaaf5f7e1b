/// \file
/// What the host offers to one plugin. Each plugin gets its own `Host`: routes, services,
/// subscriptions and timers made through it belong to the plugin and are withdrawn by the
/// host when the plugin stops, whether it cleaned up or not.
#pragma once

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/command.hpp>
#include <whatsflow/sdk/config.hpp>
#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/event.hpp>
#include <whatsflow/sdk/file_storage.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/outbox.hpp>
#include <whatsflow/sdk/registration.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/slots.hpp>
#include <whatsflow/sdk/time.hpp>
#include <whatsflow/sdk/vault.hpp>

#include <functional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

/// [thread-safe] unless a method says otherwise. Lives longer than the plugin.
class Host {
public:
    virtual const std::string& plugin_id() const noexcept = 0;
    virtual Logger& log() noexcept = 0;
    virtual const Clock& clock() const noexcept = 0;
    virtual Database& database() noexcept = 0;
    virtual HttpsClient& https() noexcept = 0;
    virtual EventBus& events() noexcept = 0;
    // What is kept for this plugin, through restarts. They throw std::logic_error where the host
    // has none, which only a host made for a test leaves out.
    virtual Outbox& outbox() = 0;
    virtual Jobs& jobs() = 0;
    virtual AuditLog& audit() = 0;
    virtual Vault& vault() = 0;
    virtual FileStorage& files() = 0;

    // What a plugin registers. [control-thread, in start() only] A mistake (two routes with
    // one pattern, a second service with equal properties) makes start() fail with its
    // sentence.
    virtual Result<void> route(Route route) = 0;
    virtual Result<void> command(Command command) = 0;
    virtual Result<void> contribute(Contribution contribution) = 0;
    virtual Result<void> provide(ServiceId id, Service& service, Properties properties) = 0;

    /// Runs `action` every `period` on a background thread, never twice at once; the first
    /// time after one period.
    virtual Registration every(Milliseconds period, std::function<void()> action) = 0;

    /// All providers of a service whose properties contain `filter`, best revision first,
    /// then by plugin id. Services of the host itself are found here too.
    virtual std::vector<FoundService> find_services(ServiceId id, const Properties& filter) = 0;
    /// Calls back on the control thread for each provider that comes or goes from now on.
    virtual Registration watch_service(ServiceId id, std::function<void(const ServiceChange&)> callback) = 0;

    /// Everything contributed to a slot of a site, in order. A copy.
    virtual std::vector<Contribution> contributions(SlotId slot, Site site) = 0;

    /// Renders a view outside a request, such as a report, in the layout of a site.
    virtual Result<std::string> render(const View& view, Site site, const std::string& locale) = 0;
    /// A text of the locale files, with {name} filled in; the key itself when there is none.
    virtual std::string translate(const std::string& locale, const std::string& key) const = 0;

    /// Public address of a site, without a slash at the end.
    virtual std::string site_url(Site site) const = 0;
    /// A folder for this plugin's own files, created on the first call. Absolute.
    virtual Result<std::string> data_directory() = 0;
    /// The folder the plugin was installed in: templates, markdown, pictures. Absolute.
    virtual const std::string& install_directory() const noexcept = 0;

    template <class Slot>
        requires requires(const Slot& slot) { slot.to_contribution(); }
    Result<void> contribute(const Slot& slot) {
        return contribute(slot.to_contribution());
    }

protected:
    virtual ~Host();
};

/// The best provider of a service, or an empty handle.
template <class T>
ServiceHandle<T> find_service(Host& host, const Properties& filter = {}) {
    auto found = host.find_services(T::kId, filter);
    return found.empty() ? ServiceHandle<T>{} : ServiceHandle<T>{std::move(found.front())};
}

template <class T>
std::vector<ServiceHandle<T>> find_all_services(Host& host, const Properties& filter = {}) {
    std::vector<ServiceHandle<T>> handles;
    for (auto& found : host.find_services(T::kId, filter)) handles.emplace_back(std::move(found));
    return handles;
}

template <class T>
Result<void> provide_service(Host& host, T& service, Properties properties = {}) {
    return host.provide(T::kId, service, std::move(properties));
}

}  // namespace whatsflow::sdk
