/// \file
/// For tests: a member of staff who may do everything with users and tenants, and one tenant with its owner.
#pragma once

#include "accounts_fixture.hpp"

namespace whatsflow::accounts {

class Staff : public AccountsTest {
    void setup() override {
        sign_up_and_verify("amara@lotus.example");
        sign_in("amara@lotus.example");
        tenant_ = who()->tenant.text();
        user_ = who()->subject;
        staff_ = sdk::testing::a_staff_member({"accounts.users.read", "accounts.users.manage", "accounts.users.delete",
                                               "accounts.tenants.read", "accounts.tenants.manage",
                                               "accounts.tenants.delete", "accounts.impersonate"});
        staff_->name = "Sofia";
        // Time passes, so that what was signed up is apart from what the tests add.
        host_.advance(std::chrono::seconds{1});
    }

protected:
    sdk::Response staff_get(const std::string& target) { return send(sdk::Method::get, target, {}, sdk::Site::admin); }
    sdk::Response staff_post(const std::string& target, const Form& form = {}) {
        return send(sdk::Method::post, target, form, sdk::Site::admin);
    }
    /// Users with these names, one a second.
    void add_users(const std::vector<std::string>& names) {
        for (const auto& name : names) {
            forget_cookie();
            auto form = a_signup(name + "@many.example", "Company of " + name);
            form[0].second = name;
            post("/signup", form);
            host_.advance(std::chrono::seconds{1});
        }
    }
    static std::vector<std::string> names_in(const sdk::Response& answer) {
        std::vector<std::string> names;
        for (const auto& row : model(answer)["table"]["rows"]) names.push_back(row["row_label"]);
        return names;
    }
    std::string tenant_;
    std::string user_;
};

}  // namespace whatsflow::accounts
