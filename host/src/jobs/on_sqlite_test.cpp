// Where the tests of this folder find their database.
#include "background/durable_fixture.hpp"

namespace whatsflow::background::testing {

std::string fresh_database_url() {
    return "sqlite::memory:";
}

}  // namespace whatsflow::background::testing
