#include "boot/facilities.hpp"

#include "boot/core.hpp"

namespace whatsflow::boot {
namespace {

constexpr std::string_view kOwner = "host";

jobs::Options job_options(Core& core) {
    jobs::Options options;
    options.workshop.workers = static_cast<unsigned>(core.configuration()->job_workers);
    options.ran = [&metrics = core.metrics()](const std::string& kind, sdk::Milliseconds took, bool succeeded) {
        metrics
            .histogram("wf_job_seconds", "Time of one run of a job",
                       {{"kind", kind}, {"outcome", succeeded ? "done" : "failed"}})
            .observe(std::chrono::duration<double>(took).count());
    };
    return options;
}

}  // namespace

HostFacilities::HostFacilities(Core& core)
    : core_(core),
      outbox_(std::make_unique<outbox::Outbox>(core.database(), core.bus(), core.clock(), core.log("outbox"))),
      outbox_board_(*outbox_, core.database(), core.clock()),
      jobs_(std::make_unique<jobs::Jobs>(core.database(), core.clock(), core.log("jobs"), job_options(core))),
      job_board_(*jobs_, core.database(), core.clock()) {}

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
    if (auto offered = offer(outbox_board_); !offered) return offered;
    if (auto offered = offer(job_board_); !offered) return offered;
    return sdk::ok();
}

plugins::Facilities HostFacilities::for_plugin(const std::string& plugin, plugins::GuardedCall guard) {
    plugins::Facilities facilities;
    facilities.outbox = outbox_->for_plugin(plugin, guard);
    facilities.jobs = jobs_->for_plugin(plugin, guard);
    facilities.vault = std::make_shared<security::PluginVault>(vault_keys_, plugin);
    facilities.audit = std::make_shared<audit::AuditLogOf>(*audit_, plugin);
    facilities.withdraw = [this, plugin] {
        outbox_->withdraw(plugin);
        jobs_->withdraw(plugin);
    };
    return facilities;
}

sdk::Result<void> HostFacilities::start() {
    outbox_->start();
    jobs_->start();
    return sdk::ok();
}

void HostFacilities::stop() {
    if (!jobs_->stop()) core_.log("jobs").warn("a job did not come back in time; it runs again after its lease");
    if (!outbox_->stop()) core_.log("outbox").warn("a delivery did not come back in time; it is repeated");
}

}  // namespace whatsflow::boot
