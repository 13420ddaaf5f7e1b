/// \file
/// The host's `sdk::HttpsClient`: outgoing calls with proof of who answers, an overall
/// deadline, capped answers, a bulkhead and a circuit breaker for each destination.
///
///     net::Client client{{.finished = [&](const net::CallRecord& call) { count(call); }}};
///     auto answer = client.send(context, {.method = sdk::Method::get, .url = "https://api.example.com/v1/x"});
#pragma once

#include <whatsflow/sdk/https_client.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace whatsflow::net {

/// One call is over, however it ended.
struct CallRecord {
    std::string destination;  ///< `host:port`; empty when the address was unusable
    std::string outcome;      ///< `ok` or the error's code
    int status = 0;           ///< of the answer, 0 without one
    std::chrono::microseconds duration{};
};

struct ClientOptions {
    /// PEM file of authorities trusted beside the system's, for private ones.
    std::string extra_ca_file{};
    /// False for addresses that tenants write: then loopback and private networks are refused.
    bool allow_private_addresses = true;
    std::size_t most_calls_per_destination = 16;
    std::chrono::milliseconds connect_timeout{5000};
    /// For calls whose context has no deadline.
    std::chrono::milliseconds longest_call{30'000};
    std::size_t failures_to_open = 5;
    std::chrono::milliseconds open_for{30'000};
    std::chrono::milliseconds idle_for{5000};
    /// The addresses of a name, as text; the system is asked when empty. For tests.
    std::function<std::vector<std::string>(const std::string& host)> look_up{};
    /// The time of breakers and idle connections; steady_clock when empty. For tests.
    std::function<std::chrono::steady_clock::time_point()> now{};
    /// Called after each call, on its thread; must not throw.
    std::function<void(const CallRecord&)> finished{};
};

/// [thread-safe] Blocks. Redirects are answers like any other: they are not followed.
class Client final : public sdk::HttpsClient {
public:
    /// Throws std::runtime_error when the authorities cannot be loaded.
    explicit Client(ClientOptions options = {});
    ~Client() override;

    sdk::Result<sdk::IncomingResponse> send(const sdk::CallContext& context,
                                            const sdk::OutgoingRequest& request) override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace whatsflow::net
