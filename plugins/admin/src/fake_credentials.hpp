/// \file
/// For tests: the host's sessions, passwords, codes and throttle, in memory and fast.
#pragma once

#include <whatsflow/sdk/credentials.hpp>
#include <whatsflow/sdk/sessions.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace whatsflow::admin::testing {

class FakePasswords final : public sdk::Passwords {
public:
    sdk::Result<std::string> hash(const sdk::Secret& password) override { return "hash:" + password.reveal(); }
    sdk::Result<bool> verify(const std::string& hash, const sdk::Secret& password) override {
        return !hash.empty() && hash == "hash:" + password.reveal();
    }
    sdk::Result<bool> outdated(const std::string&) override { return false; }
    sdk::Result<std::optional<std::string>> weakness(const sdk::Secret& password,
                                                     const std::vector<std::string>&) override {
        return password.reveal().size() < 10 ? std::optional<std::string>("too_short") : std::nullopt;
    }
};

/// The right code is always 123456, for the step that the test set.
class FakeCodes final : public sdk::OneTimeCodes {
public:
    std::int64_t step = 100;

    sdk::Result<sdk::Secret> make_secret() override {
        auto text = "ABCDEFGHJKLMNPQRSTUVWXYZ2345" + std::to_string(1000 + made_++);
        return sdk::Secret(std::string(text.rbegin(), text.rend()));
    }
    sdk::Result<std::string> provisioning_uri(const sdk::Secret&, const std::string&,
                                              const std::string& account) override {
        return "otpauth://totp/" + account;
    }
    sdk::Result<std::string> qr_code_svg(const std::string&) override { return std::string("<svg></svg>"); }
    sdk::Result<std::optional<std::int64_t>> verify(const sdk::Secret&, std::string_view code, sdk::Instant,
                                                    std::int64_t last_step) override {
        if (code != "123456" || step <= last_step) return std::optional<std::int64_t>{};
        return std::optional(step);
    }
    sdk::Result<std::vector<std::string>> make_recovery_codes() override {
        return std::vector<std::string>{"aaaa-bbbb", "cccc-dddd"};
    }
    sdk::Result<std::string> digest(std::string_view code) override { return "digest:" + std::string(code); }

private:
    int made_ = 0;
};

class FakeThrottle final : public sdk::LoginThrottle {
public:
    int most = 3;
    std::map<std::string, int> failures;

    sdk::Result<std::optional<std::int64_t>> wait(const sdk::CallContext&, std::string_view realm,
                                                  std::string_view account, std::string_view) override {
        return failures[key(realm, account)] >= most ? std::optional<std::int64_t>(30) : std::nullopt;
    }
    sdk::Result<void> failed(const sdk::CallContext&, std::string_view realm, std::string_view account,
                             std::string_view) override {
        ++failures[key(realm, account)];
        return sdk::ok();
    }
    sdk::Result<void> succeeded(const sdk::CallContext&, std::string_view realm, std::string_view account) override {
        failures.erase(key(realm, account));
        return sdk::ok();
    }

private:
    static std::string key(std::string_view realm, std::string_view account) {
        return std::string(realm) + "/" + std::string(account);
    }
};

class FakeSessions final : public sdk::Sessions {
public:
    explicit FakeSessions(sdk::testing::FakeHost& host) : host_(host) {}

    sdk::Result<sdk::StartedSession> start(const sdk::CallContext&, const sdk::SessionRequest& request) override {
        sdk::Session session;
        session.id = sdk::make_uuid();
        session.site = request.site;
        session.subject = request.subject;
        session.started_at = session.seen_at = host_.clock().now();
        session.address = request.address;
        session.user_agent = request.user_agent;
        session.facts = request.facts;
        return under_new_token(session);
    }
    sdk::Result<std::optional<sdk::Session>> find(const sdk::CallContext&, sdk::Site site,
                                                  const std::string& token) override {
        const auto found = by_token_.find(token);
        if (found == by_token_.end() || found->second.site != site) return std::optional<sdk::Session>{};
        return std::optional(found->second);
    }
    sdk::Result<sdk::StartedSession> rotate(const sdk::CallContext&, const std::string& id) override {
        for (auto& [token, session] : by_token_)
            if (session.id == id) {
                const auto kept = session;
                by_token_.erase(token);
                return under_new_token(kept);
            }
        return sdk::fail("sessions.gone", "gone");
    }
    sdk::Result<void> change(const sdk::CallContext&, const std::string& id, sdk::TenantId,
                             const nlohmann::json& facts) override {
        for (auto& [token, session] : by_token_)
            if (session.id == id) session.facts = facts;
        return sdk::ok();
    }
    sdk::Result<std::vector<sdk::Session>> list(const sdk::CallContext&, sdk::Site,
                                                const std::string& subject) override {
        std::vector<sdk::Session> found;
        for (const auto& [token, session] : by_token_)
            if (session.subject == subject) found.push_back(session);
        return found;
    }
    sdk::Result<void> revoke(const sdk::CallContext&, const std::string& id) override {
        std::erase_if(by_token_, [&](const auto& each) { return each.second.id == id; });
        return sdk::ok();
    }
    sdk::Result<int> revoke_all(const sdk::CallContext&, sdk::Site, const std::string& subject,
                                const std::string& kept) override {
        return static_cast<int>(std::erase_if(
            by_token_, [&](const auto& each) { return each.second.subject == subject && each.second.id != kept; }));
    }

private:
    sdk::Result<sdk::StartedSession> under_new_token(const sdk::Session& session) {
        auto token = std::to_string(10'000 + made_++);
        token.insert(0, 43 - token.size(), 'x');
        by_token_[token] = session;
        return sdk::StartedSession{session, sdk::Secret(token)};
    }

    sdk::testing::FakeHost& host_;
    int made_ = 0;
    std::map<std::string, sdk::Session> by_token_;
};

}  // namespace whatsflow::admin::testing
