/// \file
/// A real database for the tests of a plugin's SQL: SQLite in memory, with the migrations of
/// the core and of the plugins that the test names, and the scope of tenants enforced.
///
///     const auto database = open_test_database({"accounts"});
///     FakeHost host("accounts", folder);
///     host.use_database(*database);
///
/// With WHATSFLOW_TEST_DATABASE_URL=mysql://… the same tests run on MariaDB; the database
/// named there is emptied first.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <memory>
#include <string>
#include <vector>

namespace whatsflow::testing {

/// Throws std::runtime_error with the sentence of whatever did not work.
std::shared_ptr<sdk::Database> open_test_database(const std::vector<std::string>& plugins);

}  // namespace whatsflow::testing
