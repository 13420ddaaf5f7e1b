/// \file
/// The HTTP server: listeners on Pistache, a worker pool, deadlines, a graceful end.
///
///     http::Server server(options, application);
///     if (auto started = server.start(); !started) return started.error();
///     …
///     server.drain(std::chrono::steady_clock::now() + 20s);
///     if (!server.stop()) std::_Exit(0);  // a library thread hangs; all is flushed
#pragma once

#include "http/server_options.hpp"
#include "http/worker_pool.hpp"

#include <whatsflow/sdk/result.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace whatsflow::http {

class Application;

class Server {
public:
    struct Counts {
        std::size_t connections = 0;
        std::size_t slow_readers = 0;
        std::size_t streams = 0;
        WorkerPool::Counts pool{};
    };

    /// `application` outlives the server.
    Server(ServerOptions options, Application& application);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Error `http.port_taken` or `http.cannot_listen`, naming address and port.
    sdk::Result<void> start();
    /// The ports that are really listened on, in the order of the options.
    [[nodiscard]] std::vector<std::uint16_t> ports() const;

    /// Closes the listeners; open connections go on. Idempotent.
    void stop_accepting();
    /// Stops accepting, ends idle connections and lets requests in flight finish. False when
    /// `deadline` came first. Replies from now on carry `Connection: close`.
    bool drain(std::chrono::steady_clock::time_point deadline);
    /// Ends everything. False when a library thread, work on the pool or the source of a stream does
    /// not end within three seconds each: then leave the process with _exit, after flushing. Idempotent.
    bool stop();

    [[nodiscard]] Counts counts() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace whatsflow::http
