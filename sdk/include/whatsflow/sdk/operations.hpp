/// \file
/// What the staff's panel may see and do of the running host. Each list is rows as JSON, as
/// the command line prints them; each change is one the host could refuse.
///
/// Only plugins bundled with the host are handed these services.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

/// Which part of a long list: `limit` rows after the row that `after` names.
struct ListWindow {
    std::string after{};  ///< the `cursor` of the last row seen
    int limit = 50;       ///< 1 to 500
};

/// Rows and, when there are more, the cursor to go on from.
struct ListPage {
    nlohmann::json rows = nlohmann::json::array();
    std::string next{};
};

/// Plugins, routes, events, logs, configuration. [pool-thread]
class Operations : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.operations", 1};

    /// {id, name, version, state, provides, needs, reason, directory, status, faults, schema, settings}:
    /// `schema` is its JSON Schema or null, `settings` its values with secrets masked.
    virtual Result<nlohmann::json> plugins() = 0;
    /// Both keep the change in the data folder, so that it survives a restart.
    virtual Result<void> enable_plugin(const std::string& id) = 0;
    virtual Result<void> disable_plugin(const std::string& id) = 0;
    /// Checks against the schema (error with fields), keeps, takes over. A secret that is
    /// missing in `settings` stays as it is.
    virtual Result<void> configure_plugin(const std::string& id, const nlohmann::json& settings) = 0;

    virtual Result<nlohmann::json> routes() = 0;
    virtual Result<nlohmann::json> events() = 0;
    /// Newest first, from memory: {at, level, source, message, fields, request_id}.
    virtual Result<nlohmann::json> log_lines(const std::string& least_level, const std::string& contains,
                                             int limit) = 0;
    /// The effective configuration, secrets masked: {key: value}.
    virtual Result<nlohmann::json> configuration() = 0;
    /// {version, started_at, database, dialect, nodes, resident_bytes, …}
    virtual Result<nlohmann::json> health() = 0;

protected:
    ~Operations() override;
};

/// Jobs and schedules. [pool-thread]
class JobBoard : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.job_board", 1};

    /// `state` is `queued`, `running`, `failed`, `done` or empty. Rows {id, kind, state, tenant,
    /// attempts, most_attempts, run_at, started_at, finished_at, error, payload, cursor}.
    virtual Result<ListPage> jobs(const CallContext& context, const std::string& state, const std::string& kind,
                                  const ListWindow& window) = 0;
    virtual Result<nlohmann::json> counts(const CallContext& context) = 0;  ///< {queued, running, failed, done}
    virtual Result<void> retry(const CallContext& context, const std::string& id) = 0;
    virtual Result<void> cancel(const CallContext& context, const std::string& id) = 0;
    /// {name, kind, every_ms, next_at, last_at, paused}
    virtual Result<nlohmann::json> schedules(const CallContext& context) = 0;
    virtual Result<void> pause_schedule(const CallContext& context, const std::string& name, bool paused) = 0;
    virtual Result<void> run_schedule_now(const CallContext& context, const std::string& name) = 0;

protected:
    ~JobBoard() override;
};

/// The durable events and those that could not be delivered. [pool-thread]
class OutboxBoard : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.outbox_board", 1};

    /// {id, type, tenant, publisher, recorded_at, body, cursor}, newest first.
    virtual Result<ListPage> recorded(const CallContext& context, const std::string& type,
                                      const ListWindow& window) = 0;
    /// {subscriber, event, position, behind, retrying, parked}
    virtual Result<nlohmann::json> subscribers(const CallContext& context) = 0;
    /// {id, subscriber, type, event_id, tenant, attempts, error, parked_at, body, cursor}
    virtual Result<ListPage> dead_letters(const CallContext& context, const std::string& subscriber,
                                          const ListWindow& window) = 0;
    virtual Result<void> replay(const CallContext& context, const std::string& dead_letter) = 0;
    virtual Result<void> discard(const CallContext& context, const std::string& dead_letter) = 0;

protected:
    ~OutboxBoard() override;
};

/// What the audit log holds. [pool-thread]
class AuditTrail : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.audit_trail", 1};

    struct Filter {
        std::string actor{};    ///< id
        std::string action{};   ///< or its beginning: `tenant.`
        std::string subject{};  ///< id
        TenantId tenant{};
        std::optional<Instant> from{};
        std::optional<Instant> until{};
    };
    /// {id, at, action, actor_kind, actor_id, actor_label, impersonator, address, subject_kind,
    /// subject_id, subject_label, tenant, before, after, reason, request_id, cursor}, newest first.
    virtual Result<ListPage> entries(const CallContext& context, const Filter& filter, const ListWindow& window) = 0;

protected:
    ~AuditTrail() override;
};

/// Mail that was sent, waits or failed, and the texts of its templates. [pool-thread]
class MailBoard : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.mail_board", 1};

    /// {id, to, subject, state, category, template, attempts, error, created_at, sent_at, cursor}
    virtual Result<ListPage> mails(const CallContext& context, const std::string& state, const std::string& contains,
                                   const ListWindow& window) = 0;
    /// The same and {text, html, from, attachments: [{filename, content_type, bytes}]}.
    virtual Result<std::optional<nlohmann::json>> mail(const CallContext& context, const std::string& id) = 0;
    virtual Result<void> send_again(const CallContext& context, const std::string& id) = 0;

    /// {name, plugin, title, subject, text, html, sample, version, changed: bool}: what is in
    /// force; `sample` is a model that the preview uses.
    virtual Result<nlohmann::json> templates(const CallContext& context, const std::string& locale) = 0;
    /// Error `mail.bad_template` with fields when it does not compile; `mail.changed` when
    /// `version` is not the one in force any more.
    virtual Result<void> change_template(const CallContext& context, const std::string& name,
                                         const std::string& locale, const MailText& text, std::int64_t version) = 0;
    virtual Result<void> restore_template(const CallContext& context, const std::string& name,
                                          const std::string& locale) = 0;
    /// As a reader would see it, with the sample or with `model`; `draft` instead of what is
    /// in force when given.
    virtual Result<MailText> preview(const CallContext& context, const std::string& name, const std::string& locale,
                                     const std::optional<MailText>& draft) = 0;

protected:
    ~MailBoard() override;
};

/// Consistent copies of database, files and key ids. [pool- or job-thread]
class Backups : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.backups", 1};

    /// {name, bytes, made_at, verified_at, ok, reason}, newest first.
    virtual Result<nlohmann::json> list(const CallContext& context) = 0;
    virtual Result<std::string> make(const CallContext& context) = 0;  ///< its name
    virtual Result<nlohmann::json> verify(const CallContext& context, const std::string& name) = 0;
    virtual Result<std::string> file_of(const std::string& name) = 0;  ///< absolute path

protected:
    ~Backups() override;
};

}  // namespace whatsflow::sdk
