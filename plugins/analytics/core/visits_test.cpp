#include "roll_up.hpp"

#include "event_time.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kNoon = 20'000 * kDay + 12 * kHour;

Event page(std::int64_t at, const char* path = "/", std::int64_t visitor = 1) {
    Event event;
    event.site = 1;
    event.name = kPageView;
    event.is_web = true;
    event.occurred_at = at;
    event.visitor = visitor;
    event.path = path;
    return event;
}

std::vector<const sdk::draft::AnalyticsRecord*> pointers(const std::vector<Event>& events) {
    std::vector<const sdk::draft::AnalyticsRecord*> all;
    for (const auto& event : events) all.push_back(&event);
    return all;
}

Tally total(const std::vector<Event>& events, const Visits& visits, Period period = Period::day) {
    Tally all;
    for (const auto& [key, tally] : roll_up(pointers(events), visits.changed(), DayGrid{}))
        if (key.period == period && key.dimension == dimension::kTotal) all.add(tally);
    return all;
}

TEST(Visits, OneEndsAfterHalfAnHourWithoutAnEvent) {
    Visits visits;
    std::vector<Event> events{page(kNoon), page(kNoon + 30 * kMinute, "/a"), page(kNoon + 61 * kMinute, "/b")};
    for (auto& event : events) visits.place(event);
    EXPECT_EQ(events[0].visit, events[1].visit);
    EXPECT_NE(events[1].visit, events[2].visit);
    const auto tally = total(events, visits);
    EXPECT_EQ(tally.visits, 2);
    EXPECT_EQ(tally.bounces, 1);
    EXPECT_EQ(tally.seconds, 1800);
    EXPECT_EQ(tally.views, 3);
    EXPECT_EQ(tally.visitors.estimate(), 1);
}

TEST(Visits, WhatIsAddedLaterChangesTheSumsByTheDifference) {
    Visits first;
    std::vector<Event> events{page(kNoon)};
    first.place(events[0]);
    auto tally = total(events, first);
    EXPECT_EQ(tally.bounces, 1);

    auto kept = *first.changed().front();
    kept.is_new = false;
    Visits second;
    second.know(kept);
    std::vector<Event> more{page(kNoon + kMinute, "/a")};
    second.place(more[0]);
    tally.add(total(more, second));
    EXPECT_EQ(tally.visits, 1);
    EXPECT_EQ(tally.bounces, 0);
    EXPECT_EQ(tally.seconds, 60);
    EXPECT_EQ(second.changed().front()->exit_path, "/a");
}

TEST(Visits, TheirIdsAreInTheOrderOfTimeAndTellEverybodyApart) {
    Visits visits, again;
    std::set<std::int64_t> ids;
    auto last = INT64_MIN;
    for (const auto at : {kNoon - 8'000 * kDay, kNoon - kHour, kNoon, kNoon + 20'000 * kDay}) {
        std::int64_t most = last;
        for (std::int64_t visitor = 1; visitor <= 500; ++visitor) {
            auto event = page(at, "/", visitor), same = event;
            visits.place(event);
            again.place(same);
            EXPECT_EQ(event.visit, same.visit);
            EXPECT_GT(event.visit, last);
            ids.insert(event.visit);
            most = std::max(most, event.visit);
        }
        last = most;
    }
    EXPECT_EQ(ids.size(), 4u * 500);
}

TEST(Visits, ALateEventJoinsTheVisitItFallsInto) {
    Visits visits;
    auto one = page(kNoon), late = page(kNoon - 10 * kMinute, "/late");
    visits.place(one);
    visits.place(late);
    EXPECT_EQ(one.visit, late.visit);
    EXPECT_EQ(visits.changed().front()->exit_path, "/");
}

TEST(Visits, BetweenTwoALateEventJoinsTheLaterOne) {
    Visits visits;
    auto first = page(kNoon), second = page(kNoon + 50 * kMinute), late = page(kNoon + 25 * kMinute);
    for (auto* event : {&first, &second, &late}) visits.place(*event);
    EXPECT_NE(first.visit, second.visit);
    EXPECT_EQ(late.visit, second.visit);
}

TEST(Visits, WhatTheSenderCallsASessionIsAVisitOfItsOwn) {
    Visits visits;
    auto one = page(kNoon), another = page(kNoon), same = page(kNoon + kMinute, "/a", 2);
    one.session = same.session = "s1";
    another.session = "s2";
    for (auto* event : {&one, &another, &same}) visits.place(*event);
    EXPECT_NE(one.visit, another.visit);
    EXPECT_EQ(one.visit, same.visit);
}

TEST(Visits, AVisitOverMidnightIsOneAndBelongsToItsFirstDay) {
    const auto midnight = kNoon + 12 * kHour;
    Visits visits;
    std::vector<Event> events{page(midnight - kMinute), page(midnight + kMinute)};
    for (auto& event : events) visits.place(event);
    std::int64_t first = 0, second = 0;
    for (const auto& [key, tally] : roll_up(pointers(events), visits.changed(), DayGrid{}))
        if (key.period == Period::day && key.dimension == dimension::kTotal)
            (key.start_at == midnight ? second : first) += tally.visits;
    EXPECT_EQ(first, 1);
    EXPECT_EQ(second, 0);
}

TEST(Visits, ProgramsHaveNone) {
    Visits visits;
    auto event = page(kNoon);
    event.is_web = false;
    visits.place(event);
    EXPECT_TRUE(visits.changed().empty());
}

TEST(RollUp, APageIsWhatWasSeenAndNoPlaceOfAClick) {
    std::vector<Event> events{page(kNoon, "/seen"), page(kNoon, "/clicked")};
    events[1].name = "clicked";
    Visits visits;
    for (auto& event : events) visits.place(event);
    std::set<std::string> pages, names;
    for (const auto& [key, tally] : roll_up(pointers(events), {}, DayGrid{})) {
        if (key.dimension == dimension::kPage) pages.insert(key.value);
        if (key.dimension == dimension::kEvent) names.insert(key.value);
    }
    EXPECT_EQ(pages, std::set<std::string>{"/seen"});
    EXPECT_EQ(names, (std::set<std::string>{"clicked", kPageView.data()}));
}

TEST(RollUp, BotsAreSummedApart) {
    std::vector<Event> events{page(kNoon), page(kNoon, "/", 2)};
    events[1].bot = 3;
    std::map<std::int64_t, std::int64_t> views;
    for (const auto& [key, tally] : roll_up(pointers(events), {}, DayGrid{}))
        if (key.period == Period::hour && key.dimension == dimension::kEvent) views[key.bot] += tally.views;
    EXPECT_EQ(views, (std::map<std::int64_t, std::int64_t>{{0, 1}, {1, 1}}));
}

}  // namespace
}  // namespace whatsflow::analytics
