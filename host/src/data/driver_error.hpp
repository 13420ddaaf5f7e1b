/// \file
/// What the drivers' error numbers mean to the rest of the program.
///
/// The one place that knows SQLite's result codes and MariaDB's error numbers; everyone
/// else sees the five codes of the SDK. The driver's own words go to the log: they can
/// quote values and table names, and an error's message may reach a browser.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <string>

namespace whatsflow::data {

enum class Trouble {
    unavailable,  ///< gone, refusing or too slow: try again later
    duplicate,    ///< a unique key says no
    busy,         ///< deadlock or lock wait: run the transaction again
    constraint,   ///< a value the table does not take
    failed,       ///< the statement is wrong
};

/// A driver's refusal, inside this folder.
struct DriverError {
    Trouble trouble = Trouble::failed;
    int number = 0;                 ///< SQLite's extended result code or MariaDB's error number
    std::string detail;             ///< the driver's words, values removed; for the log only
    bool session_lost = false;      ///< this connection is of no more use
    bool transaction_lost = false;  ///< the server already rolled back

    [[nodiscard]] sdk::Error to_sdk() const;
};

[[nodiscard]] const char* code_of(Trouble trouble) noexcept;

[[nodiscard]] DriverError sqlite_error(int extended_code, std::string detail);
[[nodiscard]] DriverError mysql_error(unsigned number, std::string detail);

}  // namespace whatsflow::data
