/// \file
/// For tests: the plugin started on a host in memory with a real database.
#pragma once

#include "app_plugin.hpp"

#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace whatsflow::app {

inline constexpr const char* kAppFolder = WF_SOURCE_DIR "/plugins/app";

/// Two people of every tenant: an owner and an agent.
class TwoMembers final : public sdk::Directory {
public:
    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext&, const sdk::TenantId&) override {
        return std::optional<sdk::TenantProfile>{};
    }
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext&, const sdk::TenantId&,
                                                         const std::vector<std::string>& roles) override {
        std::vector<sdk::MemberProfile> found;
        for (const char* role : {"owner", "agent"})
            if (roles.empty() || std::ranges::find(roles, role) != roles.end())
                found.push_back({sdk::UserId{std::string("user-") + role}, std::string(role) + "@shop.example",
                                 std::string("The ") + role, role, "en", true});
        return found;
    }
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext&, const std::string&, int) override {
        return std::vector<sdk::TenantProfile>{};
    }
};

class KeptMail final : public sdk::Mailer {
public:
    sdk::Result<sdk::MailReceipt> send(const sdk::CallContext&, const sdk::MailMessage& message) override {
        sent.push_back(message);
        return sdk::MailReceipt{"mail", false};
    }
    std::vector<sdk::MailMessage> sent;
};

class AppTest : public ::testing::Test {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        host_.install_service(sdk::Directory::kId, directory_);
        host_.install_service(sdk::Mailer::kId, mailer_);
        start({});
    }

    void TearDown() override {
        plugin_.stop();
        host_.withdraw_all();
    }

    void start(const nlohmann::json& changed) {
        const auto schema = nlohmann::json::parse(std::ifstream(std::string(kAppFolder) + "/config.schema.json"));
        nlohmann::json settings;
        for (const auto& [name, property] : schema.at("properties").items()) settings[name] = property.at("default");
        if (changed.is_object()) settings.update(changed);
        const auto started = plugin_.start(host_, sdk::Config(settings));
        ASSERT_TRUE(started) << started.error().message;
    }

    /// Somebody with every permission of this plugin.
    static sdk::Identity leader(const std::string& tenant = "tenant-1", const std::string& user = "user-owner") {
        auto identity = sdk::testing::a_user(
            tenant, {"app.dashboard.read", "app.notifications.read", "app.search.use", "app.settings.read",
                     "app.settings.manage", "app.usage.read", "app.developers.read", "app.webhooks.manage"});
        identity.subject = user;
        identity.name = "Amina Farouk";
        identity.tenant_name = "Flower Shop";
        return identity;
    }

    sdk::Response get(const std::string& path, const sdk::Identity& who = leader()) {
        return host_.call(sdk::Method::get, path, options_for(who));
    }
    sdk::Response post(const std::string& path, const std::string& body = {}, const sdk::Identity& who = leader()) {
        auto options = options_for(who);
        options.headers.add("Content-Type", "application/x-www-form-urlencoded");
        options.body = body;
        return host_.call(sdk::Method::post, path, options);
    }
    static const sdk::View& view_of(const sdk::Response& response) { return std::get<sdk::View>(response.body()); }

    sdk::Notifier& notifier() {
        return *static_cast<sdk::Notifier*>(host_.find_services(sdk::Notifier::kId, {{"site", "app"}}).front().service);
    }

    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"app"});
    sdk::testing::FakeHost host_{"app", kAppFolder};
    TwoMembers directory_;
    KeptMail mailer_;
    AppPlugin plugin_;

private:
    static sdk::testing::CallOptions options_for(const sdk::Identity& who) {
        sdk::testing::CallOptions options;
        options.identity = who;
        options.tenant = who.tenant;
        options.site = sdk::Site::app;
        return options;
    }
};

}  // namespace whatsflow::app
