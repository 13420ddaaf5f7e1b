/// \file
/// A server written in JavaScript, for tests against software that is not ours. Its packages are
/// installed from the lock file beside it when they are not there yet.
///
///     NodeProcess server("tests/integration/mail", "server.mjs", {R"({"secure":true})"});
///     connect(server.port());
///     auto line = server.read_line(5s);
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::testing {

class NodeProcess {
public:
    /// Waits for the line "listening PORT". Throws a sentence when it does not come.
    NodeProcess(const std::string& folder, const std::string& script, const std::vector<std::string>& arguments);
    ~NodeProcess();
    NodeProcess(const NodeProcess&) = delete;
    NodeProcess& operator=(const NodeProcess&) = delete;

    std::uint16_t port() const { return port_; }
    /// The next line it prints; nothing when none comes in time.
    std::optional<std::string> read_line(std::chrono::milliseconds within);
    void stop();

private:
    pid_t process_ = -1;
    int output_ = -1;
    std::string buffer_;
    std::uint16_t port_ = 0;
};

}  // namespace whatsflow::testing
