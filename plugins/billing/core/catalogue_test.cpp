#include "usage.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

AddOn device(std::int64_t adds, bool for_holders) {
    AddOn made;
    made.code = "device";
    made.adds_to_limits = {{"devices", adds}};
    made.for_holders = for_holders;
    return made;
}

/// Somebody on a plan with five devices and two more.
Subscription holder_of(std::int64_t version) {
    Subscription subscription;
    subscription.state = SubscriptionState::active;
    SubscriptionItem base, more;
    base.kind = ItemKind::base;
    base.code = "starter";
    more.kind = ItemKind::add_on;
    more.code = "device";
    more.quantity = 2;
    more.plan_version = version;
    subscription.items = {base, more};
    return subscription;
}

TEST(AddOnVersions, WhatWasBoughtStaysUnlessALaterOneIsForHolders) {
    Catalogue catalogue;
    Plan starter;
    starter.code = "starter";
    starter.limits = {{"devices", 5}};
    catalogue.plans = {starter};
    const auto publish = [&](std::int64_t adds, bool for_holders) {
        auto& all = catalogue.published_add_ons["device"];
        all.push_back({static_cast<std::int64_t>(all.size()) + 1, device(adds, for_holders)});
        catalogue.add_ons = {all.back().add_on};
    };
    const auto limit = [&](std::int64_t version) { return limit_of(catalogue, holder_of(version), "devices"); };

    publish(1, false);
    EXPECT_EQ(limit(1), 7);
    publish(10, false);
    EXPECT_EQ(limit(1), 7) << "bought before";
    EXPECT_EQ(limit(2), 25);
    publish(3, true);
    publish(4, false);
    EXPECT_EQ(limit(1), 11);
    EXPECT_EQ(limit(2), 11) << "also where it is less: it was said for whom";
    EXPECT_EQ(limit(4), 13);
    EXPECT_EQ(limit(0), 13) << "who has no version has the current one";
    EXPECT_EQ(catalogue.newest_add_on_version("device"), 4);
    EXPECT_EQ(catalogue.newest_add_on_version("seat"), 0);
}

}  // namespace
}  // namespace whatsflow::billing
