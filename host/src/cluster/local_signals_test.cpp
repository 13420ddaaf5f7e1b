// Signals within one node.
#include "cluster/local_signals.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace whatsflow::cluster {
namespace {

TEST(LocalSignals, ReachEverybodyWhoSubscribedToTheTopic) {
    LocalSignals signals;
    std::vector<std::string> heard;
    const auto first = signals.subscribe("flags", [&](const std::string& text) { heard.push_back("1" + text); });
    const auto second = signals.subscribe("flags", [&](const std::string& text) { heard.push_back("2" + text); });
    const auto other = signals.subscribe("theme", [&](const std::string& text) { heard.push_back("3" + text); });

    signals.publish("flags", "a");

    EXPECT_EQ(heard, (std::vector<std::string>{"1a", "2a"}));
}

TEST(LocalSignals, EndWithTheirRegistration) {
    LocalSignals signals;
    int heard = 0;
    {
        const auto watch = signals.subscribe("flags", [&](const std::string&) { ++heard; });
        signals.publish("flags", "");
    }
    signals.publish("flags", "");

    EXPECT_EQ(heard, 1);
}

TEST(LocalSignals, MayBeEndedFromInsideTheirOwnCallback) {
    LocalSignals signals;
    int heard = 0;
    sdk::Registration watch;
    watch = signals.subscribe("flags", [&](const std::string&) {
        ++heard;
        watch.release();
    });

    signals.publish("flags", "");
    signals.publish("flags", "");

    EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace whatsflow::cluster
