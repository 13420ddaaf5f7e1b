/// \file
/// For tests: the plugin started on a host in memory, with a real database and small stand-ins
/// for the host's services of sign-in.
#pragma once

#include "accounts_plugin.hpp"

#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <regex>

namespace whatsflow::accounts {

inline constexpr const char* kPluginFolder = WF_SOURCE_DIR "/plugins/accounts";

/// Hides nothing and is fast: `hash(x)` is `plain:x`.
class PlainPasswords final : public sdk::Passwords {
public:
    sdk::Result<std::string> hash(const sdk::Secret& password) override { return "plain:" + password.reveal(); }
    sdk::Result<bool> verify(const std::string& hash, const sdk::Secret& password) override {
        ++verified;
        return !hash.empty() && hash == "plain:" + password.reveal();
    }
    sdk::Result<bool> outdated(const std::string&) override { return false; }
    sdk::Result<std::optional<std::string>> weakness(const sdk::Secret& password,
                                                     const std::vector<std::string>&) override {
        return password.reveal().size() < 10 ? std::optional<std::string>("too_short") : std::nullopt;
    }
    int verified = 0;
};

/// The right code is `1` and the last five digits of the time step.
class StepCodes final : public sdk::OneTimeCodes {
public:
    sdk::Result<sdk::Secret> make_secret() override {
        auto text = std::to_string(1'000'000 + ++made_);
        return sdk::Secret{std::string(32 - text.size(), 'A') + text};
    }
    sdk::Result<std::string> provisioning_uri(const sdk::Secret& secret, const std::string& issuer,
                                              const std::string& account) override {
        return "otpauth://totp/" + issuer + ":" + account + "?secret=" + secret.reveal();
    }
    sdk::Result<std::string> qr_code_svg(const std::string&) override { return std::string("<svg></svg>"); }
    sdk::Result<std::optional<std::int64_t>> verify(const sdk::Secret&, std::string_view code, sdk::Instant now,
                                                    std::int64_t last_step) override {
        const auto step = step_at(now);
        if (step <= last_step || code != code_at(now)) return std::optional<std::int64_t>{};
        return std::optional{step};
    }
    sdk::Result<std::vector<std::string>> make_recovery_codes() override {
        std::vector<std::string> codes;
        for (int i = 0; i < 10; ++i) codes.push_back("abcd-000" + std::to_string(i));
        return codes;
    }
    sdk::Result<std::string> digest(std::string_view code) override { return "digest:" + std::string(code); }

