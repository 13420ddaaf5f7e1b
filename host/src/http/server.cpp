#include "http/server.hpp"

#include "http/listening_socket.hpp"
#include "http/pistache_handler.hpp"

#include <pistache/endpoint.h>

#include <sys/resource.h>
#include <sys/socket.h>

#include <future>
#include <thread>

namespace whatsflow::http {
namespace {

/// So long that Pistache's own timeouts never write into a stream of ours.
constexpr auto kLeftToTheGuard = std::chrono::hours(24 * 3650);

struct Listener {
    std::unique_ptr<Pistache::Http::Endpoint> endpoint;
    std::uint16_t port = 0;
    int descriptor = -1;
};

/// Two descriptors a connection: ask for what the administrator allows.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t connections_that_fit(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    constexpr rlim_t kForTheRest = 256;
    const auto room = limit.rlim_cur > 2 * kForTheRest ? (limit.rlim_cur - kForTheRest) / 2 : 64;
    return std::min<std::size_t>(wanted, room);
}

ServerOptions fitting(ServerOptions options) {
    raise_descriptor_limit();
    options.limits.connections = connections_that_fit(options.limits.connections);
    return options;
}

}  // namespace

struct Server::Parts {
    std::shared_ptr<Wire> wire;
    std::vector<Listener> listeners;

    std::thread sweeper;
    std::mutex mutex;
    std::condition_variable stop_sweeping;
    bool stopped = false;
    bool clean = true;

    void sweep() {
        std::unique_lock lock(mutex);
        while (!stop_sweeping.wait_for(lock, wire->options.deadlines.sweep, [&] { return stopped; })) {
            lock.unlock();
            const auto now = std::chrono::steady_clock::now();
            wire->table.expire(now, wire->draining);
            wire->pool.give_up_late_work(now);
            lock.lock();
        }
    }

    sdk::Result<void> listen(std::uint16_t port) {
        const auto& options = wire->options;
        try {
            using Flag = Pistache::Tcp::Options;
            auto endpoint =
                std::make_unique<Pistache::Http::Endpoint>(Pistache::Address(options.address, Pistache::Port(port)));
            // The order matters: init copies the limits that setHandler hands to the handler.
            endpoint->init(Pistache::Http::Endpoint::options()
                               .threads(options.threads)
                               .flags(Flag::ReuseAddr | Flag::NoDelay | Flag::CloseOnExec)
                               .headerTimeout(kLeftToTheGuard)
                               .bodyTimeout(kLeftToTheGuard)
                               .keepaliveTimeout(kLeftToTheGuard));
            endpoint->setHandler(std::make_shared<PistacheHandler>(wire));
            endpoint->serveThreaded();
            const auto real_port = static_cast<std::uint16_t>(endpoint->getPort());
            const int descriptor = find_listening_descriptor(real_port);
            // The library ignores its backlog option; asking again replaces its 128.
            if (descriptor >= 0) ::listen(descriptor, 4096);
            listeners.push_back({std::move(endpoint), real_port, descriptor});
            return sdk::ok();
        } catch (const std::exception&) {
            auto reason = can_listen(options.address, port);
            if (!reason) return reason;
            return sdk::fail("http.cannot_listen", "Cannot listen on " + options.address + ":" + std::to_string(port) +
                                                       ": the listener did not start.");
        }
    }
};

Server::Server(ServerOptions options, Application& application) : parts_(std::make_unique<Parts>()) {
    parts_->wire = std::make_shared<Wire>(fitting(std::move(options)), application);
}

Server::~Server() {
    stop();
}

sdk::Result<void> Server::start() {
    const auto& options = parts_->wire->options;
    // All ports are tried before any is served: a library endpoint that has to be taken back can hang.
    for (const auto port : options.ports)
        if (auto free = can_listen(options.address, port); !free) return free;
    for (const auto port : options.ports)
        if (auto listening = parts_->listen(port); !listening) return listening;
    parts_->sweeper = std::thread([parts = parts_.get()] { parts->sweep(); });
    return sdk::ok();
}

std::vector<std::uint16_t> Server::ports() const {
    std::vector<std::uint16_t> ports;
    for (const auto& listener : parts_->listeners) ports.push_back(listener.port);
    return ports;
}

void Server::stop_accepting() {
    for (auto& listener : parts_->listeners) {
        if (listener.descriptor >= 0) close_listening_descriptor(listener.descriptor);
        listener.descriptor = -1;
    }
}

bool Server::drain(std::chrono::steady_clock::time_point deadline) {
    stop_accepting();
    auto& wire = *parts_->wire;
    wire.draining = true;
    wire.table.expire(std::chrono::steady_clock::now(), true);
    return wire.pool.wait_until_idle(deadline) && wire.table.wait_until_empty(deadline);
}

bool Server::stop() {
    {
        const std::lock_guard lock(parts_->mutex);
        if (parts_->stopped) return parts_->clean;
        parts_->stopped = true;
    }
    stop_accepting();
    auto& wire = *parts_->wire;
    wire.draining = true;
    parts_->stop_sweeping.notify_all();
    if (parts_->sweeper.joinable()) parts_->sweeper.join();
    wire.pool.stop();
    wire.streams.stop();

    // The library can hang while it joins its threads; then it is left behind, not waited for.
    auto ended = std::make_shared<std::promise<void>>();
    auto end = ended->get_future();
    std::thread([listeners = std::make_shared<std::vector<Listener>>(std::move(parts_->listeners)), ended]() mutable {
        for (auto& listener : *listeners) listener.endpoint->shutdown();
        listeners->clear();
        ended->set_value();
    }).detach();
    parts_->clean = end.wait_for(std::chrono::seconds(3)) == std::future_status::ready;
    wire.slow_readers.stop();
    // Work that still runs uses the application, which may be gone once we return true.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    const bool idle = wire.pool.wait_until_idle(deadline) && wire.streams.wait_until_idle(deadline);
    parts_->clean = parts_->clean && idle && wire.pool.counts().hanging == 0;
    return parts_->clean;
}

Server::Counts Server::counts() const {
    const auto& wire = *parts_->wire;
    return {wire.table.size(), wire.slow_readers.count(), wire.streams.count(), wire.pool.counts()};
}

}  // namespace whatsflow::http
