#include "plugins/registrations.hpp"

#include <gtest/gtest.h>

namespace whatsflow::plugins {
namespace {

PluginRegistrations with_entry(const char* plugin, const char* path, int order) {
    PluginRegistrations made;
    made.contributions.push_back(
        sdk::NavigationEntry{sdk::Site::app, "main", path, "house", path, "public", order}.to_contribution());
    made.contributions.back().plugin = plugin;
    return made;
}

std::string keys_of(const std::vector<sdk::Contribution>& contributions) {
    std::string keys;
    for (const auto& contribution : contributions) keys += contribution.key + " ";
    return keys;
}

TEST(Registrations, WhatIsSharedIsMadeOnceUntilAPluginComesOrGoes) {
    const auto slot = sdk::NavigationEntry::kSlot.text();
    Registrations registrations;
    registrations.commit("b", with_entry("b", "/b", 2));

    const auto first = registrations.shared_contributions(slot, sdk::Site::app);
    EXPECT_EQ(registrations.shared_contributions(slot, sdk::Site::app), first);
    EXPECT_TRUE(registrations.shared_contributions(slot, sdk::Site::admin)->empty());

    registrations.commit("a", with_entry("a", "/a", 1));
    EXPECT_EQ(keys_of(*registrations.shared_contributions(slot, sdk::Site::app)), "/a /b ");
    EXPECT_EQ(keys_of(*first), "/b ") << "whoever walks the old list is not disturbed";

    registrations.revoke("b");
    EXPECT_EQ(keys_of(registrations.contributions(slot, sdk::Site::app)), "/a ");
}

}  // namespace
}  // namespace whatsflow::plugins
