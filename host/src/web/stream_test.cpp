// Streams on their way from a handler to the wire.
#include "web/web_fixture.hpp"

#include <stdexcept>

namespace whatsflow::web::testing {
namespace {

using sdk::Method;
using sdk::Site;

class WebStream : public WebFixture {
protected:
    http::WireReply reply_to(http::WireRequest wire) {
        auto head = web().on_head(wire);
        EXPECT_TRUE(std::holds_alternative<http::BodyLimit>(head));
        return std::get<http::PoolWork>(web().on_request(std::move(wire))).run();
    }
};

TEST_F(WebStream, ReachTheWireWithTheHeadersOfAnyReply) {
    route(Method::get, Site::app, "/export", [](const sdk::Request&) {
        return sdk::stream("text/csv", "people.csv", [pieces = 0]() mutable -> sdk::Result<std::string> {
            return std::string(++pieces == 1 ? "a,b\n" : "");
        });
    });

    const auto reply = reply_to(request("GET", kApp, "/export"));

    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers.find("Content-Type"), "text/csv");
    EXPECT_EQ(reply.headers.find("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.headers.count("X-Request-Id"), 1u);
    ASSERT_TRUE(reply.stream);
    EXPECT_EQ(*reply.stream(), "a,b\n");
    EXPECT_EQ(*reply.stream(), "");
}

TEST_F(WebStream, ThatFailTellTheLogWhyAndTheWireNothing) {
    route(Method::get, Site::app, "/export", [](const sdk::Request&) {
        return sdk::stream("text/csv", "people.csv",
                           []() -> sdk::Result<std::string> { throw std::runtime_error("secret"); });
    });

    const auto reply = reply_to(request("GET", kApp, "/export"));
    const auto piece = reply.stream();

    EXPECT_FALSE(piece);
    EXPECT_EQ(piece.error().message.find("secret"), std::string::npos);
    EXPECT_NE(log.all().find("what=secret"), std::string::npos);
}

TEST_F(WebStream, AreNeverKeptForEverybody) {
    route(
        Method::get, Site::landing, "/export",
        [](const sdk::Request&) {
            return sdk::stream("text/csv", "a.csv", []() -> sdk::Result<std::string> { return std::string(); });
        },
        sdk::Permission::everyone(), [](sdk::Route& made) { made.caching = sdk::Caching::shared; });

    EXPECT_TRUE(reply_to(request("GET", kLanding, "/export")).stream);
    EXPECT_TRUE(reply_to(request("GET", kLanding, "/export")).stream);
}

}  // namespace
}  // namespace whatsflow::web::testing
