#include "spool.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <thread>

namespace whatsflow::analytics {
namespace {

class SpoolTest : public ::testing::Test {
protected:
    SpoolTest()
        : folder_(std::filesystem::temp_directory_path() /
                  ("wf-spool-" + std::to_string(::getpid()) + "-" + std::to_string(++made_))) {}
    ~SpoolTest() override { std::filesystem::remove_all(folder_); }

    Spool::Options options() const { return {folder_, 1 << 20, 200, Durability::crash}; }
    std::unique_ptr<Spool> opened() const { return opened(options()); }
    static std::unique_ptr<Spool> opened(Spool::Options options) {
        auto spool = std::make_unique<Spool>(std::move(options));
        EXPECT_TRUE(spool->open());
        return spool;
    }
    static std::vector<std::string> rest_of(Spool& spool, Spool::Cursor from = {}) {
        std::vector<std::string> all;
        while (true) {
            const auto piece = spool.read(from, 3);
            EXPECT_TRUE(piece);
            if (piece->records.empty()) return all;
            all.insert(all.end(), piece->records.begin(), piece->records.end());
            from = piece->next;
        }
    }

    static inline int made_ = 0;
    const std::filesystem::path folder_;
};

TEST_F(SpoolTest, GivesBackWhatItTookInOrderAndOverRestarts) {
    std::vector<std::string> all;
    for (int run = 0; run < 3; ++run) {
        const auto spool = opened();
        for (int i = 0; i < 20; ++i) {
            all.push_back(std::to_string(run) + "-" + std::to_string(i) + std::string(30, '.'));
            ASSERT_TRUE(spool->append({all.back()}));
        }
        EXPECT_EQ(rest_of(*spool), all);
    }
}

TEST_F(SpoolTest, ARecordThatWasTornIsNoneAndThoseAfterItAreRead) {
    {
        const auto spool = opened();
        ASSERT_TRUE(spool->append({"one", "two"}));
    }
    std::filesystem::path last;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) last = std::max(last, entry.path());
    std::ofstream(last, std::ios::app | std::ios::binary) << std::string("\x09\0\0\0\1\2\3\4half", 12);
    const auto spool = opened();
    ASSERT_TRUE(spool->append({"three"}));
    EXPECT_EQ(rest_of(*spool), (std::vector<std::string>{"one", "two", "three"}));
}

TEST_F(SpoolTest, DamageIsSeenAndCounted) {
    {
        const auto spool = opened();
        ASSERT_TRUE(spool->append({"one"}));
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(9);
        file << 'X';
    }
    const auto spool = opened();
    ASSERT_TRUE(spool->append({"two"}));
    EXPECT_EQ(rest_of(*spool), std::vector<std::string>{"two"});
    EXPECT_EQ(spool->counts().damaged_files, 1u);
}

TEST_F(SpoolTest, WhatIsTakenOverMakesRoom) {
    const auto spool = opened();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(spool->append({std::string(50, 'x')}));
    const auto piece = spool->read({}, 100);
    ASSERT_TRUE(piece);
    auto cursor = piece->next;
    while (true) {
        const auto more = spool->read(cursor, 100);
        if (more->records.empty()) break;
        cursor = more->next;
    }
    spool->forget_before(cursor);
    EXPECT_LE(spool->counts().waiting_bytes, 300u);
}

TEST_F(SpoolTest, AtItsBoundTheOldestGoAndAreCounted) {
    auto bounded = options();
    bounded.most_bytes = 1'000;
    const auto spool = opened(bounded);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(spool->append({std::to_string(1000 + i) + std::string(46, '.')}));
    const auto rest = rest_of(*spool);
    EXPECT_LE(spool->counts().waiting_bytes, 1'000u);
    EXPECT_EQ(rest.size() + spool->counts().lost_records, 100u);
    EXPECT_EQ(rest.back().substr(0, 4), "1099");
}

TEST_F(SpoolTest, ManyWhoWaitForTheDiskShareIt) {
    auto careful = options();
    careful.durability = Durability::power;
    careful.file_bytes = 4'000;
    const auto spool = opened(careful);
    std::vector<std::jthread> senders;
    for (int sender = 0; sender < 4; ++sender)
        senders.emplace_back([&] {
            for (int i = 0; i < 50; ++i) EXPECT_TRUE(spool->append({std::string(40, 'x')}));
        });
    senders.clear();
    EXPECT_EQ(rest_of(*spool).size(), 200u);
}

TEST_F(SpoolTest, ARecordLargerThanAPieceIsReadAlone) {
    const auto spool = opened();
    ASSERT_TRUE(spool->append({std::string(5'000, 'a'), "b"}));
    const auto first = spool->read({}, 10, 100);
    ASSERT_TRUE(first);
    ASSERT_EQ(first->records.size(), 1u);
    EXPECT_EQ(first->records[0].size(), 5'000u);
    EXPECT_EQ(spool->read(first->next, 10, 100)->records, std::vector<std::string>{"b"});
}

}  // namespace
}  // namespace whatsflow::analytics
