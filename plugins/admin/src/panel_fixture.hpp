/// \file
/// For tests: the plugin started on a FakeHost with a real database, and a browser of sorts.
#pragma once

#include "admin_plugin.hpp"
#include "fake_credentials.hpp"
#include "staff_changes.hpp"
#include "test_database.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace whatsflow::admin::testing {

class PanelFixture : public ::testing::Test {
protected:
    static constexpr const char* kFolder = WF_SOURCE_DIR "/plugins/admin";

    PanelFixture() {
        host_.use_database(*database_);
        host_.install_service(sdk::Passwords::kId, passwords_, {}, "host");
        host_.install_service(sdk::OneTimeCodes::kId, codes_, {}, "host");
        host_.install_service(sdk::LoginThrottle::kId, throttle_, {}, "host");
        host_.install_service(sdk::Sessions::kId, sessions_, {}, "host");
    }
    ~PanelFixture() override {
        if (started_) plugin_.stop();
        host_.withdraw_all();
    }

    void start(nlohmann::json changed = nlohmann::json::object()) {
        const auto schema = nlohmann::json::parse(std::ifstream(std::string(kFolder) + "/config.schema.json"));
        nlohmann::json settings;
        for (const auto& [key, property] : schema["properties"].items())
            settings[key] = property.value("default", nlohmann::json());
        settings.update(changed);
        const auto done = plugin_.start(host_, sdk::Config(settings));
        ASSERT_TRUE(done) << done.error().message;
        started_ = true;
    }

    static std::string created_id(const sdk::Result<GivenLogin>& login) {
        return login ? login->id : login.error().message;
    }

    /// A member of staff with the password `correct horse`.
    std::string add_staff(const std::string& email, const std::string& role) {
        return created_id(
            StaffChanges(host_).create(sdk::testing::a_context(), {}, {email, "", role}, sdk::Secret("correct horse")));
    }

    sdk::Response get(const std::string& path) { return send(sdk::Method::get, path, ""); }
    sdk::Response post(const std::string& path, const std::string& form) { return send(sdk::Method::post, path, form); }

    /// With the cookie of the sign-in before, if there is one, and that session's identity.
    sdk::Response send(sdk::Method method, const std::string& path, const std::string& form) {
        sdk::testing::CallOptions options;
        options.site = sdk::Site::admin;
        if (method == sdk::Method::post) {
            options.headers.add("Content-Type", "application/x-www-form-urlencoded");
            options.body = form;
        }
        if (!token_.empty()) options.cookies.add("wf_admin", token_);
        if (!wanted_.empty()) options.cookies.add("wf_admin_wanted", wanted_);
        options.identity = who();
        auto response = host_.call(method, path, options);
        if (const auto cookie = response.headers().find("Set-Cookie")) {
            const auto text = std::string(*cookie);
            token_ = text.substr(text.find('=') + 1, text.find(';') - text.find('=') - 1);
        }
        return response;
    }

    std::optional<sdk::Identity> who(const std::string& address = "127.0.0.1") {
        sdk::Request request;
        request.site = sdk::Site::admin;
        request.remote_address = address;
        if (!token_.empty()) request.cookies.add("wf_admin", token_);
        const auto identity = sdk::find_service<sdk::Authenticator>(host_, {{"site", "admin"}})
                                  .call(&sdk::Authenticator::identify, request);
        EXPECT_TRUE(identity);
        return identity ? *identity : std::nullopt;
    }

    sdk::Response sign_in(const std::string& email, const std::string& password = "correct+horse") {
        return post("/login", "email=" + sdk::encode_url(email) + "&password=" + password);
    }

    static std::string location_of(const sdk::Response& response) {
        return std::string(response.headers().find("Location").value_or(""));
    }
    static nlohmann::json model_of(const sdk::Response& response) {
        const auto* view = std::get_if<sdk::View>(&response.body());
        return view ? view->model : nlohmann::json(nullptr);
    }
    std::vector<std::string> actions() const {
        std::vector<std::string> names;
        for (const auto& entry : host_.facilities().audit.entries()) names.push_back(entry.action);
        return names;
    }

    std::shared_ptr<sdk::Database> database_ = whatsflow::testing::open_test_database({"admin"});
    mutable sdk::testing::FakeHost host_{"admin", kFolder};
    FakePasswords passwords_;
    FakeCodes codes_;
    FakeThrottle throttle_;
    FakeSessions sessions_{host_};
    AdminPlugin plugin_;
    bool started_ = false;
    std::string token_;
    std::string wanted_;  ///< the page that the host remembered before it asked for a sign-in
};

}  // namespace whatsflow::admin::testing
