/// \file
/// For tests: staff in the panel, on a host in memory.
#pragma once

#include "src/program_fixture.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::flags {

using nlohmann::json;
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Knows one tenant.
struct OneTenant final : sdk::Directory {
    sdk::Result<std::optional<sdk::TenantProfile>> tenant(const sdk::CallContext&, const sdk::TenantId& id) override {
        if (id.text() != "t1") return std::optional<sdk::TenantProfile>{};
        sdk::TenantProfile profile;
        profile.id = id;
        profile.name = "Lotus";
        return std::optional{profile};
    }
    sdk::Result<std::vector<sdk::MemberProfile>> members(const sdk::CallContext&, const sdk::TenantId&,
                                                         const std::vector<std::string>&) override {
        return std::vector<sdk::MemberProfile>{};
    }
    sdk::Result<std::vector<sdk::TenantProfile>> tenants(const sdk::CallContext&, const std::string&, int) override {
        return std::vector<sdk::TenantProfile>{};
    }
};

class StaffPages : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        host_.install_service(sdk::Directory::kId, directory_);
    }
    sdk::Response staff(sdk::Method method, const std::string& target, const Pairs& form = {}) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member({"flags.read", "flags.manage"});
        options.identity->subject = who_;
        options.site = sdk::Site::admin;
        for (const auto& [name, value] : form)
            options.body += (options.body.empty() ? "" : "&") + name + "=" + sdk::encode_url(value);
        options.headers.add("Content-Type", "application/x-www-form-urlencoded");
        return host_.call(method, target, std::move(options));
    }
    json look(const std::string& target) {
        const auto answer = staff(sdk::Method::get, target);
        EXPECT_EQ(answer.status(), 200) << target;
        const auto* view = std::get_if<sdk::View>(&answer.body());
        return view ? view->model : json();
    }
    /// Sends the form, which has to be taken.
    void act(const std::string& target, const Pairs& form = {}) {
        const auto answer = staff(sdk::Method::post, target, form);
        EXPECT_EQ(answer.status(), 303) << target;
    }
    std::string seen(const std::string& key, const std::string& environment = kProduction) {
        return look("/flags/" + key + "?environment=" + environment)["seen"].get<std::string>();
    }
    bool is_on(const std::string& key, const std::string& user) {
        return json_of(post(kOne + key, R"({"context":{"targetingKey":")" + user + R"("}})"))["value"] == true;
    }
    void create(const std::string& key) {
        act("/flags/new", {{"flag_key", key}, {"description", "A flag"}, {"flag_type", "release"}});
    }

    /// What the last form was answered with, where it leads.
    std::string led_to(const std::string& target, const Pairs& form = {}) {
        const auto answer = staff(sdk::Method::post, target, form);
        EXPECT_EQ(answer.status(), 303) << target;
        return header(answer, "Location");
    }

    std::string who_ = "ann";
    OneTenant directory_;
};

}  // namespace whatsflow::flags
