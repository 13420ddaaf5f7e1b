/// \file
/// A fixed set of threads that can be left alone: one that does not come back from a plugin's
/// code in time is detached instead of holding up the end of the server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace whatsflow::background {

/// [control-thread]
class Crew {
public:
    Crew() = default;
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// `work` returns when it is told to by means of its own; what it uses must be owned by it,
    /// since it may outlive everything else.
    void start(unsigned threads, const std::function<void()>& work);
    /// True when all of them came back before the timeout.
    bool join(std::chrono::milliseconds timeout);

private:
    struct Count {
        std::mutex mutex;
        std::condition_variable changed;
        unsigned alive = 0;
    };
    std::shared_ptr<Count> count_ = std::make_shared<Count>();
    std::vector<std::thread> threads_;
};

}  // namespace whatsflow::background
