#include "mail/smtp_transport.hpp"

#include "mail/address.hpp"
#include "mail/base64.hpp"
#include "mail/mime.hpp"
#include "mail/smtp_dialogue.hpp"
#include "net/tls_context.hpp"
#include "net/transport_error.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

namespace whatsflow::mail {
namespace {

using net::TransportError;

/// The server does not let anybody send; the mail has nothing to do with it.
struct ServerRefuses {
    std::string why;
};

using Abilities = std::set<std::string>;

std::string in_capitals(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

/// `AUTH PLAIN LOGIN` becomes AUTH, AUTH PLAIN and AUTH LOGIN.
Abilities abilities_of(const SmtpReply& reply) {
    Abilities abilities;
    std::istringstream lines(reply.text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(in_capitals(line));
        std::string first;
        words >> first;
        abilities.insert(first);
        for (std::string word; words >> word;) abilities.insert(first + " " + word);
    }
    return abilities;
}

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// One connection, from the greeting to the server's verdict.
class Delivery {
public:
    Delivery(const SmtpOptions& options, const net::Dialling& dialling, StoredMail& mail,
             const std::function<bool()>& stopping)
        : options_(options),
          mail_(mail),
          smtp_(connect(options, dialling), std::chrono::steady_clock::now() + options.whole,
                [this, stopping] { return !waits_for_verdict_ && stopping(); }),
          context_(dialling.context->get()),
          is_secure_(options.server.tls_first) {}

    Attempt run() {
        greet();
        auto from = smtp_.command("MAIL FROM:<" + mail_.sender.address + ">", options_.step);
        if (from.code == 421) throw ServerRefuses{from.shown()};
        if (!from.done()) return refused_for_all(from);
        const auto notes = name_recipients();
        if (named_.empty()) return leave({Attempt::Outcome::answered, notes});
        auto attempt = hand_over();
        if (!notes.empty()) attempt.error = attempt.error.empty() ? notes : attempt.error + "; " + notes;
        return leave(std::move(attempt));
    }

    /// The whole mail is out: from here on it may have been taken.
    bool waits_for_verdict() const { return waits_for_verdict_; }

private:
    static net::Connection connect(const SmtpOptions& options, const net::Dialling& dialling) {
        const auto deadline = std::chrono::steady_clock::now() + options.connect;
        const net::Url url{options.server.tls_first, options.server.host, options.server.port, "/"};
        return url.secure ? net::Connection::open(url, dialling, nullptr, deadline)
                          : net::Connection::open_plain(url, dialling, deadline);
    }

    void greet() {
        const auto greeting = smtp_.read_reply(options_.step);
        if (!greeting.done()) throw ServerRefuses{"the server greets with " + greeting.shown()};
        auto abilities = say_hello();
        if (!is_secure_ && abilities.contains("STARTTLS")) {
            start_tls();
            abilities = say_hello();
        }
        if (!options_.server.user.empty()) log_in(abilities);
    }

    Abilities say_hello() {
        const auto reply = smtp_.command("EHLO " + std::string(domain_of(mail_.sender.address)), options_.step);
        if (!reply.done()) throw ServerRefuses{"the server answers EHLO with " + reply.shown()};
        return abilities_of(reply);
    }

    void start_tls() {
        const auto reply = smtp_.command("STARTTLS", options_.step);
        if (!reply.done()) throw ServerRefuses{"the server offers STARTTLS and answers " + reply.shown()};
        if (!smtp_.nothing_unread()) throw ServerRefuses{"the server sends more than its answer before TLS"};
        smtp_.secure(options_.server.host, context_, options_.connect);
        is_secure_ = true;
    }

    void log_in(const Abilities& abilities) {
        const auto& server = options_.server;
        if (!is_secure_ && !is_this_machine(server.host))
            throw ServerRefuses{"the server offers no TLS, and the password is not sent without; use smtps://"};
        SmtpReply reply;
        if (abilities.contains("AUTH PLAIN")) {
            std::string secret{'\0'};
            secret += server.user;
            secret += '\0';
            secret += server.password;
            reply = smtp_.command("AUTH PLAIN " + base64(secret), options_.step);
        } else if (abilities.contains("AUTH LOGIN")) {
            reply = smtp_.command("AUTH LOGIN", options_.step);
            if (reply.code == 334) reply = smtp_.command(base64(server.user), options_.step);
            if (reply.code == 334) reply = smtp_.command(base64(server.password), options_.step);
        } else {
            throw ServerRefuses{"the server offers neither AUTH PLAIN nor AUTH LOGIN"};
        }
        if (!reply.done()) throw ServerRefuses{"the server refuses the user of mail.smtp_url: " + reply.shown()};
    }

    Attempt refused_for_all(const SmtpReply& reply) {
        if (!reply.for_now()) {
            for (auto& recipient : mail_.recipients)
                if (recipient.fate == Recipient::Fate::waiting) recipient.fate = Recipient::Fate::refused;
        }
        return leave({Attempt::Outcome::answered, reply.shown()});
    }

    /// What the server says against some of them; those it takes are in `named_`.
    std::string name_recipients() {
        std::string notes;
        for (auto& recipient : mail_.recipients) {
            if (recipient.fate != Recipient::Fate::waiting) continue;
            const auto reply = smtp_.command("RCPT TO:<" + recipient.address.address + ">", options_.step);
            if (reply.code == 421) throw ServerRefuses{reply.shown()};
            if (reply.done()) {
                named_.push_back(&recipient);
                continue;
            }
            if (!reply.for_now()) recipient.fate = Recipient::Fate::refused;
            notes += (notes.empty() ? "" : "; ") + recipient.address.address + ": " + reply.shown();
        }
        return notes;
    }

    Attempt hand_over() {
        const auto go = smtp_.command("DATA", options_.step);
        if (go.code == 421) throw ServerRefuses{go.shown()};
        if (go.code != 354) return judge(go);
        smtp_.send_mail(compose(mail_), options_.verdict);
        waits_for_verdict_ = true;
        const auto verdict = smtp_.read_reply(options_.verdict);
        waits_for_verdict_ = false;
        return judge(verdict);
    }

    Attempt judge(const SmtpReply& reply) {
        if (!reply.for_now()) {
            for (auto* recipient : named_)
                recipient->fate = reply.done() ? Recipient::Fate::sent : Recipient::Fate::refused;
        }
        return {Attempt::Outcome::answered, reply.done() ? "" : reply.shown()};
    }

    /// The verdict counts, however the farewell goes.
    Attempt leave(Attempt attempt) {
        try {
            smtp_.command("QUIT", std::chrono::seconds(2));
        } catch (const TransportError&) {
        } catch (const SmtpStopped&) {
        }
        return attempt;
    }

    const SmtpOptions& options_;
    StoredMail& mail_;
    bool waits_for_verdict_ = false;
    SmtpDialogue smtp_;
    Poco::Net::Context::Ptr context_;
    bool is_secure_;
    std::vector<Recipient*> named_;
};

}  // namespace

struct SmtpTransport::Trust {
    explicit Trust(const SmtpOptions& options)
        : dialling{{}, std::make_shared<net::ClientContext>(options.extra_ca_file), resolver, options.connect} {}

