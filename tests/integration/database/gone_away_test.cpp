// The database goes away and comes back; the program recovers by itself.
#include "database/both_databases.hpp"

#include <future>
#include <thread>

namespace whatsflow::data {
namespace {

using sdk::Result;
using sdk::Transaction;

class GoneAway : public OnMariaDb {
protected:
    static std::int64_t connection_of(DatabaseServer& program) {
        const auto row = program.query_one({}, "SELECT CONNECTION_ID() AS id");
        return (*row)->integer("id");
    }
    bool is_connected(std::int64_t id) {
        return number("SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?", {id}) != 0;
    }
};

TEST_F(GoneAway, ASessionTheServerClosedForIdlenessIsReplacedBeforeAWrite) {
    must("SET GLOBAL wait_timeout = 1");
    auto idle = another(1);
    const auto session = connection_of(*idle);  // connects, so it keeps this limit
    must("SET GLOBAL wait_timeout = 28800");
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (is_connected(session) && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the server's own clock
    ASSERT_FALSE(is_connected(session));

    auto written = idle->execute(context, "INSERT INTO t (id) VALUES (2)");

    EXPECT_TRUE(written) << written.error().message;
    EXPECT_NE(connection_of(*idle), session);
    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 1);
}

TEST_F(GoneAway, WhileTheServerIsDownCallsAreRefusedAndAfterwardsTheyWork) {
    must("INSERT INTO t (id) VALUES (1)");
    ASSERT_TRUE(server->ping(context));

    mariadb().kill();
    EXPECT_EQ(server->ping(context).error().code, "database.unavailable");
    EXPECT_EQ(server->query(context, "SELECT 1").error().code, "database.unavailable");
    EXPECT_EQ(code("INSERT INTO t (id) VALUES (2)"), "database.unavailable");
    EXPECT_EQ(server->transaction(context, [](Transaction&) { return sdk::ok(); }).error().code,
              "database.unavailable");
    EXPECT_FALSE(open(url, {}));

    mariadb().start();
    EXPECT_TRUE(server->ping(context));
    must("INSERT INTO t (id) VALUES (2)");
    EXPECT_GE(number("SELECT COUNT(*) FROM t"), 1);
}

TEST_F(GoneAway, ATransactionCutInTheMiddleIsNeitherCommittedNorRetriedHalf) {
    int runs = 0;
    auto done = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        ++runs;
        auto first = tx.execute(context, "INSERT INTO t (id) VALUES (1)");
        EXPECT_TRUE(first);
        mariadb().kill();
        auto second = tx.execute(context, "INSERT INTO t (id) VALUES (2)");
        EXPECT_EQ(second.error().code, "database.unavailable");
        EXPECT_EQ(tx.query(context, "SELECT 1").error().code, "database.unavailable");
        return sdk::ok();
    });
    mariadb().start();

    EXPECT_EQ(done.error().code, "database.unavailable");
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 0);
}

TEST_F(GoneAway, AReadOnASessionThatWasKilledIsRepeated) {
    auto victim = another(1);
    const auto id = (*victim->query_one(context, "SELECT CONNECTION_ID() AS id"))->integer("id");
    must("KILL " + std::to_string(id));

    auto row = victim->query_one(context, "SELECT CONNECTION_ID() AS id");

    ASSERT_TRUE(row && *row) << row.error().message;
    EXPECT_NE((*row)->integer("id"), id);
}

TEST_F(GoneAway, AServerThatHangsHoldsACallerOnlyToItsDeadline) {
    must("INSERT INTO t (id) VALUES (1)");
    mariadb().freeze();
    sdk::CallContext hurried;
    const auto started = std::chrono::steady_clock::now();
    hurried.deadline = started + std::chrono::milliseconds(500);
    auto row = std::async(std::launch::async, [&] { return server->query(hurried, "SELECT 1"); });
    const bool in_time = row.wait_for(std::chrono::seconds(8)) == std::future_status::ready;
    mariadb().thaw();

    EXPECT_TRUE(in_time);
    EXPECT_EQ(in_time ? row.get().error().code : "late", "database.unavailable");
    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 1);
}

TEST_F(GoneAway, AWrongPasswordIsToldWithoutThePassword) {
    auto wrong = url;
    wrong.password = "geheim";

    auto opened = open(wrong, {});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "database.unavailable");
    EXPECT_NE(opened.error().message.find("Access denied"), std::string::npos) << opened.error().message;
    EXPECT_EQ(opened.error().message.find("geheim"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::data
