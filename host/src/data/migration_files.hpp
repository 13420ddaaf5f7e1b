/// \file
/// The migration files of one owner, read, checked and in order.
///
///     0001_create_contact_messages.sql      for both databases, or
///     0002_add_search.sqlite.sql            a pair, one for each
///     0002_add_search.mysql.sql
///
/// Numbers begin at 1 without gaps. A file that was applied is never edited: its checksum is
/// kept in the database.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace whatsflow::data {

/// Who brings migrations: the core or a plugin.
struct MigrationOwner {
    std::string id;            ///< `core`, or the plugin's id
    std::string table_prefix;  ///< `core_`, or as table_prefix_of(id) says
    std::filesystem::path directory;
};

struct Migration {
    std::string owner;
    int number = 0;
    std::string name;  ///< `create_contact_messages`
    std::string sql;
    std::string checksum;  ///< SHA-256 of the text, line ends made equal

    /// `landing/0001_create_contact_messages`
    [[nodiscard]] std::string title() const;
};

/// `landing` → `landing_`, `com.acme.pay` → `com_acme_pay_`.
[[nodiscard]] std::string table_prefix_of(std::string_view owner_id);

/// An owner without the folder has none. Faults of names, numbers and content are errors.
[[nodiscard]] sdk::Result<std::vector<Migration>> load_migrations(const MigrationOwner& owner, sdk::Dialect dialect);

}  // namespace whatsflow::data
