#include "config/config_file_edit.hpp"

#include "config/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace whatsflow::config {
namespace {

using testing::HasSubstr;

std::string edited(std::string_view text) {
    const auto result = with_enabled_plugins(text, {"app", "com.acme.pay"});
    return result ? *result : "error: " + result.error().message;
}

TEST(EnabledPlugins, AreReplacedAndAllElseStays) {
    EXPECT_EQ(
        edited("# mine\n[plugins]  # ours\nenabled = [ \"x\",\n  # why\n  \"y\" ]  # these\nrequired=[]\n\n[log]\n"),
        "# mine\n[plugins]  # ours\nenabled = [\"app\", \"com.acme.pay\"]  # these\nrequired=[]\n\n[log]\n");
}

TEST(EnabledPlugins, AreFoundBehindLettersOfSeveralBytes) {
    EXPECT_EQ(edited("[plugins]\n\"enabled\" = [\"ගිණුම්\"] # සිංහල\n"),
              "[plugins]\n\"enabled\" = [\"app\", \"com.acme.pay\"] # සිංහල\n");
    EXPECT_EQ(edited("plugins = { required = [\"ගිණුම්\"], enabled = [] }\n"),
              "plugins = { required = [\"ගිණුම්\"], enabled = [\"app\", \"com.acme.pay\"] }\n");
}

TEST(EnabledPlugins, AreAddedToTheirSection) {
    EXPECT_EQ(edited("[plugins]\nrequired = []\n"),
              "[plugins]\nenabled = [\"app\", \"com.acme.pay\"]\nrequired = []\n");
}

TEST(EnabledPlugins, GetASectionWhenThereIsNone) {
    EXPECT_EQ(edited("[log]\nlevel = \"info\""),
              "[log]\nlevel = \"info\"\n\n[plugins]\nenabled = [\"app\", \"com.acme.pay\"]\n");
    EXPECT_EQ(edited(""), "[plugins]\nenabled = [\"app\", \"com.acme.pay\"]\n");
}

TEST(EnabledPlugins, AreNotPutIntoATextThatOnlyLooksLikeTheSection) {
    const auto text = edited("[mail]\nfrom = \"\"\"\n[plugins]\n\"\"\"\n");

    EXPECT_THAT(text, HasSubstr("\"\"\"\n[plugins]\n\"\"\"\n\n[plugins]\nenabled"));
}

TEST(EnabledPlugins, AreAddedToDottedKeysToo) {
    EXPECT_EQ(edited("plugins.required = []\n"),
              "plugins.enabled = [\"app\", \"com.acme.pay\"]\nplugins.required = []\n");
}

TEST(EnabledPlugins, KeepLineEndsOfWindows) {
    EXPECT_EQ(edited("[plugins]\r\nrequired = []\r\n"),
              "[plugins]\r\nenabled = [\"app\", \"com.acme.pay\"]\r\nrequired = []\r\n");
}

TEST(EnabledPlugins, AFileThatIsNotTomlIsLeftAlone) {
    EXPECT_THAT(edited("[plugins\n"), HasSubstr("error: line 1"));
}

TEST(EnabledPlugins, TheFileKeepsItsModeAndItsLink) {
    const auto folder = std::filesystem::temp_directory_path() / ("wf-edit-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto file = folder / "real.toml";
    const auto link = folder / "link.toml";
    std::ofstream{file} << "[plugins]\n";
    ::chmod(file.c_str(), 0604);
    std::filesystem::create_symlink(file, link);

    const auto result = set_enabled_plugins(link, {"app"});

    ASSERT_TRUE(result) << result.error().message;
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0604U);
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(load({.file = file})->plugins.enabled, std::vector<std::string>{"app"});
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 2) << "a temporary file was left";
    std::filesystem::remove_all(folder);
}

TEST(EnabledPlugins, AFolderThatMayNotBeWrittenIsAnError) {
    const auto result = set_enabled_plugins("/proc/nowhere/whatsflow.toml", {"app"});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "config.unwritable");
}

}  // namespace
}  // namespace whatsflow::config
