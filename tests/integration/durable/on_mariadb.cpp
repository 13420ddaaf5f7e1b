// The databases of the outbox's and the jobs' unit tests when they run on MariaDB.
#include "background/durable_fixture.hpp"
#include "support/mariadb_server.hpp"

namespace whatsflow::background::testing {

std::string fresh_database_url() {
    static whatsflow::testing::MariaDbServer server;
    return server.fresh_database();
}

}  // namespace whatsflow::background::testing
