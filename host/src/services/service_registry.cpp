#include "services/service_registry.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

namespace whatsflow::services {
namespace {

class Lease final : public sdk::ServiceLease {
public:
    Lease(std::string provider, sdk::Properties properties, std::shared_ptr<CallGate> gate)
        : provider_(std::move(provider)), properties_(std::move(properties)), gate_(std::move(gate)) {}

    bool enter() noexcept override { return !gate_ || gate_->enter(); }
    void leave() noexcept override {
        if (gate_) gate_->leave();
    }
    void fault(std::string_view what) noexcept override {
        if (gate_) gate_->fault(what);
    }
    const std::string& provider() const noexcept override { return provider_; }
    const sdk::Properties& properties() const noexcept override { return properties_; }

private:
    std::string provider_;
    sdk::Properties properties_;
    std::shared_ptr<CallGate> gate_;
};

struct Entry {
    std::string service;
    sdk::Service* object = nullptr;
    std::shared_ptr<Lease> lease;
    bool announced = false;
};

struct Watch {
    std::string service;
    ServiceRegistry::Watcher callback;
    // Recursive: a callback may withdraw its own watch.
    std::recursive_mutex running;
    bool ended = false;  // under `running`
};

bool contains(const sdk::Properties& all, const sdk::Properties& wanted) {
    return std::ranges::all_of(wanted, [&](const auto& pair) {
        const auto found = all.find(pair.first);
        return found != all.end() && found->second == pair.second;
    });
}

std::string in_words(const sdk::Properties& properties) {
    if (properties.empty()) return "without properties";
    std::string words = "with ";
    for (const auto& [name, value] : properties) words += (words.size() > 5 ? ", " : "") + name + "=" + value;
    return words;
}

}  // namespace

struct ServiceRegistry::State {
    mutable std::mutex mutex;
    std::vector<Entry> entries;
    std::vector<std::shared_ptr<Watch>> watches;

    void tell(const std::vector<sdk::ServiceChange>& changes) {
        for (const auto& change : changes) {
            std::vector<std::shared_ptr<Watch>> interested;
            {
                std::lock_guard lock(mutex);
                for (const auto& watch : watches)
                    if (watch->service == change.service) interested.push_back(watch);
            }
            for (const auto& watch : interested) {
                std::lock_guard running(watch->running);
                if (!watch->ended) watch->callback(change);
            }
        }
    }
};

ServiceRegistry::ServiceRegistry() : state_(std::make_shared<State>()) {}

sdk::Result<void> ServiceRegistry::offer(std::string provider, sdk::ServiceId id, sdk::Service& service,
                                         sdk::Properties properties, std::shared_ptr<CallGate> gate) {
    const auto text = id.text();
    std::lock_guard lock(state_->mutex);
    for (const auto& entry : state_->entries) {
        if (entry.service != text || entry.lease->properties() != properties) continue;
        return sdk::fail("services.duplicate",
                         provider + " cannot provide " + text + " " + in_words(properties) + ": " +
                             entry.lease->provider() +
                             " already does. Disable one of them, or tell them apart by a property.");
    }
    auto lease = std::make_shared<Lease>(std::move(provider), std::move(properties), std::move(gate));
    state_->entries.push_back({text, &service, std::move(lease), false});
    std::ranges::stable_sort(state_->entries, [](const Entry& a, const Entry& b) {
        return std::tie(a.service, a.lease->provider()) < std::tie(b.service, b.lease->provider());
    });
    return sdk::ok();
}

void ServiceRegistry::announce(const std::string& provider) {
    std::vector<sdk::ServiceChange> changes;
    {
        std::lock_guard lock(state_->mutex);
        for (auto& entry : state_->entries) {
            if (entry.announced || entry.lease->provider() != provider) continue;
            entry.announced = true;
            changes.push_back({entry.service, provider, entry.lease->properties(), true});
        }
    }
    state_->tell(changes);
}

sdk::Result<void> ServiceRegistry::provide(std::string provider, sdk::ServiceId id, sdk::Service& service,
                                           sdk::Properties properties, std::shared_ptr<CallGate> gate) {
    auto offered = offer(provider, id, service, std::move(properties), std::move(gate));
    if (offered) announce(provider);
    return offered;
}

void ServiceRegistry::withdraw(const std::string& provider) {
    std::vector<sdk::ServiceChange> changes;
    {
        std::lock_guard lock(state_->mutex);
        std::erase_if(state_->entries, [&](const Entry& entry) {
            if (entry.lease->provider() != provider) return false;
            if (entry.announced) changes.push_back({entry.service, provider, entry.lease->properties(), false});
            return true;
        });
    }
    state_->tell(changes);
}

std::vector<sdk::FoundService> ServiceRegistry::find(sdk::ServiceId id, const sdk::Properties& filter) const {
    const auto text = id.text();
    std::vector<sdk::FoundService> found;
    std::lock_guard lock(state_->mutex);
    for (const auto& entry : state_->entries)
        if (entry.announced && entry.service == text && contains(entry.lease->properties(), filter))
            found.push_back({entry.object, entry.lease});
    return found;
}

sdk::Registration ServiceRegistry::watch(sdk::ServiceId id, Watcher watcher) {
    auto watch = std::make_shared<Watch>();
    watch->service = id.text();
    watch->callback = std::move(watcher);
    {
        std::lock_guard lock(state_->mutex);
        state_->watches.push_back(watch);
    }
    return sdk::Registration([watch, weak = std::weak_ptr(state_)] {
        if (auto state = weak.lock()) {
            std::lock_guard lock(state->mutex);
            std::erase(state->watches, watch);
        }
        std::lock_guard running(watch->running);
        watch->ended = true;
    });
}

std::vector<ProvidedService> ServiceRegistry::list() const {
    std::vector<ProvidedService> all;
    std::lock_guard lock(state_->mutex);
    for (const auto& entry : state_->entries)
        if (entry.announced) all.push_back({entry.service, entry.lease->provider(), entry.lease->properties()});
    return all;
}

}  // namespace whatsflow::services
