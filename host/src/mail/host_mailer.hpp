/// \file
/// The service `whatsflow.mailer/1`: checks, renders and stores a mail. Sending is the postman's.
#pragma once

#include "mail/spool.hpp"
#include "mail/template_store.hpp"

#include <whatsflow/sdk/mailer.hpp>

#include <functional>

namespace whatsflow::mail {

class HostMailer final : public sdk::Mailer {
public:
    struct Options {
        Spool::First first = Spool::First::kept;
        sdk::MailAddress sender;
        /// Called after a mail was stored that waits to be sent.
        std::function<void()> stored{};
    };

    HostMailer(Spool& spool, TemplateStore& templates, const sdk::Clock& clock, Options options)
        : spool_(spool), templates_(templates), clock_(clock), options_(std::move(options)) {}

    sdk::Result<sdk::MailReceipt> send(const sdk::CallContext& context, const sdk::MailMessage& message) override;

private:
    sdk::Result<void> fill_texts(const sdk::CallContext& context, const sdk::MailMessage& message, StoredMail& mail);

    Spool& spool_;
    TemplateStore& templates_;
    const sdk::Clock& clock_;
    const Options options_;
};

/// What is wrong with a message, before anything is rendered: `mail.invalid` with fields.
sdk::Result<void> check_message(const sdk::MailMessage& message);

}  // namespace whatsflow::mail
