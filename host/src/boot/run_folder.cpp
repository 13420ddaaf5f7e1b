#include "boot/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace whatsflow::boot {

namespace fs = std::filesystem;

sdk::Result<RunFolder> RunFolder::open(const fs::path& data) {
    const fs::path path = fs::absolute(data) / "run";
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        return sdk::fail("boot.data_folder", "Cannot create " + path.string() + ": " + error.message() +
                                                 ". Choose another folder with --data or fix its permissions.");
    ::chmod(path.c_str(), 0700);
    return RunFolder(path);
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

RunFolder& RunFolder::operator=(RunFolder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
}

RunFolder::~RunFolder() {
    if (lock_ >= 0) ::close(lock_);
}

sdk::Result<void> RunFolder::claim() {
    const fs::path file = path_ / "server.lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return sdk::fail("boot.data_folder",
                         "Cannot write " + file.string() + ": " + std::generic_category().message(errno) + ".");
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        const auto pid = running_server();
        return sdk::fail("boot.already_running", "Another server" +
                                                     (pid ? " (process " + std::to_string(*pid) + ")" : std::string()) +
                                                     " already uses the data folder " + path_.parent_path().string() +
                                                     ". Stop it, or choose another folder with --data.");
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) {
        const std::string reason = std::generic_category().message(errno);
        ::close(descriptor);
        return sdk::fail("boot.data_folder", "Cannot write " + file.string() + ": " + reason + ".");
    }
    lock_ = descriptor;
    return sdk::ok();
}

std::optional<int> RunFolder::running_server() const {
    const fs::path file = path_ / "server.lock";
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return std::nullopt;
    const bool free = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
    ::close(descriptor);
    if (free) return std::nullopt;
    int pid = 0;
    std::ifstream(file) >> pid;
    return pid;
}

sdk::Result<void> RunFolder::publish(const std::string& name, const nlohmann::json& value) const {
    const fs::path file = path_ / (name + ".json");
    const fs::path fresh = path_ / (name + ".json.new");
    {
        std::ofstream stream(fresh, std::ios::trunc);
        stream << value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
        stream.flush();
        if (!stream) return sdk::fail("boot.data_folder", "Cannot write " + fresh.string() + "; is the disk full?");
    }
    std::error_code error;
    fs::rename(fresh, file, error);
    if (error) return sdk::fail("boot.data_folder", "Cannot write " + file.string() + ": " + error.message() + ".");
    return sdk::ok();
}

std::optional<nlohmann::json> RunFolder::read(const std::string& name) const {
    if (!running_server()) return std::nullopt;
    std::ifstream stream(path_ / (name + ".json"));
    auto value = nlohmann::json::parse(stream, nullptr, false);
    if (value.is_discarded()) return std::nullopt;
    return value;
}

}  // namespace whatsflow::boot
