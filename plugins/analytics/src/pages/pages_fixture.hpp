/// \file
/// For tests: staff's pages on the program of program_fixture.hpp, asked and sent to as staff do.
#pragma once

#include "../program_fixture.hpp"
#include "office.hpp"
#include "report.hpp"

namespace whatsflow::analytics {

class PagesTest : public ProgramTest {
protected:
    sdk::Response open(const std::string& target) { return as_staff(sdk::Method::get, target, {pages::kSee}); }
    sdk::Response send(const std::string& target, const std::vector<std::pair<std::string, std::string>>& form,
                       const std::set<std::string>& permissions = {pages::kSee, pages::kManage, "analytics.erase"}) {
        std::string body;
        for (const auto& [name, value] : form)
            body += (body.empty() ? "" : "&") + sdk::encode_url(name) + "=" + sdk::encode_url(value);
        return as_staff(sdk::Method::post, target, permissions, body);
    }
    sdk::Response as_staff(sdk::Method method, const std::string& target, const std::set<std::string>& permissions,
                           const std::string& body = {}) {
        sdk::testing::CallOptions options;
        options.identity = sdk::testing::a_staff_member(permissions);
        options.site = sdk::Site::admin;
        options.body = body;
        if (!body.empty()) options.headers.add("Content-Type", "application/x-www-form-urlencoded");
        return host_.call(method, target, std::move(options));
    }
    void run_job(const char* kind) {
        ASSERT_TRUE(host_.facilities().jobs.enqueue(*database_, sdk::testing::a_context(), {.kind = kind}));
        host_.facilities().jobs.run_all();
    }
    nlohmann::json model(const std::string& target) {
        const auto response = open(target);
        EXPECT_EQ(response.status(), 200) << target;
        const auto* view = std::get_if<sdk::View>(&response.body());
        return view ? view->model : nlohmann::json();
    }
    static std::string figure(const nlohmann::json& model, const std::string& label) {
        for (const auto& each : model["figures"])
            if (each["label"] == label || each["label"] == "analytics.pages." + label) return each["value"];
        return "none";
    }
    static nlohmann::json rows(const nlohmann::json& model, std::size_t table) {
        auto all = nlohmann::json::array();
        for (const auto& row : model["tables"].at(table)["rows"]) {
            auto cells = nlohmann::json::array();
            for (const auto& cell : row["cells"]) cells.push_back(cell["text"]);
            all.push_back(std::move(cells));
        }
        return all;
    }
    std::string site() const { return "&site=" + tokens_.tokens[0].id; }
};

}  // namespace whatsflow::analytics
