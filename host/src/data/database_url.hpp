/// \file
/// Where the database is, as the operator writes it in `database.url`.
///
///     sqlite:whatsflow.db                        a file in the data folder
///     sqlite:/srv/whatsflow/whatsflow.db         a file elsewhere
///     sqlite::memory:                            gone when the program ends
///     mysql://user:password@127.0.0.1:3306/name  MariaDB or MySQL; parts percent-encoded
///
/// No message made here contains the password.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace whatsflow::data {

struct DatabaseUrl {
    sdk::Dialect dialect = sdk::Dialect::sqlite;

    std::filesystem::path file;  ///< SQLite: as written, empty for a database in memory
    bool in_memory = false;

    std::string user;
    std::string password;
    std::string host;  ///< never `localhost`: the client library would take that for a socket
    std::uint16_t port = 3306;
    std::string name;

    /// The address with the password replaced, for logs and `config show`.
    [[nodiscard]] std::string masked() const;
};

[[nodiscard]] sdk::Result<DatabaseUrl> parse_database_url(std::string_view text);

}  // namespace whatsflow::data
