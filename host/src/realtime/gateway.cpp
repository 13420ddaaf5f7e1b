#include "realtime/gateway.hpp"

#include "http/listening_socket.hpp"
#include "realtime/connection.hpp"

#include <Poco/Exception.h>
#include <Poco/NObserver.h>
#include <Poco/Net/ServerSocket.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <atomic>
#include <future>
#include <unordered_map>
#include <unordered_set>

namespace whatsflow::realtime {
namespace {

using Poco::Net::ReadableNotification;

constexpr std::size_t kCheckThreads = 2;
constexpr std::size_t kWaitingChecks = 4096;
constexpr int kAcceptAtOnce = 64;

std::string text_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = address.ss_family == AF_INET6
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
                            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    ::inet_ntop(address.ss_family, bytes, text.data(), text.size());
    return text.data();
}

}  // namespace

class Gateway::Parts final : public Surroundings {
public:
    Parts(Settings settings, Dependencies dependencies)
        : settings_(std::move(settings)),
          dependencies_(std::move(dependencies)),
          checks_({.workers = kCheckThreads, .queue_length = kWaitingChecks}),
          reactor_(settings_.tick, [this] { tick(); }) {}

    sdk::Result<void> start();
    bool stop();
    void deliver(std::string channel, std::string_view text);
    void session_changed(std::string session);
    std::size_t count() const { return count_; }
    std::uint16_t port() const { return port_; }

    const Settings& settings() const override { return settings_; }
    const Dependencies& dependencies() const override { return dependencies_; }
    const web::ClientResolver& clients() const override { return *clients_; }
    Reactor& reactor() override { return reactor_; }
    http::WorkerPool& checks() override { return checks_; }
    web::RequestIds& request_ids() override { return request_ids_; }
    bool admit(LiveConnection& connection, const web::Client& client) override;
    bool has_room_for_stream() const override { return streams_ < settings_.streams; }
    void joined(LiveConnection& connection) override;
    void gone(LiveConnection& connection) override;

private:
    // All of these on the reactor's thread.
    void on_arrival(const Poco::AutoPtr<ReadableNotification>& notification);
    void watch_listener(bool wanted);
    void tick();
    void close_all();
    void finish_when_empty();
    template <class Action>
    void for_each(Action action);

    const Settings settings_;
    const Dependencies dependencies_;
    std::unique_ptr<web::ClientResolver> clients_;
    web::RequestIds request_ids_;
    http::WorkerPool checks_;
    Poco::Net::ServerSocket listener_;
    std::uint16_t port_ = 0;
    bool listening_ = false;
    bool started_ = false;
    bool clean_ = true;

    std::unordered_map<LiveConnection*, std::shared_ptr<LiveConnection>> connections_;
    std::unordered_map<std::string, std::unordered_set<LiveConnection*>> channels_;
    std::unordered_map<std::string, std::size_t> per_address_;
    std::atomic<std::size_t> count_{0};
    std::size_t streams_ = 0;
    bool stopping_ = false;
    std::promise<void> empty_;

    Reactor reactor_;  ///< last: its thread uses all of the above
};

sdk::Result<void> Gateway::Parts::start() {
    std::vector<web::AddressRange> trusted;
    for (const auto& text : settings_.trusted_proxies) {
        auto range = web::AddressRange::parse(text);
        if (!range) return range.error();
        trusted.push_back(*range);
    }
    clients_ = std::make_unique<web::ClientResolver>(std::move(trusted));
    if (auto free = http::can_listen(settings_.address, settings_.port); !free) return free;
    try {
        listener_.bind(Poco::Net::SocketAddress(settings_.address, settings_.port), true);
        listener_.listen(1024);
        port_ = listener_.address().port();
        const int descriptor = listener_.impl()->sockfd();
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    } catch (const Poco::Exception& exception) {
        return sdk::fail("http.cannot_listen", "Cannot listen on " + settings_.address + ":" +
                                                   std::to_string(settings_.port) + ": " + exception.displayText() +
                                                   ".");
    }
    watch_listener(true);
    started_ = true;
    reactor_.start();
    return sdk::ok();
}

bool Gateway::Parts::stop() {
    if (!std::exchange(started_, false)) return clean_;
    auto empty = empty_.get_future();
    reactor_.post([this] { close_all(); });
    empty.wait_for(settings_.linger + std::chrono::seconds(1));
    checks_.stop();
    clean_ = checks_.wait_until_idle(std::chrono::steady_clock::now() + std::chrono::seconds(3)) &&
             checks_.counts().hanging == 0;
    reactor_.stop_and_join();
    for_each([](LiveConnection& connection) { connection.end(); });
    return clean_;
}

