#include "security/vault.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

namespace whatsflow::security {
namespace {

using sdk::Secret;

class VaultTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "vault-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::shared_ptr<const VaultKeys> keys() { return *VaultKeys::load_or_make(folder_ / "keys"); }
    std::filesystem::path folder_;
};

TEST_F(VaultTest, WhatWasSealedOpensAgainEvenAfterARestart) {
    const std::string secret("binary\0too", 10);
    const auto sealed = *PluginVault(keys(), "accounts").seal("totp", Secret(secret));

    auto opened = PluginVault(keys(), "accounts").open("totp", sealed);

    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), secret);
    EXPECT_TRUE(sealed.starts_with("v1.0001."));
    EXPECT_EQ(sealed.find("binary"), std::string::npos);
    EXPECT_LE(sealed.size(), secret.size() * 14 / 10 + 80);
    EXPECT_EQ(
        PluginVault(keys(), "accounts").open("totp", *PluginVault(keys(), "accounts").seal("totp", Secret()))->reveal(),
        "");
}

TEST_F(VaultTest, ItsKeyIsForTheOwnerOnly) {
    (void)keys();
    struct stat status {};
    ASSERT_EQ(::stat((folder_ / "keys" / "vault-0001.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(VaultTest, TheSameSecretLooksDifferentEachTime) {
    PluginVault vault(keys(), "accounts");
    EXPECT_NE(*vault.seal("totp", Secret("s")), *vault.seal("totp", Secret("s")));
}

TEST_F(VaultTest, AnotherPluginPurposeOrInstallationOpensNothing) {
    const auto sealed = *PluginVault(keys(), "accounts").seal("totp", Secret("s"));

    EXPECT_EQ(PluginVault(keys(), "stripe").open("totp", sealed).error().code, "vault.not_ours");
    EXPECT_EQ(PluginVault(keys(), "accounts").open("otherwise", sealed).error().code, "vault.not_ours");
    EXPECT_EQ(PluginVault(keys(), "accountz").open("totp", sealed).error().code, "vault.not_ours");
    EXPECT_EQ(PluginVault(keys(), "account").open("stotp", sealed).error().code, "vault.not_ours");
    EXPECT_EQ(PluginVault(VaultKeys::of_this_process(), "accounts").open("totp", sealed).error().code,
              "vault.not_ours");
}

TEST_F(VaultTest, EveryChangedOrMissingByteIsNoticed) {
    PluginVault vault(keys(), "accounts");
    const auto sealed = *vault.seal("totp", Secret("secret"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(vault.open("totp", changed)) << i;
        EXPECT_FALSE(vault.open("totp", sealed.substr(0, i))) << i;
    }
}

TEST_F(VaultTest, ANewKeySealsAndTheOldOneStillOpens) {
    const auto old = *PluginVault(keys(), "accounts").seal("totp", Secret("s"));
    ASSERT_EQ(*VaultKeys::add_key(folder_ / "keys"), "0002");

    PluginVault vault(keys(), "accounts");

    EXPECT_TRUE(vault.seal("totp", Secret("s"))->starts_with("v1.0002."));
    EXPECT_EQ(vault.open("totp", old)->reveal(), "s");
    std::filesystem::remove(folder_ / "keys" / "vault-0001.key");
    EXPECT_EQ(PluginVault(keys(), "accounts").open("totp", old).error().code, "vault.key_gone");
}

}  // namespace
}  // namespace whatsflow::security
