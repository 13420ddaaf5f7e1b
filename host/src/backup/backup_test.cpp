#include "backup/backup.hpp"

#include "backup/host_backups.hpp"
#include "backup/row_text.hpp"
#include "storage/local_backend.hpp"

#include <whatsflow/sdk/testing/fake_clock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace whatsflow::backup {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Two installations on SQLite: one to copy, an empty one.
class BackupTest : public ::testing::Test {
protected:
    BackupTest() {
        fs::create_directories(root / "a" / "keys");
        fs::create_directories(root / "b");
        std::ofstream(root / "a" / "keys" / "vault.key") << std::string(32, 'k');
        auto server = open_for_copy(place("a"));
        EXPECT_TRUE((*server)->execute({}, "CREATE TABLE core_notes (id INTEGER PRIMARY KEY, body TEXT, raw BLOB)"));
        for (int i = 0; i < 50; ++i)
            EXPECT_TRUE((*server)->execute({}, "INSERT INTO core_notes (body, raw) VALUES (?, ?)",
                                           {"සිංහල 👍 " + std::to_string(i), sdk::Blob{std::string("\0\xff", 2)}}));
        EXPECT_TRUE(files_a.put({}, "shop/invoices/1.pdf", "%PDF", "application/pdf"));
        EXPECT_TRUE(files_a.put({}, "other/empty", "", "text/plain"));
    }
    ~BackupTest() override { fs::remove_all(root); }

    DatabasePlace place(const std::string& which) const {
        return {*data::parse_database_url("sqlite:whatsflow.db"), root / which};
    }
    InstallationParts from() { return {place("a"), files_a, root / "a" / "keys", clock, "1.2.3"}; }
    InstallationParts to() { return {place("b"), files_b, root / "b" / "keys", clock, "1.2.3"}; }
    fs::path file() const { return root / "backup.tar.zst"; }
    void change_byte(std::size_t at_from_middle) const {
        std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
        const auto middle = static_cast<std::streamoff>(fs::file_size(file()) / 2 + at_from_middle);
        stream.seekg(middle);
        const char old = static_cast<char>(stream.get());
        stream.seekp(middle);
        stream.put(static_cast<char>(old ^ 0x55));
    }

    static fs::path fresh_folder() {
        std::string name = (fs::temp_directory_path() / "wf_backup_XXXXXX").string();
        return mkdtemp(name.data());
    }

    const fs::path root = fresh_folder();
    sdk::testing::FakeClock clock;
    storage::LocalBackend files_a{root / "a" / "files"};
    storage::LocalBackend files_b{root / "b" / "files"};
};

TEST_F(BackupTest, WhatWasBackedUpComesBack) {
    ASSERT_TRUE(make_backup({}, from(), file()));

    const auto restored = restore_backup({}, to(), file(), Target::must_be_empty);

    ASSERT_TRUE(restored) << restored.error().message;
    auto server = open_for_copy(place("b"));
    auto rows = (*server)->query({}, "SELECT body, raw FROM core_notes ORDER BY id");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 50U);
    EXPECT_EQ(rows->at(7).text("body"), "සිංහල 👍 7");
    EXPECT_EQ(rows->at(7).bytes("raw"), std::string("\0\xff", 2));
    EXPECT_EQ(*files_b.get({}, "shop/invoices/1.pdf"), "%PDF");
    EXPECT_EQ(files_b.describe({}, "shop/invoices/1.pdf")->content_type, "application/pdf");
    EXPECT_EQ(*files_b.get({}, "other/empty"), "");
}

TEST_F(BackupTest, TheManifestSaysWhatIsInIt) {
    const auto made = make_backup({}, from(), file());
    ASSERT_TRUE(made) << made.error().message;
    const auto verified = verify_backup(file());

    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(*verified, *made);
    EXPECT_EQ((*verified)["tables"]["core_notes"], 50);
    EXPECT_EQ((*verified)["files"], 2);
    EXPECT_EQ((*verified)["version"], "1.2.3");
    EXPECT_EQ((*verified)["made_at"], "2026-03-10T08:00:00.000000Z");
}

TEST_F(BackupTest, KeysStayOutAndAMissingOneIsSaid) {
    ASSERT_TRUE(make_backup({}, from(), file()));
    std::string all;
    ASSERT_TRUE(read_archive(file(), [&](EntryReader& entry) -> sdk::Result<void> {
        auto content = entry.all(1U << 30U);
        if (!content) return content.error();
        all += *content;
        return sdk::ok();
    }));
    EXPECT_EQ(all.find("kkkkkkkk"), std::string::npos);
    EXPECT_THAT(all, HasSubstr("vault.key"));

    const auto restored = restore_backup({}, to(), file(), Target::must_be_empty);

    ASSERT_TRUE(restored) << restored.error().message;
    ASSERT_EQ(restored->warnings.size(), 1U);
    EXPECT_THAT(restored->warnings[0], HasSubstr("vault.key"));
}

