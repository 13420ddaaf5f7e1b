/// \file
/// `<data>/run`: how other invocations of the program see the running server.
///
/// The server holds a lock on `server.lock` for its whole life and keeps `plugins.json`,
/// `routes.json` and `events.json` beside it as they change. A command reads them only while
/// the lock is held, so what it prints is what the running server has, never what a dead one
/// left behind.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace whatsflow::boot {

class RunFolder {
public:
    /// Creates the folder (mode 0700) when it is not there.
    static sdk::Result<RunFolder> open(const std::filesystem::path& data);

    RunFolder(RunFolder&& other) noexcept;
    RunFolder& operator=(RunFolder&& other) noexcept;
    ~RunFolder();

    /// Takes the lock for this process. Error `boot.already_running` with the other's pid.
    sdk::Result<void> claim();

    /// Pid of the server that holds the lock, or nothing.
    std::optional<int> running_server() const;

    /// Writes `<name>.json` so that a reader sees the old or the new text, never half.
    sdk::Result<void> publish(const std::string& name, const nlohmann::json& value) const;

    /// What the running server published, or nothing when none runs.
    std::optional<nlohmann::json> read(const std::string& name) const;

    const std::filesystem::path& path() const { return path_; }

private:
    explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
    int lock_ = -1;
};

}  // namespace whatsflow::boot