    static std::int64_t step_at(sdk::Instant now) { return sdk::to_micros(now) / 30'000'000; }
    static std::string code_at(sdk::Instant now) { return std::to_string(100'000 + step_at(now) % 100'000); }

private:
    int made_ = 0;
};

class CountingThrottle final : public sdk::LoginThrottle {
public:
    sdk::Result<std::optional<std::int64_t>> wait(const sdk::CallContext&, std::string_view, std::string_view account,
                                                  std::string_view) override {
        return failures[std::string(account)] >= 5 ? std::optional<std::int64_t>(60) : std::nullopt;
    }
    sdk::Result<void> failed(const sdk::CallContext&, std::string_view, std::string_view account,
                             std::string_view) override {
        ++failures[std::string(account)];
        return sdk::ok();
    }
    sdk::Result<void> succeeded(const sdk::CallContext&, std::string_view, std::string_view account) override {
        failures.erase(std::string(account));
        return sdk::ok();
    }
    std::map<std::string, int> failures;
};

class SessionsInMemory final : public sdk::Sessions {
public:
    sdk::Result<sdk::StartedSession> start(const sdk::CallContext&, const sdk::SessionRequest& request) override {
        sdk::Session session;
        session.id = sdk::make_uuid();
        session.site = request.site;
        session.subject = request.subject;
        session.tenant = request.tenant;
        session.remember = request.remember;
        session.address = request.address;
        session.facts = request.facts;
        const auto token = new_token();
        kept_[token] = session;
        return sdk::StartedSession{session, sdk::Secret{token}};
    }
    sdk::Result<std::optional<sdk::Session>> find(const sdk::CallContext&, sdk::Site site,
                                                  const std::string& token) override {
        const auto found = kept_.find(token);
        if (found == kept_.end() || found->second.site != site) return std::optional<sdk::Session>{};
        return std::optional{found->second};
    }
    sdk::Result<sdk::StartedSession> rotate(const sdk::CallContext&, const std::string& id) override {
        for (auto& [token, session] : kept_) {
            if (session.id != id) continue;
            const auto same = session;
            kept_.erase(token);
            const auto renewed = new_token();
            kept_[renewed] = same;
            return sdk::StartedSession{same, sdk::Secret{renewed}};
        }
        return sdk::fail("sessions.gone", "There is no such session.");
    }
    sdk::Result<void> change(const sdk::CallContext&, const std::string& id, sdk::TenantId tenant,
                             const nlohmann::json& facts) override {
        for (auto& [token, session] : kept_) {
            if (session.id != id) continue;
            session.tenant = tenant;
            session.facts = facts;
        }
        return sdk::ok();
    }
    sdk::Result<std::vector<sdk::Session>> list(const sdk::CallContext&, sdk::Site site,
                                                const std::string& subject) override {
        std::vector<sdk::Session> found;
        for (const auto& [token, session] : kept_)
            if (session.site == site && session.subject == subject) found.push_back(session);
        return found;
    }
    sdk::Result<void> revoke(const sdk::CallContext&, const std::string& id) override {
        std::erase_if(kept_, [&](const auto& each) { return each.second.id == id; });
        return sdk::ok();
    }
    sdk::Result<int> revoke_all(const sdk::CallContext&, sdk::Site site, const std::string& subject,
                                const std::string& kept) override {
        return static_cast<int>(std::erase_if(kept_, [&](const auto& each) {
            return each.second.site == site && each.second.subject == subject && each.second.id != kept;
        }));
    }
    std::size_t count() const { return kept_.size(); }

private:
    std::string new_token() {
        auto text = std::to_string(++made_);
        return std::string(43 - text.size(), 't') + text;
    }
    std::map<std::string, sdk::Session> kept_;
    int made_ = 0;
};

class MailsInMemory final : public sdk::Mailer {
public:
    sdk::Result<sdk::MailReceipt> send(const sdk::CallContext&, const sdk::MailMessage& message) override {
        for (const auto& each : sent)
            if (each.idempotency_key == message.idempotency_key) return sdk::MailReceipt{"m", true};
        sent.push_back(message);
        return sdk::MailReceipt{"m" + std::to_string(sent.size()), false};
    }
    std::vector<sdk::MailMessage> sent;
};

class NoticesInMemory final : public sdk::Notifier {
public:
    sdk::Result<void> notify_roles(const sdk::CallContext&, const sdk::TenantId&, const std::vector<std::string>&,
                                   const sdk::Notification&) override {
        return sdk::ok();
    }
    sdk::Result<void> notify_person(const sdk::CallContext&, const sdk::TenantId&, const std::string& subject,
                                    const sdk::Notification& notification) override {
        told.emplace_back(subject, notification);
        return sdk::ok();
    }
    std::vector<std::pair<std::string, sdk::Notification>> told;
};

/// A browser: keeps its cookie, fills in forms.
class AccountsTest : public ::testing::Test {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        host_.time().set(sdk::from_micros(1'790'000'000'000'000));
        host_.install_service(sdk::Passwords::kId, passwords_);
        host_.install_service(sdk::OneTimeCodes::kId, codes_);
        host_.install_service(sdk::LoginThrottle::kId, throttle_);
        host_.install_service(sdk::Sessions::kId, sessions_);
        host_.install_service(sdk::Mailer::kId, mails_);
        const auto schema = nlohmann::json::parse(std::ifstream(std::string(kPluginFolder) + "/config.schema.json"));
        nlohmann::json settings;
        for (const auto& [name, property] : schema.at("properties").items()) settings[name] = property.at("default");
        settings.update(settings_);
        const auto started = plugin_.start(host_, sdk::Config(settings));
        ASSERT_TRUE(started) << started.error().message;
        setup();
    }
    void TearDown() override {
        if (HasFailure()) std::cerr << host_.logged().text();
        plugin_.stop();
        host_.withdraw_all();
    }
    virtual void setup() {}

    using Form = std::vector<std::pair<std::string, std::string>>;

    sdk::Response send(sdk::Method method, const std::string& target, const Form& form = {},
                       sdk::Site site = sdk::Site::app) {
        sdk::testing::CallOptions options;
        options.site = site;
        if (method == sdk::Method::post) {
            options.headers.add("Content-Type", "application/x-www-form-urlencoded");
            for (const auto& [name, value] : form)
                options.body += (options.body.empty() ? "" : "&") + name + "=" + sdk::encode_url(value);
        }
        if (!cookie_.empty()) options.cookies.add("wf_app", cookie_);
        if (!wanted_.empty()) options.cookies.add("wf_app_wanted", wanted_);
        if (!agent_.empty()) options.headers.add("User-Agent", agent_);
        options.identity = site == sdk::Site::app ? who() : staff_;
        auto answer = host_.call(method, target, options);
        for (const auto& [name, value] : answer.headers().entries())
            if (name == "Set-Cookie" && value.starts_with("wf_app=")) cookie_ = value.substr(7, value.find(';') - 7);
        for (const auto& [name, value] : answer.headers().entries())
            if (name == "Set-Cookie" && value.starts_with("wf_app_wanted=;")) wanted_.clear();
        return answer;
    }
    sdk::Response get(const std::string& target) { return send(sdk::Method::get, target); }
    sdk::Response post(const std::string& target, const Form& form = {}) {
        return send(sdk::Method::post, target, form);
    }

    /// As the host would find out.
    std::optional<sdk::Identity> who() {
        sdk::Request request;
        request.site = sdk::Site::app;
        request.context = sdk::testing::a_context();
        if (!cookie_.empty()) request.cookies.add("wf_app", cookie_);
        const auto found = sdk::find_service<sdk::Authenticator>(host_, {{"site", "app"}})
                               .call(&sdk::Authenticator::identify, request);
        return found ? *found : std::nullopt;
    }

    static const nlohmann::json& model(const sdk::Response& response) {
        return std::get<sdk::View>(response.body()).model;
    }
    static std::string view(const sdk::Response& response) {
        const auto* shown = std::get_if<sdk::View>(&response.body());
        return shown ? shown->name : "";
    }
    static std::string location(const sdk::Response& response) {
        return std::string(response.headers().find("Location").value_or(""));
    }

    /// Runs the jobs; the mails sent since the last call.
    std::vector<sdk::MailMessage> new_mails() {
        for (int round = 0; round < 3; ++round)
            for (const auto& error : host_.facilities().jobs.run_all()) ADD_FAILURE() << error.code << error.message;
        std::vector<sdk::MailMessage> fresh(mails_.sent.begin() + static_cast<long>(seen_mails_), mails_.sent.end());
        seen_mails_ = mails_.sent.size();
        return fresh;
    }
    /// The path that a mail's link leads to.
    static std::string link_in(const sdk::MailMessage& mail) {
        return std::get<sdk::View>(mail.content).model.at("link_url").get<std::string>().substr(16);
    }

    static Form a_signup(const std::string& email, const std::string& company = "Lotus Florists") {
        return {{"name", "Amara Perera"},
                {"company", company},
                {"email", email},
                {"password", "correct horse battery"},
                {"country", "LK"}};
    }
    void sign_up_and_verify(const std::string& email, const std::string& company = "Lotus Florists") {
        EXPECT_EQ(location(post("/signup", a_signup(email, company))), "/verify?sent=1");
        const auto mails = new_mails();
        ASSERT_EQ(mails.size(), 1U);
        EXPECT_EQ(location(get(link_in(mails.front()))), "/login?verified=1");
    }
    sdk::Response sign_in(const std::string& email, const std::string& password = "correct horse battery") {
        return post("/login", {{"email", email}, {"password", password}});
    }
    void forget_cookie() { cookie_.clear(); }
    /// One number out of the database.
    std::int64_t count(const std::string& sql, const sdk::DbValues& values = {}) {
        const auto row = database_->query_one(sdk::across_tenants(sdk::testing::a_context(), "tests"),
                                              "SELECT COUNT(*) AS n FROM " + sql, values);
        return row ? (*row)->integer("n") : -1;
    }

    nlohmann::json settings_ = nlohmann::json::object();
    std::shared_ptr<sdk::Database> database_ = testing::open_test_database({"accounts"});
    PlainPasswords passwords_;
    StepCodes codes_;
    CountingThrottle throttle_;
    SessionsInMemory sessions_;
    MailsInMemory mails_;
    sdk::testing::FakeHost host_{"accounts", kPluginFolder};
    AccountsPlugin plugin_;
    std::string cookie_;
    std::string wanted_;  ///< the page that the host remembered before it asked for a sign-in
    std::string agent_;
    std::optional<sdk::Identity> staff_;
    std::size_t seen_mails_ = 0;
};

}  // namespace whatsflow::accounts
