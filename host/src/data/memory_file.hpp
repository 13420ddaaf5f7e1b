/// \file
/// Where `sqlite::memory:` lives: a file in the system's memory (/dev/shm), removed at the
/// end. SQLite's own shared in-memory database locks whole tables and lets readers wait for
/// writers; a file behaves exactly as production does, with several sessions at once.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <memory>

namespace whatsflow::data {

class MemoryFile {
public:
    /// Also removes what programs that were killed have left behind.
    [[nodiscard]] static sdk::Result<std::shared_ptr<MemoryFile>> make();

    explicit MemoryFile(std::filesystem::path folder) : folder_(std::move(folder)) {}
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile();

    [[nodiscard]] std::filesystem::path file() const { return folder_ / "memory.db"; }

private:
    std::filesystem::path folder_;
};

}  // namespace whatsflow::data
