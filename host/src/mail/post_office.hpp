/// \file
/// Everything of mail, put together: what the host offers as services and runs beside.
///
///     auto office = PostOffice::make({.transport = …, .from = "WhatsFlow <no-reply@…>"}, parts);
///     services.provide("host", Mailer::kId, office->mailer(), {});
///     office->start();
#pragma once

#include "mail/host_mail_board.hpp"
#include "mail/host_mailer.hpp"
#include "mail/postman.hpp"
#include "mail/spool.hpp"
#include "mail/template_store.hpp"
#include "mail/transport.hpp"

#include <memory>
#include <string>
#include <thread>

namespace whatsflow::mail {

struct OfficeSettings {
    std::string smtp_url{};  ///< empty: mails stay in the mailbox
    std::string ca_file{};
    std::string from;
    Postman::Options postman{};
    std::chrono::hours keep_for{24 * 90};  ///< mails that do not wait any more
};

/// Outlive the office.
struct OfficeParts {
    sdk::Database& database;
    const views::ThemeRenderer& views;
    const sdk::Clock& clock;
    sdk::Logger& log;
};

class PostOffice {
public:
    /// Errors: `mail.bad_from`, `mail.bad_url`, `mail.bad_ca_file`.
    static sdk::Result<std::unique_ptr<PostOffice>> make(const OfficeSettings& settings, const OfficeParts& parts);
    ~PostOffice();

    HostMailer& mailer() { return mailer_; }
    HostMailBoard& board() { return board_; }

    /// Sending begins. Without it mails are stored and wait.
    void start();
    void stop();

private:
    PostOffice(const OfficeSettings& settings, const OfficeParts& parts, sdk::MailAddress sender,
               std::unique_ptr<Transport> transport);
    void tidy_up();

    const OfficeParts parts_;
    const std::chrono::hours keep_for_;
    const std::unique_ptr<Transport> transport_;  ///< null: mails stay in the mailbox
    Spool spool_;
    TemplateStore templates_;
    std::unique_ptr<Postman> postman_;
    HostMailer mailer_;
    HostMailBoard board_;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread tidier_;
};

}  // namespace whatsflow::mail