TEST_F(BackupTest, ADamagedByteIsFoundWhereverItIs) {
    ASSERT_TRUE(make_backup({}, from(), file()));
    change_byte(3);

    EXPECT_FALSE(verify_backup(file()));
    EXPECT_FALSE(restore_backup({}, to(), file(), Target::must_be_empty));
}

TEST_F(BackupTest, AFileThatEndsTooEarlyIsNoBackup) {
    ASSERT_TRUE(make_backup({}, from(), file()));
    fs::resize_file(file(), fs::file_size(file()) - 40);
    EXPECT_FALSE(verify_backup(file()));
    std::ofstream(file(), std::ios::trunc) << "hello";
    EXPECT_FALSE(verify_backup(file()));
    EXPECT_EQ(verify_backup(root / "nowhere").error().code, "backup.unreadable");
}

TEST_F(BackupTest, AnEntryWithAnotherContentThanTheManifestSaysIsFound) {
    auto writer = ArchiveWriter::create(file());
    ASSERT_TRUE((*writer)->add("files/shop/a", "x", "text/plain"));
    const std::string other(64, '0');
    ASSERT_TRUE((*writer)->add(
        "manifest.json", R"({"format":1,"entries":[{"name":"files/shop/a","bytes":1,"sha256":")" + other + R"("}]})"));
    ASSERT_TRUE((*writer)->finish());

    EXPECT_THAT(verify_backup(file()).error().message, HasSubstr("files/shop/a is not what was written"));
}

TEST_F(BackupTest, AnEntryThatIsNotInTheManifestIsFound) {
    auto writer = ArchiveWriter::create(file());
    ASSERT_TRUE((*writer)->add("files/shop/a", "x", "text/plain"));
    ASSERT_TRUE((*writer)->add("manifest.json", R"({"format":1,"entries":[]})"));
    ASSERT_TRUE((*writer)->finish());

    EXPECT_EQ(verify_backup(file()).error().code, "backup.damaged");
}

TEST_F(BackupTest, WhatIsThereIsNotReplacedUnlessTold) {
    ASSERT_TRUE(make_backup({}, from(), file()));
    ASSERT_TRUE(files_b.put({}, "shop/mine", "precious", "text/plain"));

    const auto refused = restore_backup({}, to(), file(), Target::must_be_empty);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "backup.not_empty");
    EXPECT_EQ(*files_b.get({}, "shop/mine"), "precious");
    EXPECT_EQ(restore_backup({}, from(), file(), Target::must_be_empty).error().code, "backup.not_empty");

    EXPECT_TRUE(restore_backup({}, to(), file(), Target::is_replaced));
    EXPECT_FALSE(files_b.get({}, "shop/mine"));
    EXPECT_TRUE(restore_backup({}, from(), file(), Target::is_replaced));
}

TEST_F(BackupTest, AnUnfinishedBackupLeavesNothing) {
    {
        auto writer = ArchiveWriter::create(file());
        ASSERT_TRUE((*writer)->add("a", "x"));
    }
    EXPECT_FALSE(fs::exists(file()));
    EXPECT_FALSE(fs::exists(file().string() + ".unfinished"));
}

TEST_F(BackupTest, StaffMakeListAndVerifyThem) {
    HostBackups backups(from(), root / "backups");
    const auto first = backups.make({});
    ASSERT_TRUE(first) << first.error().message;
    clock.advance(std::chrono::hours(1));
    const auto second = backups.make({});
    ASSERT_TRUE(second);

    auto rows = backups.list({});
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0]["name"], *second);
    EXPECT_EQ((*rows)[0]["made_at"], "2026-03-10T09:00:00Z");
    EXPECT_TRUE((*rows)[1]["ok"].is_null());
    EXPECT_EQ((*backups.verify({}, *first))["ok"], true);
    EXPECT_EQ((*backups.list({}))[1]["ok"], true);
    EXPECT_FALSE(backups.file_of("../a/whatsflow.db"));
    EXPECT_FALSE(backups.file_of("whatsflow-x.tar.zst"));
}

TEST(RowText, EveryKindOfValueSurvives) {
    const sdk::DbValues values{{},        std::int64_t{-9'007'199'254'740'993}, 0.1,
                               "a\n\"é👍", sdk::Blob{std::string("\0\x80", 2)},  ""};
    EXPECT_EQ(from_line(to_line(values)), values);
    EXPECT_FALSE(from_line("{}"));
    EXPECT_FALSE(from_line("[[1]]"));
}

}  // namespace
}  // namespace whatsflow::backup
