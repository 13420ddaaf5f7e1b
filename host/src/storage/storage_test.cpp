#include "storage/storage.hpp"

#include "storage/local_backend.hpp"

#include <whatsflow/sdk/testing/fake_clock.hpp>
#include <whatsflow/sdk/testing/fake_https_client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace whatsflow::storage {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class StorageTest : public ::testing::Test {
protected:
    StorageTest() {
        std::string name = (fs::temp_directory_path() / "wf_storage_XXXXXX").string();
        root = mkdtemp(name.data());
    }
    ~StorageTest() override { fs::remove_all(root); }

    std::shared_ptr<sdk::FileStorage> files(const std::string& plugin = "shop") {
        auto opened = Storage::open({root / "files"}, https, clock);
        return (*opened)->for_plugin(plugin);
    }
    static std::vector<std::string> keys(const sdk::Result<std::vector<sdk::StoredFile>>& listed) {
        std::vector<std::string> result;
        if (listed)
            for (const auto& file : *listed) result.push_back(file.key);
        return result;
    }

    fs::path root;
    sdk::testing::FakeHttpsClient https;
    sdk::testing::FakeClock clock;
};

TEST_F(StorageTest, AFileComesBackAsItWasPut) {
    const std::string bytes("a\0b\r\n\xff", 6);

    ASSERT_TRUE(files()->put({}, "exports/2026.csv", bytes, "text/csv"));

    EXPECT_EQ(*files()->get({}, "exports/2026.csv"), bytes);
    const auto described = files()->describe({}, "exports/2026.csv");
    ASSERT_TRUE(described);
    EXPECT_EQ(described->bytes, 6U);
    EXPECT_EQ(described->content_type, "text/csv");
    EXPECT_EQ(described->key, "exports/2026.csv");
}

TEST_F(StorageTest, PuttingAgainReplacesAndLeavesNoDraft) {
    ASSERT_TRUE(files()->put({}, "a", "first, longer", "text/plain"));
    ASSERT_TRUE(files()->put({}, "a", "second", "text/html"));

    EXPECT_EQ(*files()->get({}, "a"), "second");
    EXPECT_EQ(files()->describe({}, "a")->content_type, "text/html");
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root / "files"))
        if (entry.is_regular_file()) ++count;
    EXPECT_EQ(count, 2U) << "the file and its type";
}

TEST_F(StorageTest, APluginSeesItsOwnFilesOnly) {
    ASSERT_TRUE(files("shop")->put({}, "a", "shop's", "text/plain"));

    EXPECT_EQ(files("shop2")->get({}, "a").error().code, "files.not_found");
    EXPECT_EQ(files("sho")->get({}, "p/a").error().code, "files.not_found");
    EXPECT_TRUE(keys(files("sho")->list({}, "")).empty());
    EXPECT_TRUE(keys(files("shop2")->list({}, "")).empty());
}

TEST_F(StorageTest, NoKeyLeadsOutOfThePluginsFiles) {
    std::ofstream(root / "secret") << "secret";
    for (const auto* key : {"", "..", "../secret", "a/../../secret", "/etc/passwd", "a//b", "a/", "./a", "a\\b", "a%b",
                            "a b", "~a", "a\nb", "caf\xc3\xa9"}) {
        EXPECT_EQ(files()->put({}, key, "x", "text/plain").error().code, "files.bad_key") << key;
        EXPECT_EQ(files()->get({}, key).error().code, "files.bad_key") << key;
        EXPECT_EQ(files()->remove({}, key).error().code, "files.bad_key") << key;
    }
    EXPECT_EQ(files()->put({}, std::string(201, 'a'), "x", "text/plain").error().code, "files.bad_key");
    EXPECT_TRUE(files()->put({}, std::string(200, 'a'), "x", "text/plain"));
}

TEST_F(StorageTest, ALinkInTheFolderIsNotFollowed) {
    ASSERT_TRUE(files()->put({}, "a", "x", "text/plain"));
    fs::create_symlink("/etc/passwd", root / "files" / "shop" / "link");

    EXPECT_FALSE(files()->get({}, "link"));
    EXPECT_FALSE(files()->describe({}, "link"));
}

TEST_F(StorageTest, AKeyMayBeTheBeginningOfAnother) {
    ASSERT_TRUE(files()->put({}, "a", "1", "text/plain"));
    ASSERT_TRUE(files()->put({}, "a/b", "2", "text/plain"));
    ASSERT_TRUE(files()->put({}, ".types", "3", "text/plain"));

    EXPECT_EQ(*files()->get({}, "a"), "1");
    EXPECT_EQ(*files()->get({}, "a/b"), "2");
    EXPECT_EQ(*files()->get({}, ".types"), "3");
}

TEST_F(StorageTest, FilesAreListedInOrderAfterAKey) {
    for (const auto* key : {"b", "a/2", "a/1", "a.x", ".hidden", "c"})
        ASSERT_TRUE(files()->put({}, key, "x", "text/plain"));

    EXPECT_THAT(keys(files()->list({}, "")), ElementsAre(".hidden", "a.x", "a/1", "a/2", "b", "c"));
    EXPECT_THAT(keys(files()->list({}, "a/")), ElementsAre("a/1", "a/2"));
    EXPECT_THAT(keys(files()->list({}, "", "a/2")), ElementsAre("b", "c"));
}

TEST_F(StorageTest, ARemovedFileIsGoneAndMayBeRemovedAgain) {
    ASSERT_TRUE(files()->put({}, "a", "x", "text/plain"));

    EXPECT_TRUE(files()->remove({}, "a"));
    EXPECT_TRUE(files()->remove({}, "a"));

    EXPECT_EQ(files()->get({}, "a").error().code, "files.not_found");
    EXPECT_EQ(files()->describe({}, "a").error().code, "files.not_found");
}

TEST_F(StorageTest, AFileOver64MebibytesIsRefused) {
    EXPECT_EQ(files()->put({}, "a", std::string(kLargestFile + 1, 'x'), "text/plain").error().code, "files.too_large");
}

TEST_F(StorageTest, AStoreWithoutItsKeysIsRefusedAtTheStart) {
    auto opened = Storage::open({{}, S3Settings{"https://s3.example.com", "r", "b", "", ""}}, https, clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "files.bad_settings");
}

}  // namespace
}  // namespace whatsflow::storage
