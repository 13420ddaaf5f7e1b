/// \file
/// A real MariaDB of the test's own: a fresh data folder, a random port on 127.0.0.1, gone
/// with the test program.
///
///     MariaDbServer server;                          // throws a sentence when it cannot start
///     auto url = server.fresh_database();            // mysql://whatsflow:…@127.0.0.1:41234/test_1
///     server.kill();  server.start();                // the same data on the same port
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace whatsflow::testing {

class MariaDbServer {
public:
    MariaDbServer();
    MariaDbServer(const MariaDbServer&) = delete;
    MariaDbServer& operator=(const MariaDbServer&) = delete;
    ~MariaDbServer();

    /// An empty database, made as an operator makes one: CREATE DATABASE and nothing more.
    [[nodiscard]] std::string fresh_database();
    /// Waits until it answers.
    void start();
    /// As when the machine loses its power.
    void kill();
    /// As when the machine hangs: connections stay open and nothing is answered.
    void freeze();
    void thaw();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string password() const { return "pa:s/s word%"; }

private:
    void install();
    void run(const std::vector<std::string>& command) const;
    [[nodiscard]] bool answers() const;

    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
    int databases_ = 0;
};

}  // namespace whatsflow::testing
