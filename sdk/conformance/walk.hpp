/// \file
/// The walk through a loaded plugin, in the order of its life.
#pragma once

#include "loaded_plugin.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace whatsflow::conformance {

struct WalkOptions {
    std::string kind;  ///< empty, `payment_provider`, `analytics_sink` or `tax_provider`
    nlohmann::json scenario = nlohmann::json::object();
    std::chrono::milliseconds stop_deadline{5000};
};

/// Everything: folder, load, lives, hostile input, and the checks of the kind.
void walk(const std::filesystem::path& folder, const WalkOptions& options, Report& report);

/// A plugin that has been started on a host in memory, with the scenario's world around it.
class StartedPlugin {
public:
    StartedPlugin(const PluginFolder& folder, const wf_plugin_v1& entry, const WalkOptions& options, Report& report);
    ~StartedPlugin();
    StartedPlugin(const StartedPlugin&) = delete;
    StartedPlugin& operator=(const StartedPlugin&) = delete;

    bool running() const { return running_; }
    sdk::testing::FakeHost& host() { return *host_; }
    const std::vector<std::string>& secrets() const { return secrets_; }
    /// Stops it, and reports what it left behind. Ends this process when stop() hangs,
    /// because nothing can be trusted after that.
    void stop();

private:
    Report& report_;
    std::chrono::milliseconds stop_deadline_;
    std::size_t threads_before_;
    std::unique_ptr<sdk::testing::FakeHost> host_;
    std::unique_ptr<sdk::testing::ScriptedDatabase> database_;
    std::vector<std::string> secrets_;
    PluginObject plugin_;
    bool running_ = false;
};

/// Answers every outgoing request from the scenario's `answers`, else with an empty object.
void play_world(sdk::testing::FakeHost& host, const nlohmann::json& scenario);

/// Threads of this process.
std::size_t count_threads();

void check_lives(const PluginFolder& folder, const wf_plugin_v1& entry, const WalkOptions& options, Report& report);
void check_hostile_input(StartedPlugin& plugin, Report& report);
void check_payment_provider(StartedPlugin& plugin, const nlohmann::json& scenario, Report& report);
void check_analytics_sink(StartedPlugin& plugin, Report& report);
void check_tax_provider(StartedPlugin& plugin, Report& report);
/// Nothing that was logged so far holds a card number or a secret.
void check_log(StartedPlugin& plugin, Report& report);
/// Digits that pass the check of a card number.
bool has_card_number(std::string_view text);

}  // namespace whatsflow::conformance
