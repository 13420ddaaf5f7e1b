#include "security/key_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

namespace whatsflow::security {
namespace {

class KeyFile : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "keys-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(KeyFile, IsMadeOnceAndStaysTheSame) {
    auto first = load_or_make_key(folder_ / "keys", "csrf");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->size(), 32u);
    EXPECT_EQ(*load_or_make_key(folder_ / "keys", "csrf"), *first);
    EXPECT_NE(*load_or_make_key(folder_ / "keys", "other"), *first);
}

TEST_F(KeyFile, ThatOthersCanReadIsRefusedWithTheRemedy) {
    ASSERT_TRUE(load_or_make_key(folder_, "csrf"));
    ::chmod((folder_ / "csrf.key").c_str(), 0644);
    auto key = load_or_make_key(folder_, "csrf");
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(KeyFile, OfAnotherSizeIsNotUsed) {
    ASSERT_TRUE(load_or_make_key(folder_, "csrf"));
    std::ofstream(folder_ / "csrf.key") << "short";
    EXPECT_FALSE(load_or_make_key(folder_, "csrf"));
}

}  // namespace
}  // namespace whatsflow::security
