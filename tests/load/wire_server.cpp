// Our wire with a ready reply: from the loop, and from the pool at /pool.
// Usage: wire_server PORT THREADS BODY_BYTES WORKERS
#include "http/application.hpp"
#include "http/server.hpp"

#include <cstdio>
#include <cstdlib>
#include <semaphore>

namespace {

using namespace whatsflow::http;

class ReadyReply : public Application {
public:
    explicit ReadyReply(std::size_t bytes) : body_(std::make_shared<const std::string>(bytes, 'x')) {}

    std::variant<BodyLimit, WireReply> on_head(const WireRequest&) override { return BodyLimit{65536}; }
    std::variant<WireReply, PoolWork> on_request(WireRequest request) override {
        if (request.target != "/pool") return reply(200);
        PoolWork work;
        work.run = [this] { return reply(200); };
        return work;
    }
    WireReply refusal(int status, std::string_view, std::uint16_t) override { return reply(status); }
    WireReply overloaded(const WireRequest&, std::string_view) override { return reply(503); }
    void finished(const WireRequest&, int, std::size_t, std::chrono::microseconds) noexcept override {}

private:
    /// The headers that a real page carries.
    WireReply reply(int status) const {
        WireReply made;
        made.status = status;
        made.headers.add("Content-Type", "text/html; charset=utf-8");
        made.headers.add("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
        made.headers.add("X-Content-Type-Options", "nosniff");
        made.headers.add("Referrer-Policy", "strict-origin-when-cross-origin");
        made.headers.add("Cache-Control", "public, max-age=60");
        made.headers.add("ETag", "\"0123456789abcdef\"");
        made.body = body_;
        return made;
    }

    std::shared_ptr<const std::string> body_;
};

int number(char** arguments, int count, int index, int otherwise) {
    return index < count ? std::atoi(arguments[index]) : otherwise;
}

}  // namespace

int main(int count, char** arguments) {
    ReadyReply application(static_cast<std::size_t>(number(arguments, count, 3, 4096)));
    ServerOptions options;
    options.ports = {static_cast<std::uint16_t>(number(arguments, count, 1, 9081))};
    options.threads = number(arguments, count, 2, 1);
    options.workers = static_cast<std::size_t>(number(arguments, count, 4, 4));
    Server server(options, application);
    if (const auto started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    std::binary_semaphore forever{0};
    forever.acquire();
}
