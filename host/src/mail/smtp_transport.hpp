/// \file
/// Mail through an SMTP server (RFC 5321): TLS from the first byte or by STARTTLS when it is
/// offered, certificates always verified, AUTH PLAIN or LOGIN, a deadline for every step.
///
/// A user's password is sent over TLS only, except to this machine itself.
#pragma once

#include "mail/smtp_url.hpp"
#include "mail/transport.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace whatsflow::mail {

struct SmtpOptions {
    SmtpServer server;
    std::string extra_ca_file{};  ///< PEM of authorities trusted beside the system's
    std::chrono::milliseconds connect{15'000};
    std::chrono::milliseconds step{60'000};  ///< for each command and its reply
    /// For the answer after the whole mail: servers check it for spam meanwhile, and giving up
    /// too early means sending it twice.
    std::chrono::milliseconds verdict{120'000};
    std::chrono::milliseconds whole{600'000};  ///< for everything together; shorter than the spool's lease
};

class SmtpTransport final : public Transport {
public:
    /// Error: a file of authorities that cannot be read.
    static sdk::Result<std::unique_ptr<SmtpTransport>> make(SmtpOptions options);
    ~SmtpTransport() override;

    Attempt send(StoredMail& mail, const std::function<bool()>& stopping) override;

private:
    struct Trust;
    SmtpTransport(SmtpOptions options, std::unique_ptr<Trust> trust);

    const SmtpOptions options_;
    const std::unique_ptr<Trust> trust_;
};

}  // namespace whatsflow::mail
