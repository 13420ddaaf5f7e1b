#include "data/memory_file.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>

namespace whatsflow::data {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "whatsflow-memory-";

fs::path place() {
    return ::access("/dev/shm", W_OK | X_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path();
}

/// `whatsflow-memory-1234-Xy9aBc` belonged to process 1234.
bool is_left_behind(const std::string& name) {
    if (!name.starts_with(kPrefix)) return false;
    int owner = 0;
    const auto* begin = name.data() + kPrefix.size();
    const auto [end, problem] = std::from_chars(begin, name.data() + name.size(), owner);
    if (problem != std::errc{} || owner <= 0 || *end != '-') return false;
    return ::kill(owner, 0) != 0 && errno == ESRCH;
}

void sweep(const fs::path& folder) {
    std::error_code ignored;  // another program may sweep at the same time
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (is_left_behind(entry.path().filename().string())) fs::remove_all(entry.path(), ignored);
}

}  // namespace

sdk::Result<std::shared_ptr<MemoryFile>> MemoryFile::make() {
    const auto folder = place();
    sweep(folder);
    auto name = (folder / (std::string(kPrefix) + std::to_string(::getpid()) + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr)
        return sdk::fail("database.unavailable", "No database in memory can be made in " + folder.string() + ": " +
                                                     std::generic_category().message(errno) + ".");
    return std::make_shared<MemoryFile>(name);
}

MemoryFile::~MemoryFile() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

}  // namespace whatsflow::data
