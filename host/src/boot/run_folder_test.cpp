#include "boot/run_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace whatsflow::boot {
namespace {

class RunFolderTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "run-folder-XXXXXX";
        data_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(data_); }

    RunFolder open() { return std::move(*RunFolder::open(data_)); }

    std::filesystem::path data_;
};

TEST_F(RunFolderTest, ASecondServerOnTheSameDataIsRefusedWithTheFirstOnesPid) {
    RunFolder first = open();
    ASSERT_TRUE(first.claim());
    RunFolder second = open();
    auto claimed = second.claim();
    ASSERT_FALSE(claimed);
    EXPECT_EQ(claimed.error().code, "boot.already_running");
    EXPECT_NE(claimed.error().message.find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(RunFolderTest, WhatADeadServerPublishedIsNotRead) {
    {
        RunFolder server = open();
        ASSERT_TRUE(server.claim());
        ASSERT_TRUE(server.publish("routes", {{"a", 1}}));
        EXPECT_EQ(open().read("routes"), (nlohmann::json{{"a", 1}}));
        EXPECT_EQ(open().running_server(), ::getpid());
    }
    EXPECT_FALSE(open().read("routes"));
    EXPECT_FALSE(open().running_server());
}

TEST_F(RunFolderTest, AFolderThatCannotBeMadeIsOneClearSentence) {
    auto opened = RunFolder::open("/proc/nowhere");
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("--data"), std::string::npos);
}

}  // namespace
}  // namespace whatsflow::boot
