/// \file
/// The real program, started for a test on free ports with a data folder of its own.
#pragma once

#include "support/free_port.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace whatsflow::testing {

struct ProgramResult {
    int exit_code = -1;  ///< 128 + signal when a signal ended it
    std::string out;
    std::string err;
};

/// Runs `whatsflow ARGUMENTS…` to its end, at most 30 s.
ProgramResult run_whatsflow(const std::vector<std::string>& arguments,
                            const std::map<std::string, std::string>& environment = {});

/// A folder that goes away with the object.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class ServerProcess {
public:
    struct Options {
        std::map<std::string, std::string> environment{};  ///< WHATSFLOW__… overrides
        std::vector<std::string> arguments{};              ///< behind `serve`
        std::string config{};                              ///< text of the config file
    };

    explicit ServerProcess(Options options);
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    ~ServerProcess();  ///< kills it when it still runs

    /// Waits until /readyz says yes on the landing site. False when the process ended or
    /// thirty seconds passed.
    bool wait_until_ready();
    /// Waits until the log has `text`.
    bool wait_for_log(const std::string& text, int seconds = 20) const;

    void signal(int number) const;
    /// Waits for the end; the exit code, 128 + signal, or -1 after `seconds`.
    int wait_for_end(int seconds = 20);
    /// SIGTERM and wait.
    int stop() {
        signal(15);
        return wait_for_end();
    }
    bool running();
    int pid() const { return pid_; }

    std::uint16_t landing() const { return ports_.at("landing"); }
    std::uint16_t app() const { return ports_.at("app"); }
    std::uint16_t admin() const { return ports_.at("admin"); }
    std::uint16_t api() const { return ports_.at("api"); }
    std::uint16_t realtime() const { return ports_.at("realtime"); }

    const std::filesystem::path& folder() const { return folder_.path(); }
    std::filesystem::path data() const { return folder_.path() / "data"; }
    std::filesystem::path config_file() const { return folder_.path() / "whatsflow.toml"; }
    std::string log() const;

    /// Starts again with the same data, after the end of the first run.
    void start();

    /// `whatsflow ARGUMENTS… --data --config` of this server.
    ProgramResult command(std::vector<std::string> arguments) const;

private:
    TemporaryFolder folder_;
    Options options_;
    std::map<std::string, std::uint16_t> ports_;
    int pid_ = -1;
    int exit_code_ = -1;
};

}  // namespace whatsflow::testing
