#include "net/client.hpp"
#include "storage/storage.hpp"
#include "support/node_process.hpp"
#include "support/server_process.hpp"
#include "time/system_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::storage {
namespace {

class S3Test : public ::testing::Test {
protected:
    std::shared_ptr<sdk::FileStorage> files(const std::string& plugin = "shop", const std::string& secret = "S3RVER") {
        auto opened = Storage::open({{},
                                     S3Settings{"http://127.0.0.1:" + std::to_string(store.port()), "us-east-1",
                                                "whatsflow-files", "S3RVER", secret}},
                                    https, clock);
        return (*opened)->for_plugin(plugin);
    }
    static std::vector<std::string> keys(const sdk::Result<std::vector<sdk::StoredFile>>& listed) {
        std::vector<std::string> result;
        if (!listed) return {listed.error().message};
        for (const auto& file : *listed) result.push_back(file.key);
        return result;
    }

    whatsflow::testing::TemporaryFolder folder;
    whatsflow::testing::NodeProcess store{"tests/integration/storage", "server.mjs", {folder.path().string()}};
    net::Client https;
    time::SystemClock clock;
};

TEST_F(S3Test, AFileComesBackAsItWasPut) {
    std::string bytes("a\0b\r\n\xff", 6);
    for (int i = 0; i < 18; ++i) bytes += bytes;

    const auto put = files()->put({}, "exports/2026.csv", bytes, "text/csv");
    ASSERT_TRUE(put) << put.error().message;

    EXPECT_EQ(*files()->get({}, "exports/2026.csv"), bytes);
    const auto described = files()->describe({}, "exports/2026.csv");
    ASSERT_TRUE(described) << described.error().message;
    EXPECT_EQ(described->bytes, bytes.size());
    EXPECT_EQ(described->content_type, "text/csv");
    EXPECT_LT(std::chrono::abs(described->changed_at - clock.now()), std::chrono::minutes(5));
}

TEST_F(S3Test, FilesAreListedInOrderAfterAKeyAndEachPluginSeesItsOwn) {
    for (const auto* key : {"b", "a/2", "a/1", "c"}) ASSERT_TRUE(files()->put({}, key, "x", "text/plain"));
    ASSERT_TRUE(files("other")->put({}, "mine", "x", "text/plain"));

    EXPECT_THAT(keys(files()->list({}, "")), ::testing::ElementsAre("a/1", "a/2", "b", "c"));
    EXPECT_THAT(keys(files()->list({}, "a/")), ::testing::ElementsAre("a/1", "a/2"));
    EXPECT_THAT(keys(files()->list({}, "", "a/2")), ::testing::ElementsAre("b", "c"));
    EXPECT_EQ(files()->list({}, "b")->front().bytes, 1U);
    EXPECT_GT(sdk::to_micros(files()->list({}, "b")->front().changed_at), 0);
}

TEST_F(S3Test, ARemovedFileIsGoneAndMayBeRemovedAgain) {
    ASSERT_TRUE(files()->put({}, "a", "x", "text/plain"));
    EXPECT_TRUE(files()->remove({}, "a"));
    EXPECT_TRUE(files()->remove({}, "a"));
    EXPECT_EQ(files()->get({}, "a").error().code, "files.not_found");
    EXPECT_EQ(files()->describe({}, "a").error().code, "files.not_found");
}

TEST_F(S3Test, AWrongSecretIsRefusedByTheStore) {
    const auto refused = files("shop", "wrong")->put({}, "a", "x", "text/plain");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "files.unavailable");
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("SignatureDoesNotMatch"));
}

}  // namespace
}  // namespace whatsflow::storage
