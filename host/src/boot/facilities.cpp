#include "boot/facilities.hpp"

#include "boot/core.hpp"

namespace whatsflow::boot {
namespace {

constexpr std::string_view kOwner = "host";

}  // namespace

HostFacilities::HostFacilities(Core& core) : core_(core) {}

HostFacilities::~HostFacilities() {
    stop();
}

sdk::Result<std::unique_ptr<HostFacilities>> HostFacilities::make(Core& core) {
    std::unique_ptr<HostFacilities> facilities(new HostFacilities(core));
    if (auto made = facilities->make_security(); !made) return made.error();
    if (auto offered = facilities->offer_services(); !offered) return offered.error();
    return facilities;
}

sdk::Result<void> HostFacilities::make_security() {
    if (core_.options().purpose == Purpose::inspect) {
        vault_keys_ = security::VaultKeys::of_this_process();
    } else {
        auto keys = security::VaultKeys::load_or_make(core_.options().data / "keys");
        if (!keys) return keys.error();
        vault_keys_ = std::move(*keys);
    }
    auto& database = core_.database();
    sessions_ = std::make_unique<sessions::SessionStore>(database, core_.clock(), core_.log("sessions"));
    audit_ = std::make_unique<audit::AuditStore>(database, core_.clock(), core_.logs().sure_logger("audit"));
    return sdk::ok();
}

sdk::Result<void> HostFacilities::offer_services() {
    auto& services = core_.services();
    const auto offer = [&](auto& service) {
        return services.provide(std::string(kOwner), service.kId, service, {});
    };
    if (auto offered = offer(passwords_); !offered) return offered;
    if (auto offered = offer(*sessions_); !offered) return offered;
    if (auto offered = offer(*audit_); !offered) return offered;
    return sdk::ok();
}

plugins::Facilities HostFacilities::for_plugin(const std::string& plugin, plugins::GuardedCall) {
    plugins::Facilities facilities;
    facilities.vault = std::make_shared<security::PluginVault>(vault_keys_, plugin);
    facilities.audit = std::make_shared<audit::AuditLogOf>(*audit_, plugin);
    return facilities;
}

sdk::Result<void> HostFacilities::start() {
    return sdk::ok();
}

void HostFacilities::stop() {}

}  // namespace whatsflow::boot
