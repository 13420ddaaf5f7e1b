/// \file
/// What the staff's panel may see and do of the running host: the service `whatsflow.operations/1`.
#pragma once

#include <whatsflow/sdk/operations.hpp>
#include <whatsflow/sdk/time.hpp>

#include <functional>
#include <mutex>

namespace whatsflow::boot {

class Core;

/// [thread-safe] The core outlives it.
class HostOperations final : public sdk::Operations {
public:
    explicit HostOperations(Core& core);
    ~HostOperations() override = default;

    /// Who knows the routes that are served, the host's own among them. Null: nobody any more.
    void routes_from(std::function<nlohmann::json()> routes);

    sdk::Result<nlohmann::json> plugins() override;
    sdk::Result<void> enable_plugin(const std::string& id) override;
    sdk::Result<void> disable_plugin(const std::string& id) override;
    sdk::Result<void> configure_plugin(const std::string& id, const nlohmann::json& settings) override;
    sdk::Result<nlohmann::json> routes() override;
    sdk::Result<nlohmann::json> events() override;
    sdk::Result<nlohmann::json> log_lines(const std::string& least_level, const std::string& contains,
                                          int limit) override;
    sdk::Result<nlohmann::json> configuration() override;
    sdk::Result<nlohmann::json> health() override;

private:
    Core& core_;
    const sdk::Instant started_at_;
    std::mutex mutex_;
    std::function<nlohmann::json()> routes_;
};

}  // namespace whatsflow::boot
