// Clients that connect, ask and leave at once: nobody may ever see a byte meant for another.
#include "http/wire_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace whatsflow::http::testing {
namespace {

/// Fewer under a sanitizer or when the machine is small: WHATSFLOW_CHURN=2000.
std::size_t connections_to_make() {
    const char* wanted = std::getenv("WHATSFLOW_CHURN");
    return wanted ? static_cast<std::size_t>(std::strtoul(wanted, nullptr, 10)) : 20'000;
}

TEST(WireChurn, NeverGivesOneClientTheBytesOfAnother) {
    constexpr std::size_t kClients = 8;
    const auto each = connections_to_make() / kClients;
    std::atomic<std::size_t> foreign{0};
    std::atomic<std::size_t> answered{0};
    std::atomic<std::size_t> refused{0};
    std::vector<std::thread> clients;
    for (std::size_t number = 0; number < kClients; ++number)
        clients.emplace_back([&, number] {
            std::mt19937 random(static_cast<unsigned>(number));
            for (std::size_t i = 0; i < each; ++i) {
                const auto token = "<" + std::to_string(number) + "-" + std::to_string(i) + ">";
                RawClient client(shared_server().port());
                if (!client.connected()) {
                    ++refused;
                    continue;
                }
                client.send(get((random() % 4 == 0 ? "/token/" : "/pool/") + token));
                // Most leave at once, some half-close, some wait a moment, some stay for it.
                const auto manner = random() % 8;
                if (manner == 0) client.close_our_half();
                if (manner > 3) continue;
                auto got = manner == 3 ? client.read_reply() : client.read_some(std::chrono::milliseconds(1));
                const auto body = got.find("\r\n\r\n");
                if (body == std::string::npos) continue;
                got = got.substr(body + 4);
                // A busy pool may say so; nothing else but the own token is allowed.
                if (got == token)
                    ++answered;
                else if (got != "The server is busy.")
                    ++foreign;
            }
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(foreign, 0u);
    EXPECT_EQ(refused, 0u);
    EXPECT_GT(answered, each);
    // Nothing is left behind: every connection has been closed and counted out.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (shared_server().server.counts().connections > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(shared_server().server.counts().connections, 0u);
}

}  // namespace
}  // namespace whatsflow::http::testing
