/// \file
/// A real ClickHouse of the test's own: a fresh folder, free ports on 127.0.0.1, gone with the test program.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace whatsflow::testing {

class ClickHouseServer {
public:
    /// Throws a sentence when it cannot start.
    ClickHouseServer();
    ClickHouseServer(const ClickHouseServer&) = delete;
    ClickHouseServer& operator=(const ClickHouseServer&) = delete;
    ~ClickHouseServer();

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};

}  // namespace whatsflow::testing
