// Changes folded into what is there after them.
#include "delta.hpp"

#include "reading.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

TEST(Delta, IsFoldedInTheOrderOfItsEvents) {
    const auto there = folded(json::parse(R"({"events": [
        {"type": "hydration", "features": [{"name": "a"}, {"name": "b"}], "segments": [{"id": 1}, {"id": 2}]},
        {"type": "feature-updated", "feature": {"name": "b", "enabled": true}},
        {"type": "feature-updated", "feature": {"name": "c"}},
        {"type": "feature-removed", "featureName": "a"},
        {"type": "feature-removed", "featureName": "nobody"},
        {"type": "segment-updated", "segment": {"id": 2, "name": "two"}},
        {"type": "segment-removed", "segmentId": 1},
        {"type": "of a later version"}]})"));

    EXPECT_EQ(there, json::parse(R"({"version": 2, "features": [{"name": "b", "enabled": true}, {"name": "c"}],
                                     "segments": [{"id": 2, "name": "two"}]})"));
}

TEST(Delta, ASecondHydrationIsTheBeginning) {
    const auto there = folded(json::parse(R"({"events": [
        {"type": "hydration", "features": [{"name": "a"}], "segments": [{"id": 1}]},
        {"type": "hydration", "features": [{"name": "b"}]}]})"));
    EXPECT_EQ(there, json::parse(R"({"version": 2, "features": [{"name": "b"}], "segments": []})"));
}

TEST(Delta, WholeDefinitionsStayAsTheyAre) {
    const auto whole = json::parse(R"({"version": 2, "features": [{"name": "a"}], "events": []})");
    EXPECT_EQ(folded(whole), whole);
    EXPECT_EQ(folded(json(7)), json(7));
}

TEST(Delta, ABrokenEventIsRefused) {
    for (const char* events : {R"([7])", R"([{}])", R"([{"type": "feature-updated"}])", R"({"type": "hydration"})",
                               R"([{"type": "feature-updated", "feature": 7}])", R"([{"type": "segment-removed"}])"})
        EXPECT_THROW(folded({{"events", json::parse(events)}}), Malformed) << events;
}

}  // namespace
}  // namespace whatsflow::flags
