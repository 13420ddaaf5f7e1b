// The contact form, from the page to the command that lists what came in, on both databases.
#include "support/connection.hpp"
#include "support/mariadb_server.hpp"
#include "support/server_process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <regex>
#include <thread>

namespace whatsflow::testing {
namespace {

enum class Store { sqlite, mariadb };

class ContactForm : public ::testing::TestWithParam<Store> {
protected:
    static void TearDownTestSuite() { mariadb_.reset(); }

    static std::map<std::string, std::string> environment() {
        if (GetParam() == Store::sqlite) return {};
        if (!mariadb_) mariadb_ = std::make_unique<MariaDbServer>();
        return {{"WHATSFLOW__DATABASE__URL", mariadb_->fresh_database()}};
    }

    void SetUp() override {
        ASSERT_TRUE(server_.wait_until_ready()) << server_.log();
        const Answer page = get(server_.landing(), "/contact");
        ASSERT_EQ(page.status, 200);
        for (const auto& [name, value] : page.headers)
            if (name == "set-cookie") cookie_ += (cookie_.empty() ? "" : "; ") + value.substr(0, value.find(';'));
        // Every hidden field goes back as it came; the visible ones are filled in by the test.
        const std::regex field("<input[^>]*type=\"hidden\"[^>]*>");
        for (auto it = std::sregex_iterator(page.body.begin(), page.body.end(), field); it != std::sregex_iterator(); ++it) {
            const std::string tag = it->str();
            std::smatch name;
            std::smatch value;
            if (std::regex_search(tag, name, std::regex("name=\"([^\"]*)\"")) &&
                std::regex_search(tag, value, std::regex("value=\"([^\"]*)\"")))
                hidden_ += name[1].str() + "=" + value[1].str() + "&";
        }
        ASSERT_NE(hidden_.find("csrf_token="), std::string::npos) << page.body;
    }

    Answer send(const std::string& body, RequestHeaders more = {}) {
        RequestHeaders headers{{"Content-Type", "application/x-www-form-urlencoded"},
                               {"Origin", "http://localhost:" + std::to_string(server_.landing())},
                               {"Cookie", cookie_}};
        for (auto& [name, value] : more) {
            std::erase_if(headers, [&](const auto& each) { return each.first == name; });
            if (!value.empty()) headers.emplace_back(name, value);
        }
        return request(server_.landing(), "POST", "/contact", headers, body);
    }

    nlohmann::json listed() {
        const ProgramResult result = server_.command({"contact", "list", "--json"});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return nlohmann::json::parse(result.out);
    }

    const std::string message_ = "name=Nuwan+%E0%B6%B4%E0%B7%99%E0%B6%BB%E0%B7%9A%E0%B6%BB%E0%B7%8F&email=nuwan%40example.com"
                                 "&topic=sales&message=Do+you+have+a+plan+for+schools%3F+%F0%9F%98%80+Thank+you.&website=";
    static inline std::unique_ptr<MariaDbServer> mariadb_;
    ServerProcess server_{{.environment = environment()}};
    std::string cookie_;
    std::string hidden_;
};

INSTANTIATE_TEST_SUITE_P(Databases, ContactForm, ::testing::Values(Store::sqlite, Store::mariadb),
                         [](const auto& database) { return database.param == Store::sqlite ? "sqlite" : "mariadb"; });

TEST_P(ContactForm, KeepsWhatAPersonWroteUntilItIsListed) {
    // A form that comes back at once was filled in by a program.
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const Answer answer = send(hidden_ + message_);
    EXPECT_EQ(answer.status, 303) << answer.body;
    const auto rows = listed();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0]["email"], "nuwan@example.com");
    EXPECT_EQ(rows[0]["name"], "Nuwan පෙරේරා");
    EXPECT_NE(rows[0]["message"].get<std::string>().find("😀"), std::string::npos);
    EXPECT_EQ(get(server_.landing(), answer.header("location")).status, 200);
}

TEST_P(ContactForm, IsRefusedWithoutATokenOrFromAnotherSite) {
    EXPECT_EQ(send(message_).status, 403);
    EXPECT_EQ(send("csrf_token=abc&" + message_).status, 403);
    EXPECT_EQ(send(hidden_ + message_, {{"Origin", "https://evil.example"}}).status, 403);
    EXPECT_EQ(send(hidden_ + message_, {{"Cookie", ""}}).status, 403) << "the token belongs to this visitor";
    EXPECT_TRUE(listed().empty());
}

TEST_P(ContactForm, NamesEveryWrongFieldAndKeepsTheInput) {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const Answer answer = send(hidden_ + "name=&email=nobody&topic=sales&message=%3Cb%3Ekept%3C%2Fb%3E&website=");
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("aria-invalid=\"true\""), std::string::npos);
    EXPECT_NE(answer.body.find("&lt;b&gt;kept&lt;/b&gt;"), std::string::npos);
    EXPECT_EQ(answer.body.find("<b>kept</b>"), std::string::npos);
    EXPECT_TRUE(listed().empty());
}

TEST_P(ContactForm, TheFieldThatPeopleDoNotSeeCatchesPrograms) {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    std::string body = hidden_ + message_ + "https%3A%2F%2Fspam.example";
    const Answer answer = send(body);
    EXPECT_LT(answer.status, 500);
    EXPECT_TRUE(listed().empty());
}

TEST_P(ContactForm, ABodyThatIsTooLargeIsRefusedBeforeItIsRead) {
    const Answer answer = send(hidden_ + "message=" + std::string(2'000'000, 'x'));
    EXPECT_EQ(answer.status, 413);
}

}  // namespace
}  // namespace whatsflow::testing
