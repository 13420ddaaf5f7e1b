#include "mail/mail_fixture.hpp"
#include "mail/mime.hpp"
#include "mail/smtp_transport.hpp"
#include "support/node_process.hpp"
#include "support/server_process.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace whatsflow::mail {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using whatsflow::testing::NodeProcess;

/// An authority, and a certificate for localhost that it signed.
class Authority {
public:
    Authority() {
        const std::string key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
        run("req -x509" + key + "-keyout ca.key -out ca.pem -subj '/CN=Test Authority' -days 2");
        run("req" + key + "-keyout server.key -out server.csr -subj /CN=localhost");
        run("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem"
            " -extfile <(printf 'subjectAltName=DNS:localhost')");
    }
    std::string file(const std::string& name) const { return (folder_.path() / name).string(); }

private:
    void run(const std::string& command) const {
        const auto line = "cd '" + folder_.path().string() + "' && bash -c \"openssl " + command + "\" 2>/dev/null";
        if (std::system(line.c_str()) != 0) throw std::runtime_error("openssl " + command);
    }
    whatsflow::testing::TemporaryFolder folder_;
};

class DeliveryTest : public testing::MailTest {
protected:
    static NodeProcess* start(const json& options) {
        return new NodeProcess("tests/integration/mail", "server.mjs", {options.dump()});
    }
    Attempt send(const std::string& url, StoredMail& mail, const std::string& ca_file = {}) {
        SmtpOptions options;
        options.server = *parse_smtp_url(url);
        options.extra_ca_file = ca_file;
        options.step = 2000ms;
        options.verdict = 5000ms;
        auto made = SmtpTransport::make(options);
        return (*made)->send(mail, [] { return false; });
    }
    StoredMail mail_to(const std::vector<std::string>& addresses) {
        StoredMail mail;
        mail.id = sdk::make_uuid();
        mail.category = "transactional";
        mail.sender = {"no-reply@whatsflow.example", "WhatsFlow"};
        for (const auto& address : addresses) mail.recipients.push_back({{address, ""}});
        mail.subject = "Grüße ආයුබෝවන් 👋";
        mail.text = "One line\n.\n.hidden dots\nend";
        mail.created_at = clock.now();
        return mail;
    }
    static std::string at(const NodeProcess& server) { return "127.0.0.1:" + std::to_string(server.port()); }
    json taken(NodeProcess& server) {
        const auto line = server.read_line(10s);
        return line ? json::parse(*line) : json();
    }
};

TEST_F(DeliveryTest, AMailArrivesAsItWasWritten) {
    const std::unique_ptr<NodeProcess> server(start(json::object()));
    auto mail = mail_to({"nimal@example.com", "hidden@example.com"});
    mail.recipients[1].kind = Recipient::Kind::bcc;

    const auto attempt = send("smtp://" + at(*server), mail);
    const auto arrived = taken(*server);

    EXPECT_EQ(attempt.outcome, Attempt::Outcome::answered) << attempt.error;
    EXPECT_EQ(mail.recipients[0].fate, Recipient::Fate::sent);
    EXPECT_EQ(arrived["to"], json({"nimal@example.com", "hidden@example.com"}));
    EXPECT_EQ(arrived["mail"], compose(mail) + "\r\n") << "with the dots as they were";
    EXPECT_THAT(arrived["mail"].get<std::string>(), Not(HasSubstr("hidden@example.com")));
}

TEST_F(DeliveryTest, StartTlsIsUsedAndOnlyAKnownAuthorityIsTrusted) {
    const Authority authority;
    const std::unique_ptr<NodeProcess> server(start({{"starttls", true},
                                                     {"key", authority.file("server.key")},
                                                     {"cert", authority.file("server.pem")},
                                                     {"user", "us er"},
                                                     {"password", "p@ss:word"}}));
    const auto url = "smtp://us%20er:p%40ss%3Aword@localhost:" + std::to_string(server->port());
    auto mail = mail_to({"nimal@example.com"});

    const auto stranger = send(url, mail);
    EXPECT_EQ(stranger.outcome, Attempt::Outcome::server_down);
    EXPECT_THAT(stranger.error, HasSubstr("did not prove who it is"));
    EXPECT_EQ(mail.recipients[0].fate, Recipient::Fate::waiting);

    const auto known = send(url, mail, authority.file("ca.pem"));
    EXPECT_EQ(known.outcome, Attempt::Outcome::answered) << known.error;
    const auto arrived = taken(*server);
    EXPECT_EQ(arrived["user"], "us er");
    EXPECT_EQ(arrived["secure"], true);
    EXPECT_EQ(mail.recipients[0].fate, Recipient::Fate::sent);
}

