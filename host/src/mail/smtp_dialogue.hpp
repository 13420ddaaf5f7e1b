/// \file
/// The lines of one SMTP connection: commands out, replies in, each step with a deadline.
#pragma once

#include "net/connection.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace whatsflow::mail {

struct SmtpReply {
    int code = 0;
    std::string text;  ///< the lines without their codes, joined by line feeds

    bool done() const { return code >= 200 && code < 300; }
    bool for_now() const { return code >= 400 && code < 500; }
    /// `450 mailbox busy`, in one line.
    std::string shown() const;
};

/// Asked to stop while waiting.
struct SmtpStopped {};

/// Not thread-safe. Methods throw net::TransportError, and SmtpStopped while waiting for a reply.
class SmtpDialogue {
public:
    /// No step goes on after `latest`, however many there are.
    SmtpDialogue(net::Connection connection, net::Deadline latest, std::function<bool()> stopping)
        : connection_(std::move(connection)), latest_(latest), stopping_(std::move(stopping)) {}

    SmtpReply read_reply(std::chrono::milliseconds within);
    SmtpReply command(std::string_view line, std::chrono::milliseconds within);
    /// A mail with its dots doubled and the line that ends it.
    void send_mail(std::string_view mail, std::chrono::milliseconds within);
    /// False when the peer has sent more than it was asked for: what it says before TLS must not
    /// count after it.
    bool nothing_unread() const { return buffer_.empty(); }
    void secure(const std::string& host, const Poco::Net::Context::Ptr& context, std::chrono::milliseconds within);

private:
    net::Deadline after(std::chrono::milliseconds within) const;
    std::string read_line(net::Deadline deadline);

    net::Connection connection_;
    const net::Deadline latest_;
    std::function<bool()> stopping_;
    std::string buffer_;
};

/// Each line that begins with a dot gets another one; then the line with the dot alone.
std::string with_dots_doubled(std::string_view mail);

}  // namespace whatsflow::mail
