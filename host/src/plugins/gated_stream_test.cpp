// A stream runs inside its plugin's gate, and only there.
#include "plugins/gated_stream.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace whatsflow::plugins::testing {
namespace {

struct GatedStreams : ::testing::Test {
    std::size_t faults = 0;
    std::shared_ptr<Gate> gate =
        std::make_shared<Gate>("exports", [this](const std::string&, std::string_view, bool) { ++faults; });
    GatedStreams() { gate->open(); }

    sdk::Result<std::string> next_of(const sdk::Response& response) {
        return std::get<sdk::BodyStream>(response.body()).next();
    }
    sdk::Response gated(std::function<sdk::Result<std::string>()> next) {
        return behind_gate(sdk::stream("text/csv", "a.csv", std::move(next)), gate, "GET /export");
    }
};

TEST_F(GatedStreams, GivePiecesInsideTheGate) {
    bool inside = false;
    const auto response = gated([&]() -> sdk::Result<std::string> {
        inside = gate->is_inside();
        return std::string("row");
    });

    EXPECT_EQ(*next_of(response), "row");
    EXPECT_TRUE(inside);
    EXPECT_FALSE(gate->is_inside());
}

TEST_F(GatedStreams, EndWithAnErrorOnceThePluginStops) {
    int calls = 0;
    const auto response = gated([&]() -> sdk::Result<std::string> {
        ++calls;
        return std::string("row");
    });
    EXPECT_TRUE(next_of(response));

    gate->close();

    EXPECT_TRUE(gate->wait_until_empty(std::chrono::milliseconds(0)));
    EXPECT_EQ(next_of(response).error().code, "plugin.unavailable");
    EXPECT_EQ(calls, 1);
}

TEST_F(GatedStreams, CountWhatTheyThrowAsAFault) {
    const auto response = gated([]() -> sdk::Result<std::string> { throw std::runtime_error("secret"); });

    const auto piece = next_of(response);

    EXPECT_EQ(piece.error().code, "plugin.fault");
    EXPECT_EQ(piece.error().message.find("secret"), std::string::npos);
    EXPECT_EQ(faults, 1u);
}

TEST_F(GatedStreams, LetGoOfWhatTheyHoldInsideTheGate) {
    struct Holding {
        Gate& gate;
        bool& inside;
        ~Holding() { inside = gate.is_inside(); }
    };
    bool inside = false;
    {
        auto held = std::make_shared<Holding>(Holding{*gate, inside});
        inside = false;
        const auto response = gated([held = std::move(held)]() -> sdk::Result<std::string> { return std::string(); });
        EXPECT_TRUE(next_of(response));
    }
    EXPECT_TRUE(inside);
}

TEST_F(GatedStreams, LeaveOtherBodiesAlone) {
    const auto response = behind_gate(sdk::text("hello"), gate, "GET /");
    EXPECT_EQ(std::get<std::string>(response.body()), "hello");
}

}  // namespace
}  // namespace whatsflow::plugins::testing
