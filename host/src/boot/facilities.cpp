#include "boot/facilities.hpp"

#include "boot/core.hpp"
#include "boot/web_settings.hpp"
#include "security/digest.hpp"
#include "security/key_file.hpp"
#include "security/random.hpp"

#include <whatsflow/abi/sdk_digest.h>

namespace whatsflow::boot {
namespace {

constexpr std::string_view kOwner = "host";
constexpr auto kTidyEvery = std::chrono::minutes(10);

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
    if (auto opened = facilities->open_mail(); !opened) return opened.error();
    if (auto opened = facilities->open_storage(); !opened) return opened.error();
    auto neighbours = Neighbours::make(core, *facilities->sessions_);
    if (!neighbours) return neighbours.error();
    facilities->neighbours_ = std::move(*neighbours);
    facilities->open_event_streams();
    facilities->operations_ = std::make_unique<HostOperations>(core);
    if (auto offered = facilities->offer_services(); !offered) return offered.error();
    return facilities;
}

void HostFacilities::open_event_streams() {
    // A key of its own, which every node has: their vaults have the same.
    auto key = security::hmac_sha256(*vault_keys_->find(vault_keys_->newest()), "addresses of event streams");
    realtime::StreamAddresses addresses(streams_origin(*core_.configuration()), std::move(key));
    event_streams_ =
        std::make_unique<realtime::StreamPublisher>(neighbours_->signals(), std::move(addresses), core_.clock());
}

sdk::Result<void> HostFacilities::open_mail() {
    const auto configuration = core_.configuration();
    mail::OfficeSettings settings;
    if (configuration->mail.transport == config::MailSettings::Transport::smtp)
        settings.smtp_url = configuration->mail.smtp_url;
    settings.ca_file = configuration->mail.ca_file;
    settings.from = configuration->mail.from;
    auto office = mail::PostOffice::make(settings, {core_.database(), core_.views(), core_.clock(), core_.log("mail")});
    if (!office) return office.error();
    mail_ = std::move(*office);
    return sdk::ok();
}

sdk::Result<void> HostFacilities::open_storage() {
    const auto configuration = core_.configuration();
    const auto& given = configuration->storage;
    storage::StorageSettings settings{core_.options().data / "files"};
    if (given.kind == config::StorageSettings::Kind::s3)
        settings.s3 =
            storage::S3Settings{given.endpoint, given.region, given.bucket, given.access_key, given.secret_key};
    auto opened = storage::Storage::open(settings, core_.https(), core_.clock());
    if (!opened) return opened.error();
    storage_ = std::move(*opened);
    backups_ = std::make_unique<backup::HostBackups>(backup_parts(), core_.options().data / "backups");
    return sdk::ok();
}

backup::InstallationParts HostFacilities::backup_parts() const {
    // The address was good enough to open the database with.
    auto url = data::parse_database_url(core_.configuration()->database.url);
    return {{url ? *url : data::DatabaseUrl{}, core_.options().data},
            storage_->all(),
            core_.options().data / "keys",
            core_.clock(),
            WF_SDK_VERSION_TEXT};
}

sdk::Result<void> HostFacilities::make_security() {
    if (core_.options().purpose == Purpose::inspect) {
        vault_keys_ = security::VaultKeys::of_this_process();
        one_time_codes_ = std::make_unique<security::TotpCodes>(security::random_bytes(32));
    } else {
        const auto folder = core_.options().data / "keys";
        auto keys = security::VaultKeys::load_or_make(folder);
        if (!keys) return keys.error();
        vault_keys_ = std::move(*keys);
        auto digests = security::load_or_make_key(folder, "digests");
        if (!digests) return digests.error();
        one_time_codes_ = std::make_unique<security::TotpCodes>(std::move(*digests));
    }
    auto& database = core_.database();
    sessions_ = std::make_unique<sessions::SessionStore>(database, core_.clock(), core_.log("sessions"));
    login_throttle_ = std::make_unique<sessions::DatabaseThrottle>(database, core_.clock());
    audit_ = std::make_unique<audit::AuditStore>(database, core_.clock(), core_.logs().sure_logger("audit"));
    return sdk::ok();
}

sdk::Result<void> HostFacilities::offer_services() {
    auto& services = core_.services();
    const auto offer = [&](auto& service) { return services.provide(std::string(kOwner), service.kId, service, {}); };
    if (auto offered = offer(passwords_); !offered) return offered;
    if (auto offered = offer(*one_time_codes_); !offered) return offered;
    if (auto offered = offer(*sessions_); !offered) return offered;
    if (auto offered = offer(*login_throttle_); !offered) return offered;
    if (auto offered = offer(*audit_); !offered) return offered;
    if (auto offered = offer(outbox_board_); !offered) return offered;
    if (auto offered = offer(job_board_); !offered) return offered;
    if (auto offered = offer(mail_->mailer()); !offered) return offered;
    if (auto offered = offer(mail_->board()); !offered) return offered;
    if (auto offered = offer(*backups_); !offered) return offered;
    if (auto offered = offer(neighbours_->realtime()); !offered) return offered;
    if (auto offered = offer(*event_streams_); !offered) return offered;
    if (auto offered = offer(documents_); !offered) return offered;
    if (auto offered = offer(*operations_); !offered) return offered;
    return sdk::ok();
}

std::shared_ptr<sdk::Vault> HostFacilities::own_vault() const {
    if (core_.options().purpose == Purpose::inspect) return nullptr;
    return std::make_shared<security::PluginVault>(vault_keys_, std::string(kOwner));
}

plugins::Facilities HostFacilities::for_plugin(const std::string& plugin, plugins::GuardedCall guard) {
    plugins::Facilities facilities;
    facilities.outbox = outbox_->for_plugin(plugin, guard);
    facilities.jobs = jobs_->for_plugin(plugin, guard);
    facilities.vault = std::make_shared<security::PluginVault>(vault_keys_, plugin);
    facilities.audit = std::make_shared<audit::AuditLogOf>(*audit_, plugin);
    facilities.files = storage_->for_plugin(plugin);
    facilities.withdraw = [this, plugin] {
        outbox_->withdraw(plugin);
        jobs_->withdraw(plugin);
    };
    return facilities;
}

sdk::Result<void> HostFacilities::start() {
    outbox_->start();
    jobs_->start();
    mail_->start();
    const auto tidying = [](const char* what) {
        sdk::CallContext context;
        context.request_id = std::string("tidying-") + what;
        return context;
    };
    housekeeping_ = std::make_unique<Housekeeping>(
        std::vector<Housekeeping::Chore>{
            {"sessions", [this, tidying] { return sessions_->purge(tidying("sessions")); }},
            {"login failures", [this, tidying] { return login_throttle_->purge(tidying("login-failures")); }}},
        kTidyEvery, core_.log("housekeeping"));
    return sdk::ok();
}

void HostFacilities::stop() {
    if (!jobs_->stop()) core_.log("jobs").warn("a job did not come back in time; it runs again after its lease");
    if (!outbox_->stop()) core_.log("outbox").warn("a delivery did not come back in time; it is repeated");
    if (mail_) mail_->stop();
    housekeeping_.reset();
}

}  // namespace whatsflow::boot
