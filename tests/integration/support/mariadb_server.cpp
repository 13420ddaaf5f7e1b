#include "support/mariadb_server.hpp"

#include "support/free_port.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace whatsflow::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kInstall = "mariadb-install-db, mariadbd and mariadb are needed: apt-get install mariadb-server";

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

pid_t launch(const std::vector<std::string>& command, const fs::path& output) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process can be started");
    if (child > 0) return child;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test program that crashes leaves no server behind
    const int log = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

MariaDbServer::MariaDbServer() {
    auto name = (fs::temp_directory_path() / "wf-mariadb-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made for MariaDB");
    folder_ = name;
    try {
        install();
        port_ = free_port();
        start();
    } catch (...) {
        kill();
        fs::remove_all(folder_);
        throw;
    }
}

MariaDbServer::~MariaDbServer() {
    kill();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void MariaDbServer::run(const std::vector<std::string>& command) const {
    const auto child = launch(command, folder_ / "commands.log");
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) throw std::runtime_error(kInstall);
    throw std::runtime_error(command[0] + " failed: " + text_of(folder_ / "commands.log"));
}

void MariaDbServer::install() {
    run({"mariadb-install-db", "--no-defaults", "--user=root", "--datadir=" + (folder_ / "data").string(),
         "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-log-bin", "--innodb-log-file-size=8M"});
    std::ofstream(folder_ / "init.sql") << "CREATE USER IF NOT EXISTS whatsflow@'127.0.0.1' IDENTIFIED BY '"
                                        << password() << "';\nGRANT ALL ON *.* TO whatsflow@'127.0.0.1';\n";
}

void MariaDbServer::start() {
    process_ =
        launch({"mariadbd", "--no-defaults", "--user=root", "--datadir=" + (folder_ / "data").string(),
                "--socket=" + (folder_ / "socket").string(), "--pid-file=" + (folder_ / "pid").string(),
                "--bind-address=127.0.0.1", "--port=" + std::to_string(port_),
                "--init-file=" + (folder_ / "init.sql").string(), "--skip-log-bin", "--skip-name-resolve",
                "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=2"},
               folder_ / "server.log");
    const auto give_up = std::chrono::steady_clock::now() + 60s;
    while (!answers()) {
        int status = 0;
        const bool ended = ::waitpid(process_, &status, WNOHANG) == process_;
        if (!ended && std::chrono::steady_clock::now() < give_up) {
            std::this_thread::sleep_for(20ms);  // another program's start can only be watched
            continue;
        }
        if (ended) process_ = -1;
        if (ended && WIFEXITED(status) && WEXITSTATUS(status) == 127) throw std::runtime_error(kInstall);
        throw std::runtime_error("mariadbd did not start: " + text_of(folder_ / "server.log"));
    }
}

void MariaDbServer::kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void MariaDbServer::freeze() {
    ::kill(process_, SIGSTOP);
}
void MariaDbServer::thaw() {
    ::kill(process_, SIGCONT);
}

bool MariaDbServer::answers() const {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(port_);
    const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    return connected;
}

std::string MariaDbServer::fresh_database() {
    const auto name = "test_" + std::to_string(++databases_);
    run({"mariadb", "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", "--port=" + std::to_string(port_),
         "--user=whatsflow", "--password=" + password(), "--execute=CREATE DATABASE " + name});
    return "mysql://whatsflow:pa%3As%2Fs%20word%25@127.0.0.1:" + std::to_string(port_) + "/" + name;
}

}  // namespace whatsflow::testing