TEST_F(DeliveryTest, TlsFromTheFirstByteWithLogin) {
    const Authority authority;
    const std::unique_ptr<NodeProcess> server(start({{"secure", true},
                                                     {"key", authority.file("server.key")},
                                                     {"cert", authority.file("server.pem")},
                                                     {"user", "u"},
                                                     {"password", "p"},
                                                     {"methods", {"LOGIN"}}}));
    const auto place = "localhost:" + std::to_string(server->port());
    auto mail = mail_to({"nimal@example.com"});

    EXPECT_EQ(send("smtps://u:p@" + place, mail).outcome, Attempt::Outcome::server_down) << "self-signed";
    EXPECT_EQ(send("smtps://u:p@127.0.0.1:" + std::to_string(server->port()), mail, authority.file("ca.pem")).outcome,
              Attempt::Outcome::server_down)
        << "another name than the certificate's";
    const auto wrong = send("smtps://u:wrong@" + place, mail, authority.file("ca.pem"));
    EXPECT_THAT(wrong.error, HasSubstr("535"));
    EXPECT_THAT(wrong.error, Not(HasSubstr("wrong:")));
    EXPECT_EQ(mail.recipients[0].fate, Recipient::Fate::waiting);

    EXPECT_EQ(send("smtps://u:p@" + place, mail, authority.file("ca.pem")).outcome, Attempt::Outcome::answered);
    EXPECT_EQ(taken(*server)["user"], "u");
}

TEST_F(DeliveryTest, EachRecipientHasAFateOfTheirOwn) {
    const std::unique_ptr<NodeProcess> server(start(json::object()));
    auto mail = mail_to({"nimal@example.com", "never@example.com", "later@example.com"});

    const auto attempt = send("smtp://" + at(*server), mail);

    EXPECT_EQ(taken(*server)["to"], json({"nimal@example.com"}));
    EXPECT_EQ(mail.recipients[0].fate, Recipient::Fate::sent);
    EXPECT_EQ(mail.recipients[1].fate, Recipient::Fate::refused);
    EXPECT_EQ(mail.recipients[2].fate, Recipient::Fate::waiting);
    EXPECT_THAT(attempt.error, HasSubstr("never@example.com: 550 nobody here"));
    send("smtp://" + at(*server), mail);
    EXPECT_EQ(taken(*server)["to"], json({"later@example.com"}));
}

TEST_F(DeliveryTest, ASlowVerdictIsWaitedForAndAMissingOneIsUnknown) {
    const std::unique_ptr<NodeProcess> server(start(json::object()));
    auto slow = mail_to({"slow@example.com"});
    EXPECT_EQ(send("smtp://" + at(*server), slow).outcome, Attempt::Outcome::answered);
    EXPECT_EQ(slow.recipients[0].fate, Recipient::Fate::sent);
    taken(*server);

    auto silent = mail_to({"silent@example.com"});
    EXPECT_EQ(send("smtp://" + at(*server), silent).outcome, Attempt::Outcome::unknown);
    const auto first = taken(*server);
    EXPECT_EQ(send("smtp://" + at(*server), silent).outcome, Attempt::Outcome::answered);
    EXPECT_EQ(taken(*server)["mail"], first["mail"]) << "with the same Message-ID, byte by byte";
}

TEST_F(DeliveryTest, MailsWaitForAServerThatIsDownAndGoOutOnce) {
    const auto port = whatsflow::testing::free_port();
    SmtpOptions options;
    options.server = *parse_smtp_url("smtp://127.0.0.1:" + std::to_string(port));
    auto smtp = SmtpTransport::make(options);
    Postman::Options patience;
    patience.first_pause = 20ms;
    patience.longest_pause = 100ms;
    patience.look_every = 20ms;
    Postman first(spool, **smtp, clock, log, patience);
    Postman second(spool, **smtp, clock, log, patience);
    first.start();
    second.start();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(mailer->send({}, receipt("shop.receipt:" + std::to_string(i))));
    first.look();
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (log.lines().empty() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    EXPECT_EQ(board->mails({}, "queued", "", {})->rows.size(), 5U);

    const std::unique_ptr<NodeProcess> server(start({{"port", port}}));
    std::set<std::string> ids;
    for (int i = 0; i < 5; ++i) {
        const auto mail = taken(*server).value("mail", "");
        const auto begin = mail.find("Message-ID: ");
        ids.insert(mail.substr(begin, mail.find('\r', begin) - begin));
    }

    EXPECT_EQ(ids.size(), 5U);
    EXPECT_FALSE(server->read_line(1000ms)) << "none twice";
    first.stop();
    second.stop();
    EXPECT_EQ(board->mails({}, "sent", "", {})->rows.size(), 5U);
}

}  // namespace
}  // namespace whatsflow::mail
