#include "clickhouse_server.hpp"

#include "support/connection.hpp"
#include "support/free_port.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace whatsflow::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsers = R"(<yandex>
<profiles><default><max_memory_usage>1000000000</max_memory_usage></default></profiles>
<users>
<default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
<flow><password>it's a secret</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></flow>
</users>
<quotas><default></default></quotas></yandex>)";

std::string config(std::uint16_t port, const fs::path& folder) {
    return "<yandex><logger><level>warning</level><console>1</console></logger><http_port>" + std::to_string(port) +
           "</http_port><listen_host>127.0.0.1</listen_host><path>" + (folder / "data").string() +
           "/</path><tmp_path>" + (folder / "tmp").string() +
           "/</tmp_path><users_config>users.xml</users_config><default_profile>default</default_profile>"
           "<default_database>default</default_database><mark_cache_size>16777216</mark_cache_size></yandex>";
}

}  // namespace

ClickHouseServer::ClickHouseServer() : port_(free_port()) {
    auto name = (fs::temp_directory_path() / "wf-clickhouse-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder can be made for ClickHouse");
    folder_ = name;
    fs::create_directories(folder_ / "data");
    fs::create_directories(folder_ / "tmp");
    std::ofstream(folder_ / "config.xml") << config(port_, folder_);
    std::ofstream(folder_ / "users.xml") << kUsers;
    const auto setting = "--config-file=" + (folder_ / "config.xml").string();
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test program that crashes leaves no server behind
        const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execlp("clickhouse-server", "clickhouse-server", setting.c_str(), nullptr);
        ::execl("/usr/sbin/clickhouse-server", "clickhouse-server", setting.c_str(), nullptr);  // not on everybody's path
        ::_exit(127);
    }
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (get(port_, "/ping").status != 200) {
        int status = 0;
        if (::waitpid(process_, &status, WNOHANG) == process_) {
            process_ = -1;
            fs::remove_all(folder_);
            throw std::runtime_error("clickhouse-server is needed: apt-get install clickhouse-server");
        }
        if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("ClickHouse did not start");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // another program's start can only be watched
    }
}

ClickHouseServer::~ClickHouseServer() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

}  // namespace whatsflow::testing
