/// \file
/// One thread around POCO's SocketReactor: whatever the gateway does, it does here, so none of
/// it needs a lock. Others hand over work with `post`.
#pragma once

#include <Poco/Net/SocketNotification.h>
#include <Poco/Net/SocketReactor.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace whatsflow::realtime {

class Reactor final : public Poco::Net::SocketReactor {
public:
    /// `tick` is called on the reactor's thread about every `period`, for deadlines.
    Reactor(std::chrono::milliseconds period, std::function<void()> tick);
    ~Reactor() override;

    void start();
    /// What was posted before is still done. Not from the reactor's own thread.
    void stop_and_join();

    /// [any thread] Never blocks. False when `most` or more pieces of work wait already.
    bool post(std::function<void()> work, std::size_t most = static_cast<std::size_t>(-1));

protected:
    void onTimeout() override { tick_if_due(); }
    void onBusy() override { tick_if_due(); }

private:
    void on_woken(const Poco::AutoPtr<Poco::Net::ReadableNotification>& notification);
    void tick_if_due();
    void wake();

    const std::chrono::milliseconds period_;
    const std::function<void()> tick_;
    std::chrono::steady_clock::time_point next_tick_{};
    Poco::Net::StreamSocket wake_reader_;
    int wake_writer_ = -1;
    std::mutex mutex_;
    std::vector<std::function<void()>> posted_;
    std::thread thread_;
};

/// A socket of ours under POCO's type. Takes over the descriptor.
[[nodiscard]] Poco::Net::StreamSocket socket_around(int descriptor);

}  // namespace whatsflow::realtime
