// The same events in any order, each any number of times, in time or late: one number, and the same
// money in the end. Held against an oracle that looks at all events at once.
#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <tuple>

namespace whatsflow::billing::scenario {
namespace {

using nlohmann::json;

constexpr int kSeeds = 400;
constexpr std::int64_t kIncluded = 3;
constexpr int kDays = 30;  // of April

struct Event {
    int day = 0;  // of April, from 0
    int minute = 0;
    std::int64_t quantity = 1;
    std::string value;
    std::string id;
};

constexpr std::array kWays{Aggregation::sum, Aggregation::count,  Aggregation::unique_count,
                           Aggregation::max, Aggregation::latest, Aggregation::time_weighted};

std::string moment_of(const Event& event) {
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return "2026-04-" + two(event.day + 1) + "T" + two(event.minute / 60) + ":" + two(event.minute % 60) + ":00Z";
}

std::vector<Event> random_events(std::mt19937& dice, Aggregation way) {
    const auto below = [&](int count) { return static_cast<int>(dice() % static_cast<unsigned>(count)); };
    std::vector<Event> events;
    for (int count = 1 + below(9), n = 0; n < count; ++n) {
        // Few different moments, so that some events are of the same one.
        Event event{below(kDays), 60 * below(3), 1, "", "e" + std::to_string(n)};
        if (way == Aggregation::sum) event.quantity = 1 + below(9);
        if (way == Aggregation::unique_count) event.value = std::string(1, static_cast<char>('a' + below(6)));
        if (way == Aggregation::max || way == Aggregation::latest) event.quantity = below(20);
        if (way == Aggregation::time_weighted) event.quantity = below(3) == 0 ? -1 - below(5) : 1 + below(9);
        events.push_back(event);
    }
    return events;
}

/// In parts: of a time-weighted meter thirty are one.
std::int64_t parts_by_hand(const std::vector<Event>& events, Aggregation way) {
    std::int64_t total = 0;
    std::set<std::string> values;
    std::tuple<int, int, std::int64_t> last{-1, 0, 0};
    for (const auto& event : events) {
        values.insert(event.value);
        last = std::max(last, std::tuple(event.day, event.minute, event.quantity));
        if (way == Aggregation::sum) total += event.quantity;
        if (way == Aggregation::max) total = std::max(total, event.quantity);
        if (way == Aggregation::time_weighted) total += event.quantity * (kDays - event.day);
    }
    switch (way) {
        case Aggregation::count: return static_cast<std::int64_t>(events.size());
        case Aggregation::unique_count: return static_cast<std::int64_t>(values.size());
        case Aggregation::latest: return std::get<2>(last);
        default: return std::max<std::int64_t>(0, total);
    }
}

json overage_of(unsigned which) {
    switch (which % 4) {
        case 0: return {{"model", "per_unit"}, {"unit_amount", "7.5"}};
        case 1:
            return {{"model", "graduated"},
                    {"tiers",
                     {{{"up_to", 4}, {"unit_amount", "20"}},
                      {{"up_to", 9}, {"unit_amount", "11"}},
                      {{"unit_amount", "3"}}}}};
        case 2:
            return {{"model", "volume"}, {"tiers", {{{"up_to", 5}, {"unit_amount", "20"}}, {{"unit_amount", "10"}}}}};
        default: return {{"model", "package"}, {"size", 3}, {"free", 1}, {"unit_amount", "40"}};
    }
}

/// `late` are told in May and later, after the invoice of April.
Outcomes told_in_order(Aggregation way, const json& overage, const std::vector<Event>& in_time,
                       const std::vector<Event>& late) {
    json steps = json::array({{{"at", "2026-04-01"}, {"do", "subscribe"}, {"plan", "one"}, {"interval", "month"}}});
    const auto tell = [&](const Event& event, const std::string& at) {
        json step{{"at", at},       {"do", "usage"},
                  {"meter", "m"},   {"quantity", event.quantity},
                  {"id", event.id}, {"timestamp", moment_of(event)}};
        if (!event.value.empty()) step["value"] = event.value;
        steps.push_back(step);
    };
    for (const auto& event : in_time) tell(event, "2026-04-30T23:00:00Z");
    // Some while May runs, some when it is over, too; or all when June is over as well.
    const auto when = [&](std::size_t at) { return at * 2 < late.size() ? "2026-05-02" : "2026-06-02"; };
    for (std::size_t at = 0; at < late.size(); ++at) tell(late[at], late.size() % 3 == 0 ? "2026-07-02" : when(at));
    steps.push_back({{"at", "2026-08-01"}, {"do", "advance"}});
    const json document{
        {"name", "order"},
        {"account", {{"currency", "USD"}}},
        {"plans",
         {{{"code", "one"}, {"prices", {{{"interval", "month"}, {"amount", 100}}}}, {"limits", {{"m", kIncluded}}}}}},
        {"meters", {{{"code", "m"}, {"aggregation", to_text(way)}, {"overage", overage}}}},
        {"steps", steps}};
    const auto story = read_story(document);
    if (!story) {
        ADD_FAILURE() << story.error().message;
        return {};
    }
    CheckedStore store(*open_account(story->profile));
    auto outcomes = run_story(*story, store);
    if (!outcomes) {
        ADD_FAILURE() << outcomes.error().message;
        return {};
    }
    EXPECT_EQ(store.rebuilt(), outcomes->account);
    expect_sound(*outcomes, document.dump());
    for (const auto& error : outcomes->errors) ADD_FAILURE() << error.code << ": " << error.message;
    return std::move(*outcomes);
}

const UsageCounter& counter_of_april(const Outcomes& outcomes) {
    return *std::ranges::find(outcomes.account.counters, LocalDate::of(2026, 4, 1),
                              [](const UsageCounter& each) { return each.period.from; });
}

/// All that was charged for April's usage, less what came back.
Amount billed_for_april(const Outcomes& outcomes) {
    const auto& counter = counter_of_april(outcomes);
    Amount billed = 0;
    for (const auto& invoice : outcomes.account.invoices)
        for (const auto& line : invoice.lines)
            if (line.usage && line.usage->counter == counter.id) billed += line.amount;
    return billed;
}

class UsageOrder : public ::testing::TestWithParam<Aggregation> {};

TEST_P(UsageOrder, NeitherOrderNorNumberNorDelayOfEventsChangesWhatTheyComeTo) {
    const auto way = GetParam();
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 dice(seed * 6 + static_cast<unsigned>(way));
        const auto events = random_events(dice, way);
        const auto overage = overage_of(seed);
        const auto parts = parts_by_hand(events, way);
        const std::int64_t whole = way == Aggregation::time_weighted ? kDays : 1;

        auto shuffled = events;
        for (int extra = static_cast<int>(dice() % 5); extra > 0; --extra)
            shuffled.push_back(events[dice() % events.size()]);
        std::ranges::shuffle(shuffled, dice);
        const auto cut = static_cast<std::ptrdiff_t>(dice() % (shuffled.size() + 1));
        const std::vector<Event> early(shuffled.begin(), shuffled.begin() + cut),
            late(shuffled.begin() + cut, shuffled.end());
        const auto in_time = told_in_order(way, overage, events, {});
        const auto otherwise = told_in_order(way, overage, early, late);

        const auto price = price_of_overage(in_time.catalogue.meters[0].overage.value(),
                                            Fraction(std::max<std::int64_t>(0, parts - kIncluded * whole), whole));
        for (const auto* outcomes : {&in_time, &otherwise}) {
            const auto& counter = counter_of_april(*outcomes);
            EXPECT_EQ(counter.used, Fraction(parts, whole).rounded());
            EXPECT_EQ(usage_of(counter), Fraction(parts, whole));
            EXPECT_EQ(billed_for_april(*outcomes), price);
            EXPECT_EQ(counter.billed_amount, price);
        }
        // The months after it are the same, too: what is held goes on.
        EXPECT_EQ(in_time.account.subscriptions[0].held, otherwise.account.subscriptions[0].held);
        const auto all = [](const Outcomes& outcomes) {
            Amount sum = 0;
            for (const auto& invoice : outcomes.account.invoices) sum += invoice.total;
            return sum;
        };
        EXPECT_EQ(all(in_time), all(otherwise));
        if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Ways, UsageOrder, ::testing::ValuesIn(kWays),
                         [](const auto& each) { return std::string(to_text(each.param)); });

Outcomes told_of(Aggregation way, const std::string& steps) {
    auto told = story_of(R"([{"at":"2026-03-01","do":"subscribe","plan":"starter","interval":"month"},)" + steps + "]");
    told.catalogue.meters.at(0).aggregation = way;
    auto outcomes = run_story(told);
    EXPECT_TRUE(outcomes) << outcomes.error().message;
    return outcomes ? std::move(*outcomes) : Outcomes{};
}

const UsageCounter* counter_from(const Outcomes& outcomes, LocalDate day) {
    for (const auto& counter : outcomes.account.counters)
        if (counter.period.from == day) return &counter;
    return nullptr;
}

TEST(LateCounters, BeginWithWhatTheNextOneOfTheirMeterBeganWith) {
    const auto outcomes = told_of(Aggregation::time_weighted, R"(
        {"at":"2026-05-11","do":"usage","meter":"messages","quantity":5,"id":"a"},
        {"at":"2026-05-12","do":"usage","meter":"messages","quantity":3,"id":"b","timestamp":"2026-03-16T08:00:00Z"},
        {"at":"2026-05-13","do":"usage","meter":"messages","quantity":1,"id":"c","timestamp":"2026-04-16T08:00:00Z"})");
    const auto *march = counter_from(outcomes, LocalDate::of(2026, 3, 1)),
               *april = counter_from(outcomes, LocalDate::of(2026, 4, 1)),
               *may = counter_from(outcomes, LocalDate::of(2026, 5, 1));
    ASSERT_TRUE(march != nullptr && april != nullptr && may != nullptr);
    EXPECT_EQ(std::tuple(march->start, march->level), std::tuple(0, 3));
    EXPECT_EQ(std::tuple(april->start, april->level), std::tuple(3, 4)) << "not with the five of May";
    EXPECT_EQ(std::tuple(may->start, may->level), std::tuple(4, 9));
    EXPECT_EQ(outcomes.account.subscriptions[0].held.at("messages"), 9);
}

TEST(LateCounters, WhatIsUsedAtTheVeryEndIsAddedOnlyWhereItAddsUp) {
    const auto used = [](Aggregation way, const std::string& end) {
        const bool unique = way == Aggregation::unique_count;
        const auto event = [&](const char* at, const std::string& quantity, const char* id) {
            return std::string(R"({"at":")") + at + R"(","do":"usage","meter":"messages","quantity":)" +
                   (unique ? "1" : quantity) + R"(,"id":")" + id + "\"" +
                   (unique ? R"(,"value":")" + std::string(id) + "\"" : "") + "},";
        };
        const auto outcomes = told_of(way, event("2026-03-05", "4", "a") + event("2026-03-06", "2", "b") +
                                               R"({"at":"2026-03-10","do":"cancel","when":"period_end"},)" +
                                               event("2026-04-01", end, "c") + R"({"at":"2026-04-02","do":"advance"})");
        const auto* march = counter_from(outcomes, LocalDate::of(2026, 3, 1));
        return march == nullptr ? -1 : march->used;
    };
    EXPECT_EQ(used(Aggregation::sum, "7"), 13);
    EXPECT_EQ(used(Aggregation::max, "7"), 7);
    EXPECT_EQ(used(Aggregation::max, "1"), 4);
    EXPECT_EQ(used(Aggregation::latest, "1"), 1);
    EXPECT_EQ(used(Aggregation::unique_count, "1"), 2) << "it may be one of them";
}

TEST(LateCounters, WhatCannotBeWeighedAnyMoreIsRefused) {
    struct Counted final : IdSource {
        std::string make() override { return "n" + std::to_string(++count); }
        int count = 0;
    } ids;
    auto outcomes = told_of(Aggregation::time_weighted,
                            R"({"at":"2026-03-30","do":"usage","meter":"messages","quantity":1,"id":"a"})");
    outcomes.account.counters.at(0).moment = 1'000'000'000'000'000'000 - 10;
    const auto done = apply(outcomes.account, {ReportUsage{"messages", 9, "b", std::nullopt, {}}, {}, {}, {}, false},
                            {outcomes.catalogue, outcomes.end, ids});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "billing.bad_quantity");
}

}  // namespace
}  // namespace whatsflow::billing::scenario
