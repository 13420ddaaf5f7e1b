#include "data/database_url.hpp"

#include <gtest/gtest.h>

namespace whatsflow::data {
namespace {

TEST(DatabaseAddress, AnSqliteFileIsTakenAsWritten) {
    EXPECT_EQ(parse_database_url("sqlite:whatsflow.db")->file, "whatsflow.db");
    EXPECT_EQ(parse_database_url("sqlite:/srv/w.db")->file, "/srv/w.db");
    EXPECT_TRUE(parse_database_url("sqlite::memory:")->in_memory);
    EXPECT_EQ(parse_database_url("sqlite::memory:")->masked(), "sqlite::memory:");
}

TEST(DatabaseAddress, TheServersPartsAreDecoded) {
    const auto url = parse_database_url("mysql://w%40f:p%3Aw%2F%25@db.example:3307/whatsflow");

    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->user, "w@f");
    EXPECT_EQ(url->password, "p:w/%");
    EXPECT_EQ(url->host, "db.example");
    EXPECT_EQ(url->port, 3307);
    EXPECT_EQ(url->name, "whatsflow");
}

TEST(DatabaseAddress, LocalhostIsTheAddressAndNotTheSocket) {
    EXPECT_EQ(parse_database_url("mysql://u:p@localhost/n")->host, "127.0.0.1");
    EXPECT_EQ(parse_database_url("mysql://u:p@localhost/n")->port, 3306);
    EXPECT_EQ(parse_database_url("mysql://u@[::1]:9/n")->host, "::1");
}

TEST(DatabaseAddress, ThePasswordIsNeverShown) {
    EXPECT_EQ(parse_database_url("mysql://u:geheim@h/n")->masked(), "mysql://u:***@h:3306/n");
    for (const char* wrong :
         {"mysql://u:geheim@", "mysql://u:geheim@h", "mysql://u:geheim@h:0/n", "mysql://u:geheim@h:x/n",
          "mysql://u:geheim%zz@h/n", "mysql://u:geheim%3B@h/n", "mysql:u:geheim@h/n", "postgres://u:geheim@h/n",
          "mysql://:geheim@h/n", "mysql://u:geheim@/n", "mysql://u:geheim@h/n?x=1", "mysql://u:geheim%4", ""}) {
        const auto url = parse_database_url(wrong);
        ASSERT_FALSE(url) << wrong;
        EXPECT_EQ(url.error().message.find("geheim"), std::string::npos) << wrong;
        EXPECT_EQ(url.error().message.back(), '.') << wrong;
    }
}

TEST(DatabaseAddress, AnSqliteAddressWithoutAFileIsRefused) {
    EXPECT_FALSE(parse_database_url("sqlite:"));
    EXPECT_FALSE(parse_database_url("sqlite:x.db?mode=ro"));
}

}  // namespace
}  // namespace whatsflow::data
