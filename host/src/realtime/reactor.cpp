#include "realtime/reactor.hpp"

#include <Poco/NObserver.h>
#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace whatsflow::realtime {

using Poco::Net::ReadableNotification;

Poco::Net::StreamSocket socket_around(int descriptor) {
    return Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(descriptor));
}

Reactor::Reactor(std::chrono::milliseconds period, std::function<void()> tick)
    : SocketReactor(Poco::Timespan(std::chrono::microseconds(period).count())),
      period_(period),
      tick_(std::move(tick)) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0)
        throw std::runtime_error("no socket pair to wake the reactor with");
    wake_reader_ = socket_around(pair[0]);
    wake_writer_ = pair[1];
    addEventHandler(wake_reader_, Poco::NObserver<Reactor, ReadableNotification>(*this, &Reactor::on_woken));
}

Reactor::~Reactor() {
    stop_and_join();
    ::close(wake_writer_);
}

void Reactor::start() {
    thread_ = std::thread([this] { run(); });
}

void Reactor::stop_and_join() {
    if (!thread_.joinable()) return;
    post([this] { stop(); });
    thread_.join();
}

bool Reactor::post(std::function<void()> work, std::size_t most) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (posted_.size() >= most) return false;
        first = posted_.empty();
        posted_.push_back(std::move(work));
    }
    if (first) wake();
    return true;
}

void Reactor::wake() {
    const char byte = 1;
    // A full pipe wakes as well as one byte more.
    [[maybe_unused]] const auto sent = ::send(wake_writer_, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Reactor::on_woken(const Poco::AutoPtr<ReadableNotification>&) {
    std::array<char, 256> ignored{};
    [[maybe_unused]] const auto got =
        ::recv(wake_reader_.impl()->sockfd(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    std::vector<std::function<void()>> work;
    {
        const std::lock_guard lock(mutex_);
        work.swap(posted_);
    }
    for (auto& piece : work) piece();
}

void Reactor::tick_if_due() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_tick_) return;
    next_tick_ = now + period_;
    tick_();
}

}  // namespace whatsflow::realtime
