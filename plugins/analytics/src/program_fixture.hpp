/// \file
/// For tests: the whole plugin on a host in memory and a real database, asked as programs ask.
#pragma once

#include "analytics_plugin.hpp"

#include <whatsflow/sdk/identity.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include "test_database.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {

/// Two tokens that may capture, one of a tenant; and one that may not.
class SomeTokens final : public sdk::ProgramTokens {
public:
    sdk::Result<std::optional<sdk::ProgramToken>> find_by_secret(const sdk::CallContext&,
                                                                 std::string_view secret) override {
        return found([&](const auto& token) { return token.label == secret; });
    }
    sdk::Result<std::optional<sdk::ProgramToken>> find_by_id(const sdk::CallContext&, const std::string& id) override {
        return found([&](const auto& token) { return token.id == id; });
    }

    std::vector<sdk::ProgramToken> tokens{
        {"0190a5c8-0000-7000-8000-00000000000a", {}, "wf_platform", "production", {kCapture}, {}},
        {"0190a5c8-0000-7000-8000-00000000000b",
         sdk::TenantId{"tenant"},
         "wf_tenant",
         "production",
         {kCapture},
         {"https://shop.example"}},
        {"0190a5c8-0000-7000-8000-00000000000c", {}, "wf_reader", "production", {kRead}, {}}};

private:
    template <class Wanted>
    std::optional<sdk::ProgramToken> found(Wanted&& wanted) {
        const auto token = std::ranges::find_if(tokens, wanted);
        return token == tokens.end() ? std::nullopt : std::optional{*token};
    }
};

/// Who is at the door of the app.
class SignedIn final : public sdk::Authenticator {
public:
    sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request&) override { return who; }
    std::optional<sdk::Identity> who;
};

class ProgramTest : public ::testing::Test {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        host_.install_service(sdk::ProgramTokens::kId, tokens_);
        host_.time().set(*read_instant("2026-11-26T12:00:00Z"));
        start();
    }
    void TearDown() override { plugin_->stop(); }

    void start() {
        plugin_.emplace();
        const auto started = plugin_->start(host_, sdk::Config{{{"store", store_name_},
                                                                {"time_zone", time_zone_},
                                                                {"spool_megabytes", 16},
                                                                {"look_at_events", look_at_events_},
                                                                {"look_milliseconds", look_milliseconds_},
                                                                {"durability", "crash"},
                                                                {"country_database", country_database_},
                                                                {"keep_events_days", keep_events_days_},
                                                                {"keep_visits_days", keep_visits_days_},
                                                                {"keep_sums_days", keep_sums_days_},
                                                                {"copied_events", copied_events_}}});
        ASSERT_TRUE(started) << started.error().message;
    }

    sdk::Response ask(sdk::Method method, const std::string& target, const std::string& body = {},
                      const std::vector<std::pair<std::string, std::string>>& headers = {},
                      std::optional<sdk::Identity> who = std::nullopt) {
        sdk::testing::CallOptions options;
        options.body = body;
        options.site = sdk::Site::api;
        options.identity = std::move(who);
        if (options.identity) options.tenant = options.identity->tenant;
        for (const auto& [name, value] : headers) options.headers.add(name, value);
        return host_.call(method, target, std::move(options));
    }
    int post(const std::string& target, const nlohmann::json& body,
             const std::vector<std::pair<std::string, std::string>>& headers = {}) {
        return ask(sdk::Method::post, target, body.dump(), headers).status();
    }
    static nlohmann::json event(const std::string& name, nlohmann::json more = nlohmann::json::object()) {
        nlohmann::json made{{"api_key", "wf_platform"}, {"event", name}, {"distinct_id", "ann"}};
        made.update(more);
        return made;
    }
    /// What waits goes into the database.
    void settle() { host_.fire_timers(); }

    nlohmann::json query(const std::string& parameters, const std::string& tenant = {}) {
        sdk::Identity reader;
        reader.kind = sdk::Identity::Kind::token;
        reader.tenant = sdk::TenantId{tenant};
        reader.permissions = {kRead};
        const auto response = ask(sdk::Method::get, "/v1/analytics/query?" + parameters, {}, {}, reader);
        return nlohmann::json::parse(std::get<std::string>(response.body()));
    }
    std::int64_t total(const std::string& parameters, const std::string& tenant = {}) {
        const auto answer = query(parameters, tenant);
        return answer.contains("total") ? answer["total"].get<std::int64_t>() : -1;
    }

    std::string country_database_;
    std::string time_zone_;
    std::int64_t look_at_events_ = 200'000;
    std::int64_t look_milliseconds_ = 60'000;  // a busy machine makes no sample smaller
    std::int64_t keep_events_days_ = 400, keep_visits_days_ = 400, keep_sums_days_ = 0;
    std::int64_t copied_events_ = 200'000;
    std::string store_name_;  ///< empty: the built-in one
    std::shared_ptr<sdk::Database> database_ = testing::open_test_database({"analytics"});
    SomeTokens tokens_;
    sdk::testing::FakeHost host_{"analytics", WF_SOURCE_DIR "/plugins/analytics"};
    std::optional<AnalyticsPlugin> plugin_;
};

}  // namespace whatsflow::analytics
