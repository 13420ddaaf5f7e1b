/// \file
/// The gate of one plugin: every call into its code goes through here.
///
/// It counts calls in and out, so that a plugin can be stopped when nobody is inside; it
/// remembers which plugin runs on this thread, so that a crash can name it; and it counts
/// faults, five in sixty seconds being the point where the plugin is taken out of service.
///
///     Inside inside(gate);
///     if (!inside) return unavailable(gate.plugin());
///     plugin_code();
#pragma once

#include "services/call_gate.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace whatsflow::plugins {

/// [thread-safe]
class Gate final : public services::CallGate {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;
    /// `enough` is true once: when this fault was the one too many.
    using FaultListener = std::function<void(const std::string& plugin, std::string_view what, bool enough)>;

    static constexpr std::size_t kFaultsUntilQuarantine = 5;
    static constexpr std::chrono::seconds kFaultWindow{60};

    /// Closed until open() is called.
    Gate(std::string plugin, FaultListener on_fault, Now now = &std::chrono::steady_clock::now);

    bool enter() noexcept override;
    void leave() noexcept override;
    void fault(std::string_view what) noexcept override;

    void open() noexcept;
    void close() noexcept;
    /// Waits until every call that got in is out again. False at the deadline.
    bool wait_until_empty(std::chrono::milliseconds timeout);

    const std::string& plugin() const noexcept { return plugin_; }
    std::uint64_t faults() const noexcept { return faults_; }
    /// This thread is somewhere inside this plugin.
    bool is_inside() const noexcept;

private:
    static constexpr std::uint64_t kClosed = 1ull << 63;

    const std::string plugin_;
    const FaultListener on_fault_;
    const Now now_;
    std::atomic<std::uint64_t> state_{kClosed};  ///< calls inside, and the closed bit
    std::atomic<std::uint64_t> faults_{0};
    std::mutex mutex_;
    std::condition_variable empty_;
    std::deque<std::chrono::steady_clock::time_point> recent_faults_;
};

/// A call through the gate, for the length of a scope.
class [[nodiscard]] Inside {
public:
    explicit Inside(Gate& gate) noexcept : gate_(gate), entered_(gate.enter()) {}
    ~Inside() {
        if (entered_) gate_.leave();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    explicit operator bool() const noexcept { return entered_; }

private:
    Gate& gate_;
    bool entered_;
};

/// Marks this thread as running code of `plugin` without going through its gate: while it
/// is loaded, started or stopped. The text must outlive the scope.
class [[nodiscard]] RunningPlugin {
public:
    explicit RunningPlugin(const std::string& plugin) noexcept;
    ~RunningPlugin();
    RunningPlugin(const RunningPlugin&) = delete;
    RunningPlugin& operator=(const RunningPlugin&) = delete;
};

/// Id of the plugin whose code runs on this thread, or null. [async-signal-safe]
const char* running_plugin() noexcept;

}  // namespace whatsflow::plugins