    net::Resolver resolver{{}};
    net::Dialling dialling;
};

SmtpTransport::SmtpTransport(SmtpOptions options, std::unique_ptr<Trust> trust)
    : options_(std::move(options)), trust_(std::move(trust)) {}
SmtpTransport::~SmtpTransport() = default;

sdk::Result<std::unique_ptr<SmtpTransport>> SmtpTransport::make(SmtpOptions options) {
    try {
        auto trust = std::make_unique<Trust>(options);
        return std::unique_ptr<SmtpTransport>(new SmtpTransport(std::move(options), std::move(trust)));
    } catch (const TransportError& problem) {
        return sdk::fail("mail.bad_ca_file", std::string("mail.ca_file cannot be used: ") + problem.what() + ".");
    }
}

Attempt SmtpTransport::send(StoredMail& mail, const std::function<bool()>& stopping) {
    std::unique_ptr<Delivery> delivery;
    try {
        delivery = std::make_unique<Delivery>(options_, trust_->dialling, mail, stopping);
        return delivery->run();
    } catch (const TransportError& problem) {
        if (delivery && delivery->waits_for_verdict())
            return {Attempt::Outcome::unknown,
                    std::string("the whole mail was sent and not confirmed: ") + problem.what()};
        return {Attempt::Outcome::server_down, problem.what()};
    } catch (const ServerRefuses& refusal) {
        return {Attempt::Outcome::server_down, refusal.why};
    } catch (const SmtpStopped&) {
        return {Attempt::Outcome::stopped, ""};
    }
}

}  // namespace whatsflow::mail
