#include "plugins/gate.hpp"

namespace whatsflow::plugins {
namespace {

/// Who runs on this thread, innermost last. A plain array: the crash handler reads it.
struct CallStack {
    static constexpr unsigned kDepth = 64;
    const char* names[kDepth];
    const Gate* gates[kDepth];
    unsigned depth;
};
thread_local CallStack this_thread{};

void push(const char* name, const Gate* gate) noexcept {
    if (this_thread.depth < CallStack::kDepth) {
        this_thread.names[this_thread.depth] = name;
        this_thread.gates[this_thread.depth] = gate;
    }
    ++this_thread.depth;
}

void pop() noexcept {
    --this_thread.depth;
}

}  // namespace

const char* running_plugin() noexcept {
    const unsigned depth = this_thread.depth < CallStack::kDepth ? this_thread.depth : CallStack::kDepth;
    return depth == 0 ? nullptr : this_thread.names[depth - 1];
}

RunningPlugin::RunningPlugin(const std::string& plugin) noexcept {
    push(plugin.c_str(), nullptr);
}
RunningPlugin::~RunningPlugin() {
    pop();
}

Gate::Gate(std::string plugin, FaultListener on_fault, Now now)
    : plugin_(std::move(plugin)), on_fault_(std::move(on_fault)), now_(std::move(now)) {}

bool Gate::enter() noexcept {
    if (state_.fetch_add(1) & kClosed) {
        // Counted for a moment: whoever waits for an empty gate must hear that it is undone.
        if (state_.fetch_sub(1) == (kClosed | 1)) {
            std::lock_guard lock(mutex_);
            empty_.notify_all();
        }
        return false;
    }
    push(plugin_.c_str(), this);
    return true;
}

void Gate::leave() noexcept {
    pop();
    if (state_.fetch_sub(1) == (kClosed | 1)) {
        std::lock_guard lock(mutex_);
        empty_.notify_all();
    }
}

void Gate::open() noexcept {
    state_.fetch_and(~kClosed);
}

void Gate::close() noexcept {
    state_.fetch_or(kClosed);
}

bool Gate::wait_until_empty(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, timeout, [&] { return (state_ & ~kClosed) == 0; });
}

bool Gate::is_inside() const noexcept {
    const unsigned depth = this_thread.depth < CallStack::kDepth ? this_thread.depth : CallStack::kDepth;
    for (unsigned i = 0; i < depth; ++i)
        if (this_thread.gates[i] == this) return true;
    return false;
}

void Gate::fault(std::string_view what) noexcept {
    ++faults_;
    try {
        bool enough = false;
        {
            std::lock_guard lock(mutex_);
            const auto now = now_();
            while (!recent_faults_.empty() && now - recent_faults_.front() > kFaultWindow) recent_faults_.pop_front();
            recent_faults_.push_back(now);
            enough = recent_faults_.size() >= kFaultsUntilQuarantine;
            if (enough) recent_faults_.clear();
        }
        if (on_fault_) on_fault_(plugin_, what, enough);
    } catch (...) {
        // Out of memory while counting: the fault itself has been counted above.
    }
}

}  // namespace whatsflow::plugins
