#include "plugins/control_thread.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace whatsflow::plugins {
namespace {

thread_local bool inside_step = false;

}  // namespace

struct ControlThread::Worker {
    std::mutex mutex;
    std::condition_variable changed;
    std::function<void()> step;
    bool done = true;
    bool leaving = false;
    std::thread thread;

    void work() {
        inside_step = true;
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [&] { return !done || leaving; });
            if (done) return;
            lock.unlock();
            step();
            step = nullptr;  // what it owned dies here, on this thread
            lock.lock();
            done = true;
            changed.notify_all();
            if (leaving) return;
        }
    }
};

bool ControlThread::is_current() noexcept {
    return inside_step;
}

bool ControlThread::run(std::function<void()> step, std::chrono::milliseconds timeout) {
    if (!worker_) {
        worker_ = std::make_shared<Worker>();
        worker_->thread = std::thread([worker = worker_] { worker->work(); });
    }
    std::unique_lock lock(worker_->mutex);
    worker_->step = std::move(step);
    worker_->done = false;
    worker_->changed.notify_all();
    if (worker_->changed.wait_for(lock, timeout, [&] { return worker_->done; })) return true;
    worker_->leaving = true;
    worker_->thread.detach();
    lock.unlock();
    worker_.reset();
    return false;
}

ControlThread::~ControlThread() {
    if (!worker_) return;
    {
        std::lock_guard lock(worker_->mutex);
        worker_->leaving = true;
        worker_->changed.notify_all();
    }
    worker_->thread.join();
}

}  // namespace whatsflow::plugins
