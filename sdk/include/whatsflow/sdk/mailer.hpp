/// \file
/// Sending mail without knowing how.
///
///     MailMessage mail;
///     mail.idempotency_key = "billing.receipt:" + invoice.text();
///     mail.to = {{"nimal@example.com", "Nimal"}};
///     mail.content = View{"billing/mail/receipt", {{"number", number}}};
///     auto queued = find_service<Mailer>(host).call(&Mailer::send, context, mail);
///
/// `send` means "take charge of": the message is stored before it returns, and delivered
/// with retries afterwards. The same idempotency key is delivered once.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/service.hpp>

#include <string>
#include <variant>
#include <vector>

namespace whatsflow::sdk {

struct MailAddress {
    std::string address;  ///< `nimal@example.com`
    std::string name{};   ///< any text; encoded by the mailer
};

/// Handed over by value: at most 10 MB together.
struct MailAttachment {
    std::string filename;      ///< shown to the reader; no path
    std::string content_type;  ///< `application/pdf`
    std::string content;       ///< raw bytes
};

/// A message written by the caller. With `html` there must be `text` too.
struct MailText {
    std::string subject;
    std::string text;
    std::string html{};
};

struct MailMessage {
    std::string idempotency_key;  ///< required; `<plugin>.<kind>:<what>`, at most 200 bytes
    std::vector<MailAddress> to;  ///< at least one
    std::vector<MailAddress> cc{};
    std::vector<MailAddress> bcc{};
    MailAddress reply_to{};  ///< empty address: the platform's own
    /// A mail template, which sets the subject and both parts and can be overridden by the
    /// theme, or finished text.
    std::variant<View, MailText> content{};
    std::string locale = "en";
    std::vector<MailAttachment> attachments{};
    /// `transactional` is always sent; any other category can be switched off by the reader
    /// and carries an unsubscribe link.
    std::string category = "transactional";
};

struct MailReceipt {
    std::string id;          ///< of the stored message; shown in the admin panel
    bool duplicate = false;  ///< this key was taken before; nothing new will be sent
};

/// [thread-safe]
class Mailer : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.mailer", 1};

    /// [pool-thread or job-thread] Returns when the message is stored, not when it is
    /// delivered. Errors: `mail.invalid` with fields (address, missing part, line break in a
    /// header, too large), `mail.no_template`, `database.unavailable`.
    virtual Result<MailReceipt> send(const CallContext& context, const MailMessage& message) = 0;

protected:
    ~Mailer() override;
};

}  // namespace whatsflow::sdk
