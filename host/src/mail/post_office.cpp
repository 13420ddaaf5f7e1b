#include "mail/post_office.hpp"

#include "mail/address.hpp"
#include "mail/smtp_transport.hpp"

namespace whatsflow::mail {
namespace {

/// Longer than an attempt may take: its steps' deadlines together.
constexpr std::chrono::seconds kLease{15 * 60};
constexpr std::chrono::hours kTidyEvery{1};

}  // namespace

sdk::Result<std::unique_ptr<PostOffice>> PostOffice::make(const OfficeSettings& settings, const OfficeParts& parts) {
    auto sender = parse_mailbox(settings.from);
    if (!sender)
        return sdk::fail("mail.bad_from", "mail.from must be an address such as \"WhatsFlow <no-reply@example.com>\".");
    std::unique_ptr<Transport> transport;
    if (!settings.smtp_url.empty()) {
        auto server = parse_smtp_url(settings.smtp_url);
        if (!server) return server.error();
        SmtpOptions options;
        options.server = std::move(*server);
        options.extra_ca_file = settings.ca_file;
        auto smtp = SmtpTransport::make(std::move(options));
        if (!smtp) return smtp.error();
        transport = std::move(*smtp);
    }
    return std::unique_ptr<PostOffice>(new PostOffice(settings, parts, std::move(*sender), std::move(transport)));
}

PostOffice::PostOffice(const OfficeSettings& settings, const OfficeParts& parts, sdk::MailAddress sender,
                       std::unique_ptr<Transport> transport)
    : parts_(parts),
      keep_for_(settings.keep_for),
      transport_(std::move(transport)),
      spool_(parts.database, parts.clock, kLease),
      templates_(parts.database, parts.views, parts.clock),
      postman_(transport_ ? std::make_unique<Postman>(spool_, *transport_, parts.clock, parts.log, settings.postman)
                          : nullptr),
      mailer_(spool_, templates_, parts.clock,
              {transport_ ? Spool::First::queued : Spool::First::kept, std::move(sender),
               [this] {
                   if (postman_) postman_->look();
               }}),
      board_(parts.database, spool_, templates_, parts.clock, transport_ ? Spool::First::queued : Spool::First::kept,
             [this] {
                 if (postman_) postman_->look();
             }) {}

PostOffice::~PostOffice() {
    stop();
}

void PostOffice::start() {
    if (postman_) postman_->start();
    stopping_ = false;
    tidier_ = std::thread([this] { tidy_up(); });
}

void PostOffice::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (tidier_.joinable()) tidier_.join();
    if (postman_) postman_->stop();
}

void PostOffice::tidy_up() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kTidyEvery, [this] { return stopping_; })) {
        lock.unlock();
        sdk::CallContext context;
        context.request_id = "mail-tidy";
        auto gone = spool_.forget(context, parts_.clock.now() - keep_for_, 500);
        if (!gone) parts_.log.warn("old mails cannot be removed", {{"error", gone.error().message}});
        lock.lock();
    }
}

}  // namespace whatsflow::mail
