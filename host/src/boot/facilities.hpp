/// \file
/// What the host keeps for its plugins and offers them as services, made once and handed out
/// plugin by plugin.
///
/// Made after the database and before the plugins; `start` begins the background work once
/// the core's tables are there, `stop` ends it before the plugins go.
#pragma once

#include "audit/audit_store.hpp"
#include "backup/host_backups.hpp"
#include "boot/housekeeping.hpp"
#include "boot/installation.hpp"
#include "boot/neighbours.hpp"
#include "boot/operations.hpp"
#include "config/configuration.hpp"
#include "documents/pdf_printer.hpp"
#include "jobs/job_board.hpp"
#include "jobs/jobs.hpp"
#include "mail/post_office.hpp"
#include "outbox/outbox.hpp"
#include "outbox/outbox_board.hpp"
#include "plugins/facilities.hpp"
#include "realtime/stream_publisher.hpp"
#include "security/one_time_codes.hpp"
#include "security/passwords.hpp"
#include "security/vault.hpp"
#include "sessions/login_throttle.hpp"
#include "sessions/session_store.hpp"
#include "storage/storage.hpp"

#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace whatsflow::boot {

class Core;

class HostFacilities {
public:
    /// Error: one sentence, such as a key file that cannot be read. The core outlives it.
    static sdk::Result<std::unique_ptr<HostFacilities>> make(Core& core);
    ~HostFacilities();
    HostFacilities(const HostFacilities&) = delete;
    HostFacilities& operator=(const HostFacilities&) = delete;

    /// [control-thread] For one start of a plugin.
    plugins::Facilities for_plugin(const std::string& plugin, plugins::GuardedCall guard);
    /// Deliveries, jobs and timers run from now on. Only the server does this, not a command.
    sdk::Result<void> start();
    void stop();
    /// What a backup is of, and is restored into.
    backup::InstallationParts backup_parts() const;

    sessions::SessionStore& sessions() { return *sessions_; }
    Neighbours& neighbours() { return *neighbours_; }
    const realtime::StreamPublisher& event_streams() const { return *event_streams_; }
    HostOperations& operations() { return *operations_; }
    /// What the host itself seals. Null for a look, which leaves no key behind.
    std::shared_ptr<sdk::Vault> own_vault() const;

private:
    explicit HostFacilities(Core& core);
    sdk::Result<void> make_security();
    sdk::Result<void> offer_services();

    void open_event_streams();
    sdk::Result<void> open_mail();
    sdk::Result<void> open_storage();

    Core& core_;
    std::shared_ptr<const security::VaultKeys> vault_keys_;
    security::Argon2Passwords passwords_;
    std::unique_ptr<security::TotpCodes> one_time_codes_;
    std::unique_ptr<sessions::SessionStore> sessions_;
    std::unique_ptr<sessions::DatabaseThrottle> login_throttle_;
    std::unique_ptr<audit::AuditStore> audit_;
    std::unique_ptr<outbox::Outbox> outbox_;
    outbox::OutboxBoard outbox_board_;
    std::unique_ptr<jobs::Jobs> jobs_;
    jobs::JobBoard job_board_;
    std::unique_ptr<mail::PostOffice> mail_;
    std::unique_ptr<storage::Storage> storage_;
    std::unique_ptr<backup::HostBackups> backups_;
    documents::PdfPrinter documents_;
    std::unique_ptr<Neighbours> neighbours_;
    std::unique_ptr<realtime::StreamPublisher> event_streams_;
    std::unique_ptr<HostOperations> operations_;
    std::unique_ptr<Housekeeping> housekeeping_;
};

}  // namespace whatsflow::boot
