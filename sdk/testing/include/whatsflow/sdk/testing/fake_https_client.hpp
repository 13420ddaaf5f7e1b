/// \file
/// The outside world, played from a script.
///
///     host.network().answer("https://api.acme.test/v1/sessions", {201, {}, R"({"id":"s1"})"});
///     host.network().fail("https://api.acme.test/", fail("net.unknown", "timed out"));
///     …
///     EXPECT_EQ(host.network().requests().at(0).method, Method::post);
#pragma once

#include <whatsflow/sdk/https_client.hpp>

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk::testing {

/// Each scripted answer is used once, in the order it was given, for the first request whose
/// URL begins with its prefix. Without one the standing answer is asked; without that, the
/// request is `net.not_sent`: a test never reaches the network. [thread-safe]
class FakeHttpsClient final : public HttpsClient {
public:
    using Handler = std::function<Result<IncomingResponse>(const CallContext&, const OutgoingRequest&)>;

    Result<IncomingResponse> send(const CallContext& context, const OutgoingRequest& request) override;

    void answer(std::string url_prefix, IncomingResponse response);
    void fail(std::string url_prefix, Error error);
    /// Asked for every request that no scripted answer takes.
    void answer_always(Handler handler);

    std::vector<OutgoingRequest> requests() const;
    /// Scripted answers nobody asked for.
    std::size_t unused() const;
    void clear();

private:
    struct Scripted {
        std::string prefix;
        Result<IncomingResponse> answer;
    };
    mutable std::mutex mutex_;
    std::deque<Scripted> scripted_;
    Handler standing_;
    std::vector<OutgoingRequest> requests_;
};

/// A response in one line.
IncomingResponse response(int status, std::string body = {}, Headers headers = {});

}  // namespace whatsflow::sdk::testing
