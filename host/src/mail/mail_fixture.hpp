/// \file
/// Only for tests: a database in memory, a theme with one mail, and a transport that does what
/// the test says.
#pragma once

#include "mail/post_office.hpp"
#include "views/temporary_theme.hpp"

#include <whatsflow/sdk/testing/fake_clock.hpp>
#include <whatsflow/sdk/testing/recording_logger.hpp>

#include <gtest/gtest.h>
#include <test_database.hpp>

#include <deque>
#include <memory>
#include <string>

namespace whatsflow::mail::testing {

/// Answers each attempt with the next of `plan`, then takes everything.
class PlannedTransport final : public Transport {
public:
    using Step = std::function<Attempt(StoredMail&)>;

    Attempt send(StoredMail& mail, const std::function<bool()>&) override {
        attempts.push_back(mail);
        if (plan.empty()) return take(mail);
        auto step = plan.front();
        plan.pop_front();
        return step(mail);
    }

    static Attempt take(StoredMail& mail) {
        for (auto& recipient : mail.recipients)
            if (recipient.fate == Recipient::Fate::waiting) recipient.fate = Recipient::Fate::sent;
        return {};
    }
    static Attempt refuse(StoredMail& mail) {
        for (auto& recipient : mail.recipients) recipient.fate = Recipient::Fate::refused;
        return {Attempt::Outcome::answered, "550 nobody here"};
    }
    static Attempt not_now(StoredMail&) { return {Attempt::Outcome::answered, "450 busy"}; }
    static Attempt is_down(StoredMail&) { return {Attempt::Outcome::server_down, "connection refused"}; }
    static Attempt no_verdict(StoredMail&) { return {Attempt::Outcome::unknown, "no answer"}; }

    std::deque<Step> plan;
    std::deque<StoredMail> attempts;
};

class MailTest : public ::testing::Test {
protected:
    static constexpr std::chrono::seconds kLease{900};

    MailTest() {
        theme.plugin("shop")
            .write("theme/layouts/mail.mustache",
                   "<html><body style=\"margin:0\">{{{content_html}}}"
                   "{{#unsubscribe_url}}<a href=\"{{unsubscribe_url}}\">off</a>"
                   "{{/unsubscribe_url}}</body></html>")
            .write("theme/layouts/mail_text.mustache", "{{! format: text }}\n{{content}}\n-- \nShop\n")
            .write("theme/partials/mail/button.mustache", "<a href=\"{{action_url}}\" style=\"color:#fff\">Go</a>")
            .write("shop/locales/en.json", R"({"shop":{"mail":{"receipt":"Receipt"},"thanks":"Thanks & welcome"}})")
            .write("shop/templates/mail/receipt.subject.mustache", "Receipt {{number}} for {{name}}")
            .write("shop/templates/mail/receipt.text.mustache", "{{#t}}shop.thanks{{/t}}, {{name}}: {{number}}\n")
            .write("shop/templates/mail/receipt.html.mustache",
                   "<p style=\"margin:0\">{{#t}}shop.thanks{{/t}}, {{name}}</p>{{> mail/button}}")
            .write("shop/templates/mail/receipt.sample.json",
                   R"({"name":"Nimal","number":"R-1","action_url":"https://example.com/r"})");
        auto opened = views::ThemeRenderer::open(theme.sources(), {.strict = true});
        if (!opened) throw std::runtime_error(opened.error().message);
        views = std::move(*opened);
        templates = std::make_unique<TemplateStore>(*database, *views, clock);
        mailer = make_mailer(Spool::First::queued);
        board = std::make_unique<HostMailBoard>(*database, spool, *templates, clock, Spool::First::queued, nullptr);
    }

    std::unique_ptr<HostMailer> make_mailer(Spool::First first) {
        return std::make_unique<HostMailer>(
            spool, *templates, clock, HostMailer::Options{first, {"no-reply@whatsflow.example", "WhatsFlow"}, {}});
    }
    Postman make_postman() { return {spool, transport, clock, log, {}}; }

    static sdk::MailMessage receipt(const std::string& key = "shop.receipt:1") {
        sdk::MailMessage message;
        message.idempotency_key = key;
        message.to = {{"nimal@example.com", "Nimal"}};
        message.content =
            sdk::View{"shop/mail/receipt",
                      {{"name", "Nimal & co"}, {"number", "R-7"}, {"action_url", "https://example.com/?a=1&b=2"}}};
        return message;
    }

    /// The only mail there is, as staff see it.
    nlohmann::json only_mail() {
        auto page = board->mails({}, "", "", {});
        if (!page || page->rows.size() != 1) return {};
        return page->rows[0];
    }

    std::shared_ptr<sdk::Database> database = whatsflow::testing::open_test_database({});
    sdk::testing::FakeClock clock;
    sdk::testing::RecordingLogger log;
    views::TemporaryTheme theme;
    std::unique_ptr<views::ThemeRenderer> views;
    Spool spool{*database, clock, kLease};
    std::unique_ptr<TemplateStore> templates;
    std::unique_ptr<HostMailer> mailer;
    std::unique_ptr<HostMailBoard> board;
    PlannedTransport transport;
};

}  // namespace whatsflow::mail::testing
