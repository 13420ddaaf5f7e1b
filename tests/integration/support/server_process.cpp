#include "support/server_process.hpp"

#include "support/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace whatsflow::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string read_file(const fs::path& path) {
    std::ifstream stream(path);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Starts the program with both outputs in files: a pipe nobody reads would stall it.
int spawn(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment,
          const fs::path& out, const fs::path& err) {
    std::vector<std::string> words{WF_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int pid = ::fork();
    if (pid != 0) return pid;
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    const int null = ::open("/dev/null", O_RDONLY);
    const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int err_file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(null, 0);
    ::dup2(out_file, 1);
    ::dup2(err_file, 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "whatsflow-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

ProgramResult run_whatsflow(const std::vector<std::string>& arguments,
                            const std::map<std::string, std::string>& environment) {
    TemporaryFolder folder;
    const int pid = spawn(arguments, environment, folder.path() / "out", folder.path() / "err");
    ProgramResult result;
    const auto until = std::chrono::steady_clock::now() + 30s;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > until) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
            break;
        }
        std::this_thread::sleep_for(2ms);
    }
    result.exit_code = exit_code_of(status);
    result.out = read_file(folder.path() / "out");
    result.err = read_file(folder.path() / "err");
    return result;
}

ServerProcess::ServerProcess(Options options) : options_(std::move(options)) {
    for (const char* site : {"landing", "app", "admin", "api", "realtime"}) ports_[site] = free_port();
    std::ofstream(config_file()) << options_.config;
    start();
}

void ServerProcess::start() {
    auto environment = options_.environment;
    for (const auto& [site, port] : ports_) {
        std::string upper = site;
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        const std::string key = site == "realtime" ? "WHATSFLOW__REALTIME__PORT" : "WHATSFLOW__SITES__" + upper + "__PORT";
        environment.try_emplace(key, std::to_string(port));
    }
    std::vector<std::string> arguments{"serve", "--data", data().string(), "--config", config_file().string()};
    arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
    exit_code_ = -1;
    pid_ = spawn(arguments, environment, folder() / "out", folder() / "log");
}

ServerProcess::~ServerProcess() {
    if (running()) {
        signal(SIGKILL);
        wait_for_end();
    }
}

bool ServerProcess::running() {
    if (pid_ <= 0 || exit_code_ >= 0) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
    exit_code_ = exit_code_of(status);
    return false;
}

bool ServerProcess::wait_until_ready() {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < until) {
        if (!running()) return false;
        if (get(landing(), "/readyz").status == 200) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

bool ServerProcess::wait_for_log(const std::string& text, int seconds) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (std::chrono::steady_clock::now() < until) {
        if (log().find(text) != std::string::npos) return true;
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

void ServerProcess::signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
}

int ServerProcess::wait_for_end(int seconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (running()) {
        if (std::chrono::steady_clock::now() > until) return -1;
        std::this_thread::sleep_for(5ms);
    }
    return exit_code_;
}

std::string ServerProcess::log() const { return read_file(folder() / "log") + read_file(folder() / "out"); }

ProgramResult ServerProcess::command(std::vector<std::string> arguments) const {
    for (const std::string& word : {std::string("--data"), data().string(), std::string("--config"), config_file().string()})
        arguments.push_back(word);
    return run_whatsflow(arguments, options_.environment);
}

}  // namespace whatsflow::testing
