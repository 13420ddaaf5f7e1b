#include "background/crew.hpp"

namespace whatsflow::background {

void Crew::start(unsigned threads, const std::function<void()>& work) {
    for (unsigned i = 0; i < threads; ++i) {
        {
            std::lock_guard lock(count_->mutex);
            ++count_->alive;
        }
        threads_.emplace_back([work, count = count_] {
            work();
            std::lock_guard lock(count->mutex);
            --count->alive;
            count->changed.notify_all();
        });
    }
}

bool Crew::join(std::chrono::milliseconds timeout) {
    bool all_back = false;
    {
        std::unique_lock lock(count_->mutex);
        all_back = count_->changed.wait_for(lock, timeout, [&] { return count_->alive == 0; });
    }
    for (auto& thread : threads_) all_back ? thread.join() : thread.detach();
    threads_.clear();
    return all_back;
}

}  // namespace whatsflow::background