void Gateway::Parts::deliver(std::string channel, std::string_view text) {
    auto frame = channel.starts_with(kStreamChannel) ? std::make_shared<const std::string>(text)
                                                     : make_frame(Opcode::text, text);
    const bool taken = reactor_.post(
        [this, channel = std::move(channel), frame = std::move(frame)] {
            const auto found = channels_.find(channel);
            if (found == channels_.end()) return;
            // A copy: a page that does not keep up leaves the list while it is walked.
            const std::vector<LiveConnection*> hearing(found->second.begin(), found->second.end());
            for (auto* connection : hearing) {
                dependencies_.meters.delivered.add();
                connection->send(frame);
            }
        },
        settings_.waiting_messages);
    if (!taken) dependencies_.meters.dropped.add();
}

void Gateway::Parts::session_changed(std::string session) {
    reactor_.post([this, session = std::move(session)] {
        for_each([&](LiveConnection& connection) { connection.session_changed(session); });
    });
}

void Gateway::Parts::watch_listener(bool wanted) {
    if (wanted == listening_) return;
    const Poco::NObserver<Parts, ReadableNotification> observer(*this, &Parts::on_arrival);
    if (wanted)
        reactor_.addEventHandler(listener_, observer);
    else
        reactor_.removeEventHandler(listener_, observer);
    listening_ = wanted;
}

void Gateway::Parts::on_arrival(const Poco::AutoPtr<ReadableNotification>&) {
    for (int i = 0; i < kAcceptAtOnce; ++i) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        const int descriptor = ::accept4(listener_.impl()->sockfd(), reinterpret_cast<sockaddr*>(&address), &length,
                                         SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (descriptor < 0) {
            // Out of descriptors: the listener would be readable again at once. The tick looks again.
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) watch_listener(false);
            return;
        }
        auto socket = socket_around(descriptor);
        // Saying no costs a connection too: past the limit nothing is said.
        if (connections_.size() >= settings_.connections) {
            dependencies_.meters.refused.add();
            continue;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto connection = std::make_shared<LiveConnection>(*this, std::move(socket), text_of(address));
        connections_.emplace(connection.get(), connection);
        count_ = connections_.size();
        connection->begin();
    }
}

bool Gateway::Parts::admit(LiveConnection& connection, const web::Client& client) {
    if (client.loopback) return true;
    auto key = web::limit_key_of(client.address);
    const auto counted = per_address_.find(key);
    if (counted != per_address_.end() && counted->second >= settings_.connections_per_address) return false;
    ++per_address_[key];
    connection.count_under(std::move(key));
    return true;
}

void Gateway::Parts::joined(LiveConnection& connection) {
    if (connection.is_stream()) ++streams_;
    for (const auto& channel : connection.channels()) channels_[channel].insert(&connection);
}

void Gateway::Parts::gone(LiveConnection& connection) {
    if (connection.is_stream()) --streams_;
    for (const auto& channel : connection.channels()) {
        const auto found = channels_.find(channel);
        if (found == channels_.end()) continue;
        found->second.erase(&connection);
        if (found->second.empty()) channels_.erase(found);
    }
    const auto counted = per_address_.find(connection.address_key());
    if (counted != per_address_.end() && --counted->second == 0) per_address_.erase(counted);
    connections_.erase(&connection);
    count_ = connections_.size();
    finish_when_empty();
}

template <class Action>
void Gateway::Parts::for_each(Action action) {
    std::vector<std::shared_ptr<LiveConnection>> all;
    all.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) action(*connection);
}

void Gateway::Parts::tick() {
    checks_.give_up_late_work(std::chrono::steady_clock::now());
    const auto now = dependencies_.now();
    for_each([now](LiveConnection& connection) { connection.tick(now); });
    if (!stopping_) watch_listener(true);
}

void Gateway::Parts::close_all() {
    stopping_ = true;
    watch_listener(false);
    listener_.close();
    for_each([](LiveConnection& connection) { connection.close(close_code::kGoingAway, "The server restarts."); });
    finish_when_empty();
}

void Gateway::Parts::finish_when_empty() {
    if (stopping_ && connections_.empty()) std::exchange(empty_, {}).set_value();
}

Gateway::Gateway(Settings settings, Dependencies dependencies)
    : parts_(std::make_unique<Parts>(std::move(settings), std::move(dependencies))) {}

Gateway::~Gateway() {
    stop();
}

sdk::Result<void> Gateway::start() {
    return parts_->start();
}
bool Gateway::stop() {
    return parts_->stop();
}
void Gateway::deliver(std::string channel, std::string_view text) {
    parts_->deliver(std::move(channel), text);
}
void Gateway::session_changed(std::string session) {
    parts_->session_changed(std::move(session));
}
std::size_t Gateway::connections() const {
    return parts_->count();
}
std::uint16_t Gateway::port() const {
    return parts_->port();
}

}  // namespace whatsflow::realtime
