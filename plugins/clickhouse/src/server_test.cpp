#include "clickhouse_plugin.hpp"
#include "literal.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::clickhouse {
namespace {

using sdk::testing::response;

TEST(Literal, EndsWhereItShould) {
    EXPECT_EQ(literal("it's"), R"('it\'s')");
    EXPECT_EQ(literal(R"(\' OR 1=1 --)"), R"('\\\' OR 1=1 --')");
    EXPECT_EQ(literal(std::string_view("a\0\n", 3)), R"('a\x00\x0a')");
    EXPECT_EQ(literal("päge"), "'päge'");
    EXPECT_EQ(list_of(std::vector<std::string>{"a", "b'"}), R"(('a', 'b\''))");
    EXPECT_EQ(list_of(std::vector<std::int64_t>{-1, 2}), "(-1, 2)");
    EXPECT_EQ(bytes_of_hex(hex(std::string_view("\0\xff\x7f", 3))), std::string("\0\xff\x7f", 3));
}

class ServerTest : public ::testing::Test {
protected:
    sdk::testing::FakeHttpsClient world_;
    Server server_{world_, {"https://ch.test:8443", "whatsflow", "flow", sdk::Secret("secret")}};
    sdk::CallContext context_ = sdk::testing::a_context();
};

TEST_F(ServerTest, RowsComeFromAWholeAnswerOnly) {
    world_.answer("https://ch.test:8443/", response(200, R"({"data":[[3,"x"]],"rows":1})"));
    const auto rows = server_.rows(context_, "SELECT count(), max(x)");
    ASSERT_TRUE(rows);
    EXPECT_EQ(*rows, (nlohmann::json{{3, "x"}}));
    const auto request = world_.requests().front();
    EXPECT_EQ(request.body, "SELECT count(), max(x) FORMAT JSONCompact");
    EXPECT_EQ(request.headers.find("X-ClickHouse-User").value_or(""), "flow");
    EXPECT_EQ(request.headers.find("X-ClickHouse-Key").value_or(""), "secret");
    EXPECT_EQ(request.url.find("secret"), std::string::npos) << "nothing secret in an address";
    for (const char* torn : {R"({"data":[[3,"x")", "", R"({"data":7})", "Code: 159. Timeout"}) {
        world_.answer("https://ch.test:8443/", response(200, torn));
        const auto answer = server_.rows(context_, "SELECT 1");
        ASSERT_FALSE(answer) << torn;
        EXPECT_EQ(answer.error().code, "database.unavailable") << torn;
    }
}

TEST_F(ServerTest, WhatIsUncertainComesAgainAndWhatIsRefusedDoesNot) {
    for (const int status : {502, 503, 504}) {
        world_.answer("https://ch.test:8443/", response(status));
        EXPECT_EQ(server_.run(context_, "SELECT 1").error().code, "database.unavailable") << status;
    }
    world_.fail("https://ch.test:8443/", sdk::fail("net.unknown", "timed out"));
    EXPECT_EQ(server_.run(context_, "SELECT 1").error().code, "database.unavailable");
    for (const int status : {400, 401, 404, 500}) {
        world_.answer("https://ch.test:8443/", response(status, "Code: 62, e.displayText() = Syntax error\nmore"));
        const auto refused = server_.run(context_, "SELECT 1");
        EXPECT_EQ(refused.error().code, "database.failed") << status;
        EXPECT_EQ(refused.error().message.find("more"), std::string::npos);
    }
}

TEST(Plugin, OffersTheStoreWhenAnAddressIsSetAndNothingOtherwise) {
    for (const char* url : {"", "https://ch.test:8443/"}) {
        sdk::testing::FakeHost host("clickhouse");
        ClickHousePlugin plugin;
        ASSERT_TRUE(
            plugin.start(host, sdk::Config{{{"url", url}, {"database", "whatsflow"}, {"user", ""}, {"password", ""}}}));
        EXPECT_EQ(host.registered().services, std::string_view(url).empty() ? 0u : 1u);
        plugin.stop();
    }
}

}  // namespace
}  // namespace whatsflow::clickhouse
