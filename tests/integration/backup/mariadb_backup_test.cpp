#include "backup/backup.hpp"
#include "storage/local_backend.hpp"
#include "support/mariadb_server.hpp"
#include "support/server_process.hpp"
#include "time/system_clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace whatsflow::backup {
namespace {

using whatsflow::testing::MariaDbServer;

class MariadbBackupTest : public ::testing::Test {
protected:
    static MariaDbServer& mariadb() {
        static MariaDbServer server;
        return server;
    }
    static DatabasePlace fresh() { return {*data::parse_database_url(mariadb().fresh_database()), "."}; }
    static std::shared_ptr<data::DatabaseServer> connect(const DatabasePlace& place) {
        auto server = data::open(place.url, {});
        if (!server) throw std::runtime_error(server.error().message);
        return *server;
    }
    static void run(data::DatabaseServer& server, const std::string& sql, const sdk::DbValues& values = {}) {
        auto done = server.execute({}, sql, values);
        if (!done) throw std::runtime_error(done.error().message + " " + sql.substr(0, 80));
    }
    InstallationParts parts(const DatabasePlace& place) { return {place, files, folder.path() / "keys", clock, "1"}; }
    std::filesystem::path file() const { return folder.path() / "backup.tar.zst"; }

    whatsflow::testing::TemporaryFolder folder;
    storage::LocalBackend files{folder.path() / "files"};
    time::SystemClock clock;
};

TEST_F(MariadbBackupTest, EveryKindOfColumnAndManyRowsComeBack) {
    const auto source = fresh();
    auto server = connect(source);
    run(*server, "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin");
    // The child is named before its parent in the order of names.
    run(*server, "CREATE TABLE core_z (id CHAR(36) PRIMARY KEY)");
    run(*server,
        "CREATE TABLE core_a (k VARCHAR(20), n BIGINT, body TEXT, raw BLOB, ratio DOUBLE, z CHAR(36),"
        " PRIMARY KEY (k, n), FOREIGN KEY (z) REFERENCES core_z (id))");
    run(*server, "CREATE TABLE core_keyless (body VARCHAR(50))");
    run(*server, "INSERT INTO core_z VALUES ('z1')");
    for (int piece = 0; piece < 10; ++piece) {
        std::string sql = "INSERT INTO core_a VALUES ";
        sdk::DbValues values;
        for (int i = 0; i < 501; ++i) {
            sql += i == 0 ? "(?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?)";
            // Few first parts of the key: pages end inside one.
            for (sdk::DbValue value :
                 {sdk::DbValue("k" + std::to_string(piece % 3)), sdk::DbValue(piece * 1000 + i),
                  i % 7 == 0 ? sdk::DbValue() : sdk::DbValue("සිංහල 👍 \\ ' \" " + std::to_string(i)),
                  sdk::DbValue(sdk::Blob{std::string("\0\xff\x80", 3)}), sdk::DbValue(0.1 * i),
                  i % 2 == 0 ? sdk::DbValue("z1") : sdk::DbValue()})
                values.push_back(value);
        }
        run(*server, sql, values);
    }
    for (int i = 0; i < 3; ++i) run(*server, "INSERT INTO core_keyless VALUES ('x')");
    const std::string all = "SELECT * FROM core_a ORDER BY k, n";
    const auto before = server->query({}, all);

    const auto made = make_backup({}, parts(source), file());
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ((*made)["tables"]["core_a"], 5010);
    const auto target = fresh();
    const auto restored = restore_backup({}, parts(target), file(), Target::must_be_empty);
    ASSERT_TRUE(restored) << restored.error().message;

    auto copy = connect(target);
    const auto after = copy->query({}, all);
    ASSERT_EQ(after->size(), before->size());
    for (std::size_t i = 0; i < before->size(); ++i) ASSERT_EQ((*after)[i].values(), (*before)[i].values()) << i;
    EXPECT_EQ(copy->query({}, "SELECT * FROM core_keyless")->size(), 3U);
    EXPECT_EQ(copy->query({}, "SELECT @@collation_database AS c")->front().text("c"), "utf8mb4_nopad_bin");
    EXPECT_EQ(copy->execute({}, "INSERT INTO core_a (k, n, z) VALUES ('k', -1, 'nobody')").error().code,
              "database.constraint")
        << "the foreign key is there again";
}

TEST_F(MariadbBackupTest, TheCopyIsOfOneMoment) {
    const auto source = fresh();
    auto server = connect(source);
    run(*server, "CREATE TABLE core_left (id BIGINT PRIMARY KEY, pad VARCHAR(200))");
    run(*server, "CREATE TABLE core_right (id BIGINT PRIMARY KEY, pad VARCHAR(200))");
    std::atomic<bool> stop{false};
    std::atomic<int> written{0};
    std::thread writer([&] {
        for (int i = 0; !stop; ++i) {
            // The right one first: a copy that reads left, then right, would see more on the right.
            auto done = server->transaction({}, [&](sdk::Transaction& tx) -> sdk::Result<void> {
                for (const auto* table : {"core_right", "core_left"}) {
                    auto added = tx.execute({}, "INSERT INTO " + std::string(table) + " VALUES (?, ?)",
                                            {i, std::string(200, 'x')});
                    if (!added) return added.error();
                }
                return sdk::ok();
            });
            if (done) ++written;
        }
    });
    while (written < 200) std::this_thread::yield();

    const auto made = make_backup({}, parts(source), file());
    stop = true;
    writer.join();

    ASSERT_TRUE(made) << made.error().message;
    EXPECT_GE((*made)["tables"]["core_left"], 200);
    EXPECT_EQ((*made)["tables"]["core_left"], (*made)["tables"]["core_right"]);
}

TEST_F(MariadbBackupTest, TablesThatAreThereAreNotReplacedUnlessTold) {
    const auto source = fresh();
    auto server = connect(source);
    run(*server, "CREATE TABLE core_a (id BIGINT PRIMARY KEY)");
    ASSERT_TRUE(make_backup({}, parts(source), file()));
    run(*server, "INSERT INTO core_a VALUES (1)");

    EXPECT_EQ(restore_backup({}, parts(source), file(), Target::must_be_empty).error().code, "backup.not_empty");
    EXPECT_EQ(server->query({}, "SELECT * FROM core_a")->size(), 1U);
    EXPECT_TRUE(restore_backup({}, parts(source), file(), Target::is_replaced));
    EXPECT_EQ(server->query({}, "SELECT * FROM core_a")->size(), 0U);
}

TEST_F(MariadbBackupTest, ABackupOfOneKindIsNotRestoredIntoAnother) {
    const auto source = fresh();
    run(*connect(source), "CREATE TABLE core_a (id BIGINT PRIMARY KEY)");
    ASSERT_TRUE(make_backup({}, parts(source), file()));
    const DatabasePlace sqlite{*data::parse_database_url("sqlite:x.db"), folder.path()};

    EXPECT_EQ(restore_backup({}, parts(sqlite), file(), Target::must_be_empty).error().code, "backup.other_database");
}

}  // namespace
}  // namespace whatsflow::backup
