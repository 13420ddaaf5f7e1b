/// \file
/// Where faults are reported: one log line each, and the one too many goes to whoever takes
/// plugins out of service, on a thread that is not inside the plugin.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace whatsflow::plugins {

struct Platform;

/// [thread-safe]
class FaultDesk {
public:
    using Quarantine = std::function<void(const std::string& plugin, const std::string& what)>;

    FaultDesk(std::shared_ptr<const Platform> platform, Quarantine quarantine);
    /// Waits for a quarantine under way.
    ~FaultDesk();
    FaultDesk(const FaultDesk&) = delete;
    FaultDesk& operator=(const FaultDesk&) = delete;

    /// For gates; may outlive the desk.
    std::function<void(const std::string&, std::string_view, bool)> listener() const;

private:
    struct State;
    std::shared_ptr<State> state_;
    std::thread thread_;
};

}  // namespace whatsflow::plugins
