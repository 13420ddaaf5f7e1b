/// \file
/// For tests: the whole plugin on a host in memory, asked as programs ask.
#pragma once

#include "flags_plugin.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {

class ProgramTest : public ::testing::Test {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        ASSERT_TRUE(plugin_.start(host_, sdk::Config{config()}));
    }
    void TearDown() override { plugin_.stop(); }
    virtual nlohmann::json config() const { return nlohmann::json::object(); }

    /// What is served from now on.
    void define(const std::vector<nlohmann::json>& features, const nlohmann::json& segments = nlohmann::json::array(),
                const std::string& environment = kProduction) {
        const nlohmann::json document{{"version", 2}, {"features", nlohmann::json(features)}, {"segments", segments}};
        Store store(host_);
        const auto done = store.import(sdk::testing::a_context(), {}, environment, document, ImportMode::replace);
        ASSERT_TRUE(done) << done.error().message;
        host_.fire_timers();
    }

    static sdk::Identity a_token(std::vector<std::string> origins = {}) {
        sdk::Identity token;
        token.kind = sdk::Identity::Kind::token;
        token.subject = "t";
        token.environment = kProduction;
        token.origins = std::move(origins);
        token.permissions = {"flags:client", "flags:frontend", "flags:evaluate"};
        return token;
    }

    sdk::Response ask(sdk::Method method, const std::string& target, const std::string& body,
                      const std::vector<std::pair<std::string, std::string>>& headers = {},
                      const sdk::Identity& token = a_token()) {
        sdk::testing::CallOptions options;
        options.body = body;
        options.identity = token;
        options.site = sdk::Site::api;
        for (const auto& [name, value] : headers) options.headers.add(name, value);
        return host_.call(method, target, std::move(options));
    }
    sdk::Response post(const std::string& target, const std::string& body,
                       const std::vector<std::pair<std::string, std::string>>& headers = {},
                       const sdk::Identity& token = a_token()) {
        return ask(sdk::Method::post, target, body, headers, token);
    }
    static std::string text_of_body(const sdk::Response& response) { return std::get<std::string>(response.body()); }
    static nlohmann::json json_of(const sdk::Response& response) {
        return nlohmann::json::parse(text_of_body(response));
    }
    static std::string header(const sdk::Response& response, const char* name) {
        return std::string(response.headers().find(name).value_or(""));
    }
    std::int64_t number(std::string_view sql) {
        const auto row = database_->query_one(sdk::testing::a_context(), sql);
        EXPECT_TRUE(row && *row) << sql;
        return row && *row ? (*row)->integer("n") : -1;
    }

    std::shared_ptr<sdk::Database> database_ = testing::open_test_database({"flags"});
    sdk::testing::FakeHost host_{"flags", WF_SOURCE_DIR "/plugins/flags"};
    FlagsPlugin plugin_;
};

inline const char* kAll = "/ofrep/v1/evaluate/flags";
inline const char* kOne = "/ofrep/v1/evaluate/flags/";

}  // namespace whatsflow::flags
