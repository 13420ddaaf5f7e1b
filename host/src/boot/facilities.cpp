#include "boot/facilities.hpp"

#include "boot/core.hpp"

namespace whatsflow::boot {

HostFacilities::HostFacilities(Core& core) : core_(core) {}

HostFacilities::~HostFacilities() {
    stop();
}

sdk::Result<std::unique_ptr<HostFacilities>> HostFacilities::make(Core& core) {
    std::unique_ptr<HostFacilities> facilities(new HostFacilities(core));
    if (auto offered = facilities->offer_services(); !offered) return offered.error();
    return facilities;
}

sdk::Result<void> HostFacilities::offer_services() {
    return sdk::ok();
}

plugins::Facilities HostFacilities::for_plugin(const std::string&, plugins::GuardedCall) {
    return {};
}

sdk::Result<void> HostFacilities::start() {
    return sdk::ok();
}

void HostFacilities::stop() {}

}  // namespace whatsflow::boot
