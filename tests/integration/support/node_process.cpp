#include "support/node_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace whatsflow::testing {
namespace {

namespace fs = std::filesystem;

void install_packages(const fs::path& folder) {
    const int lock = ::open((folder / "package-lock.json").c_str(), O_RDONLY | O_CLOEXEC);
    ::flock(lock, LOCK_EX);  // test programs run side by side
    const auto installed = folder / "node_modules" / ".package-lock.json";
    int result = 0;
    if (!fs::exists(installed))
        result = std::system(("cd '" + folder.string() + "' && npm ci --silent --no-audit --no-fund >&2").c_str());
    ::close(lock);
    if (result != 0) throw std::runtime_error("npm ci in " + folder.string() + " failed");
}

}  // namespace

NodeProcess::NodeProcess(const std::string& folder, const std::string& script,
                         const std::vector<std::string>& arguments) {
    const auto place = fs::path(WF_SOURCE_DIR) / folder;
    install_packages(place);
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const auto file = (place / script).string();
    std::vector<char*> words{const_cast<char*>("node"), const_cast<char*>(file.c_str())};
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(pipe[1], STDOUT_FILENO);
        ::execvp("node", words.data());
        ::_exit(127);
    }
    ::close(pipe[1]);
    output_ = pipe[0];
    const auto line = read_line(std::chrono::seconds(30));
    if (!line || !line->starts_with("listening ")) throw std::runtime_error(script + " does not listen");
    port_ = static_cast<std::uint16_t>(std::stoi(line->substr(10)));
}

NodeProcess::~NodeProcess() {
    stop();
}

void NodeProcess::stop() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
    }
    if (output_ >= 0) ::close(output_);
    output_ = -1;
}

std::optional<std::string> NodeProcess::read_line(std::chrono::milliseconds within) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (true) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd waiting{output_, POLLIN, 0};
        if (output_ < 0 || left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
            return std::nullopt;
        std::array<char, 65536> bytes{};
        const auto size = ::read(output_, bytes.data(), bytes.size());
        if (size <= 0) return std::nullopt;
        buffer_.append(bytes.data(), static_cast<std::size_t>(size));
    }
}

}  // namespace whatsflow::testing
