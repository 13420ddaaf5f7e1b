#include "plugins/dependency_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::plugins {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Manifest a_plugin(std::string id, std::vector<std::string> provides, std::vector<Requirement> needs = {}) {
    Manifest manifest;
    manifest.id = std::move(id);
    manifest.provides = std::move(provides);
    manifest.requires_services = std::move(needs);
    return manifest;
}

OrderedPlugins order(const std::vector<Manifest>& manifests, const std::set<std::string>& there = {}) {
    std::vector<const Manifest*> pointers;
    for (const auto& manifest : manifests) pointers.push_back(&manifest);
    return order_by_dependencies(pointers, there);
}

TEST(DependencyOrder, TiesAreBrokenById) {
    EXPECT_THAT(order({a_plugin("c", {}), a_plugin("a", {}), a_plugin("b", {})}).order, ElementsAre("a", "b", "c"));
}

TEST(DependencyOrder, ProvidersComeFirstAllOfThem) {
    const auto ordered =
        order({a_plugin("app", {}, {{"pay/1"}}), a_plugin("stripe", {"pay/1"}), a_plugin("zpay", {"pay/1"})});

    EXPECT_THAT(ordered.order, ElementsAre("stripe", "zpay", "app"));
}

TEST(DependencyOrder, ServicesOfTheHostAreThereAlready) {
    EXPECT_THAT(order({a_plugin("app", {}, {{"outbox/1"}})}, {"outbox/1"}).order, ElementsAre("app"));
}

TEST(DependencyOrder, WhatNeedsAMissingServiceTakesItsDependantsAlong) {
    const auto ordered = order({a_plugin("a", {"a/1"}, {{"gone/1"}}), a_plugin("b", {}, {{"a/1"}}), a_plugin("c", {})});

    EXPECT_THAT(ordered.order, ElementsAre("c"));
    EXPECT_THAT(ordered.refused.at("a"), HasSubstr("needs gone/1"));
    EXPECT_THAT(ordered.refused.at("b"), HasSubstr("needs a/1"));
}

TEST(DependencyOrder, AnOptionalServiceIsWaitedForButNotNeeded) {
    EXPECT_THAT(order({a_plugin("a", {}, {{"z/1", true}}), a_plugin("z", {"z/1"})}).order, ElementsAre("z", "a"));
    EXPECT_THAT(order({a_plugin("a", {}, {{"z/1", true}})}).order, ElementsAre("a"));
}

TEST(DependencyOrder, AnOptionalServiceDoesNotMakeACircle) {
    const auto ordered = order({a_plugin("a", {"a/1"}, {{"b/1", true}}), a_plugin("b", {"b/1"}, {{"a/1"}})});

    EXPECT_THAT(ordered.order, ElementsAre("a", "b"));
    EXPECT_THAT(ordered.refused, IsEmpty());
}

TEST(DependencyOrder, ACircleIsSpelledOutAndTheRestStarts) {
    const auto ordered = order({a_plugin("a", {"a/1"}, {{"c/1"}}), a_plugin("b", {"b/1"}, {{"a/1"}}),
                                a_plugin("c", {"c/1"}, {{"b/1"}}), a_plugin("d", {}, {{"a/1"}}), a_plugin("e", {})});

    EXPECT_THAT(ordered.order, ElementsAre("e"));
    EXPECT_THAT(ordered.refused.at("b"),
                HasSubstr("a needs c/1 from c, which needs b/1 from b, which needs a/1 from a."));
    EXPECT_THAT(ordered.refused.at("d"), HasSubstr("needs a/1, which no plugin that can run provides"));
}

TEST(DependencyOrder, APluginMayNeedItsOwnService) {
    EXPECT_THAT(order({a_plugin("a", {"a/1"}, {{"a/1"}})}).order, ElementsAre("a"));
}

}  // namespace
}  // namespace whatsflow::plugins
