// One list of questions for every store, answered beside it by counting the same events one by one.
#include "clickhouse_server.hpp"

#include "analytics/src/built_in_store.hpp"
#include "analytics/src/program_fixture.hpp"
#include "clickhouse/src/clickhouse_store.hpp"

#include "net/client.hpp"

#include <gtest/gtest.h>

#include <random>

namespace whatsflow::analytics {
namespace {

constexpr std::int64_t kFirstDay = 20'700 * kDay;
constexpr int kDays = 40;

testing::ClickHouseServer& clickhouse() {
    static testing::ClickHouseServer server;
    return server;
}

/// Visits of five weeks over three sites, with names and values that try to break out of a statement.
class Story {
public:
    explicit Story(unsigned seed) : random_(seed) {
        for (int i = 0; i < 400; ++i) visit();
        for (int i = 0; i < 200; ++i) tell();
    }
    std::vector<Event> events;
    Visits visits;

private:
    template <std::size_t N>
    std::string one_of(const char* const (&all)[N]) {
        return all[random_() % N];
    }
    Event made(std::int64_t at) {
        static constexpr const char* kNames[] = {"bought", "it's", "a\\' OR 1 = 1 --", "päge\n\t"};
        Event event;
        event.site = 100 + static_cast<std::int64_t>(random_() % 3);
        for (int i = 0; i < 16; ++i) event.id += static_cast<char>(random_());
        event.occurred_at = at;
        event.received_at = at + kSecond;
        event.name = one_of(kNames);
        event.visitor = static_cast<std::int64_t>(random_() % 120) - 60;
        event.person = random_() % 3 == 0 ? "person-" + std::to_string(random_() % 9) : "";
        event.properties = R"({"plan":"it's \\ \"pro\""})";
        event.bot = random_() % 8 == 0 ? 2 : 0;
        event.revenue = static_cast<std::int64_t>(random_() % 1000);
        event.currency = "USD";
        event.consented = random_() % 2 == 0;
        return event;
    }
    std::int64_t some_time() {
        // Two numbers: one alone would end after an hour and twelve minutes.
        const auto wide = static_cast<std::uint64_t>(random_()) << 32 | random_();
        return kFirstDay + static_cast<std::int64_t>(wide % static_cast<std::uint64_t>(kDays * kDay));
    }
    void tell() { events.push_back(made(some_time())); }
    void visit() {
        static constexpr const char* kPages[] = {"/", "/pricing", "/a'b", "/c\\d"};
        static constexpr const char* kSources[] = {"", "google.com", "news'letter"};
        static constexpr const char* kCountries[] = {"LK", "IN", "DE"};
        auto event = made(some_time());
        event.is_web = true;
        event.hostname = "a.example";
        event.source = one_of(kSources);
        event.country = one_of(kCountries);
        event.browser = "Firefox";
        event.language = random_() % 2 == 0 ? "en" : "si";
        const auto views = 1 + random_() % 4;
        for (std::size_t i = 0; i < views; ++i) {
            event.id.clear();
            for (int k = 0; k < 16; ++k) event.id += static_cast<char>(random_());
            const bool clicks = i > 0 && random_() % 3 == 0;
            event.name = clicks ? "clicked" : kPageView;
            event.path = clicks ? "/only clicked" : one_of(kPages);
            visits.place(event);
            events.push_back(event);
            event.occurred_at += static_cast<std::int64_t>(random_() % 600) * kSecond;
        }
    }

    std::mt19937 random_;
};

/// A store, and where its sums by day are cut.
struct Place {
    const char* store;
    const char* zone;
};

class StoresTest : public ::testing::TestWithParam<Place> {
protected:
    void SetUp() override {
        host_.use_database(*database_);
        ASSERT_TRUE(days_.settle(context_));
        host_.time().set(sdk::from_micros(kFirstDay + kDays * kDay));
        if (is_clickhouse()) {
            static int databases = 0;
            elsewhere_.emplace(clickhouse::Server(https_, {clickhouse().url(), "test_" + std::to_string(++databases),
                                                           "flow", sdk::Secret("it's a secret")}));
        }
        const auto pointers = all();
        const auto third = pointers.size() / 3;
        const auto changed = story_.visits.changed();
        append({pointers.begin(), pointers.begin() + static_cast<std::ptrdiff_t>(third)}, {});
        append({pointers.begin() + static_cast<std::ptrdiff_t>(third), pointers.end()}, changed);
    }
    bool is_clickhouse() const { return std::string_view(GetParam().store) == "clickhouse"; }
    sdk::draft::AnalyticsStore& store() {
        if (elsewhere_) return *elsewhere_;
        return built_in_;
    }
    void append(const BuiltInStore::Events& events, const BuiltInStore::VisitList& visits) {
        const auto done = store().append(context_, events, visits);
        ASSERT_TRUE(done) << done.error().message;
        // The answer was lost, so it comes again. The built-in store knows the end of its transaction.
        if (is_clickhouse()) {
            ASSERT_TRUE(store().append(context_, events, visits));
        }
    }
    BuiltInStore::Events all() const {
        BuiltInStore::Events pointers;
        for (const auto& event : story_.events) pointers.push_back(&event);
        return pointers;
    }
    static Asked asked(std::int64_t from = kFirstDay, std::int64_t to = kFirstDay + kDays * kDay) {
        Asked question;
        question.sites = {100, 101};
        question.from = from;
        question.to = to;
        return question;
    }

    static bool fits_bots(std::int64_t bot, Bots bots) {
        return bots == Bots::include || (bots == Bots::only) == (bot != 0);
    }
    static bool fits(const AnalyticsRecord& event, const Asked& question) {
        const auto value_of = [&](const std::string& dimension) {
            return dimension == "country" ? event.country : dimension == "page" ? event.path : event.source;
        };
        return (question.sites.empty() || std::ranges::find(question.sites, event.site) != question.sites.end()) &&
               event.occurred_at >= question.from && event.occurred_at < question.to &&
               (question.names.empty() || std::ranges::find(question.names, event.name) != question.names.end()) &&
               (question.person.empty() || event.person == question.person) && fits_bots(event.bot, question.bots) &&
               std::ranges::all_of(question.filters,
                                   [&](const auto& each) { return value_of(each.first) == each.second; });
    }
    std::vector<const AnalyticsRecord*> chosen(const Asked& question) const {
        std::vector<const AnalyticsRecord*> found;
        for (const auto* event : all())
            if (fits(*event, question)) found.push_back(event);
        return found;
    }
    static AnalyticsTally counted(const std::vector<const AnalyticsRecord*>& events) {
        AnalyticsTally tally;
        std::set<std::int64_t> visitors;
        for (const auto* event : events) {
            ++tally.events;
            tally.views += event->name == kPageView ? 1 : 0;
            visitors.insert(event->visitor);
        }
        tally.visitors = static_cast<std::int64_t>(visitors.size());
        return tally;
    }
    void add_visits(AnalyticsTally& tally, const Asked& question, const std::string& source = "*") const {
        for (const auto* visit : story_.visits.changed())
            if (std::ranges::find(question.sites, visit->site) != question.sites.end() &&
                visit->started_at >= question.from && visit->started_at < question.to &&
                fits_bots(visit->bot, question.bots) && (source == "*" || visit->source == source) &&
                std::ranges::all_of(question.filters,
                                    [&](const auto& each) { return visit->country == each.second; })) {
                ++tally.visits;
                tally.bounces += visit->bounced();
                tally.seconds += visit->seconds();
            }
    }
    static std::string told(const AnalyticsTally& tally) {
        return std::to_string(tally.events) + " events " + std::to_string(tally.views) + " views " +
               std::to_string(tally.visits) + " visits " + std::to_string(tally.bounces) + " bounces " +
               std::to_string(tally.seconds) + " s " + std::to_string(tally.visitors) + " visitors";
    }

    const Story story_{7};
    sdk::CallContext context_ = sdk::testing::a_context();
    std::shared_ptr<sdk::Database> database_ = testing::open_test_database({"analytics"});
    sdk::testing::FakeHost host_{"analytics", WF_SOURCE_DIR "/plugins/analytics"};
    DayTables tables_{host_};
    SumDays days_{host_, *TimeZone::named(GetParam().zone)};
    BuiltInStore built_in_{host_, tables_, days_};
    net::Client https_;
    std::optional<clickhouse::ClickHouseStore> elsewhere_;
};

TEST_P(StoresTest, AnyTimeIsCountedExactly) {
    for (const auto bots : {Bots::exclude, Bots::include, Bots::only})
        for (const auto& [from, to] : {std::pair{kFirstDay, kFirstDay + kDays * kDay},
                                       {kFirstDay + 3 * kDay + 17 * kSecond, kFirstDay + 9 * kDay + 7'201 * kSecond},
                                       {kFirstDay + kHour / 2, kFirstDay + kHour / 2 + 90 * kSecond},
                                       {kFirstDay + 11 * kHour / 2, kFirstDay + 20 * kDay + 37 * kHour / 2}}) {
            auto question = asked(from, to);
            question.bots = bots;
            auto expected = counted(chosen(question));
            // Hours and visits are of the built-in store's own table, which the ledger writes.
            if (is_clickhouse()) add_visits(expected, question);
            const auto answer = store().total(context_, question);
            ASSERT_TRUE(answer) << answer.error().message;
            auto mine = *answer;
            if (!is_clickhouse()) mine.visits = mine.bounces = mine.seconds = 0;
            EXPECT_EQ(told(mine), told(expected)) << from << " " << to;
        }
}

TEST_P(StoresTest, NamesPersonsAndFiltersAreWhatTheySay) {
    for (const char* name : {"bought", "it's", "a\\' OR 1 = 1 --", "päge\n\t", "' OR ''='"}) {
        auto question = asked();
        question.names = {name};
        EXPECT_EQ(told(*store().total(context_, question)), told(counted(chosen(question)))) << name;
    }
    auto several = asked();
    several.names = {"bought", "it's"};
    EXPECT_EQ(told(*store().total(context_, several)), told(counted(chosen(several))));
    auto twice = asked();
    twice.sites = {100};
    twice.names = {"bought", "it's", "bought"};
    EXPECT_EQ(store().read(context_, twice, {}, 10'000)->size(), chosen(twice).size()) << "a name is there once";
    auto person = asked();
    person.person = "person-3";
    EXPECT_EQ(told(*store().total(context_, person)), told(counted(chosen(person))));
    for (const auto& [dimension, value] : {std::pair{"country", "LK"}, {"page", "/a'b"}, {"source", "news'letter"}}) {
        auto filtered = asked();
        filtered.filters = {{dimension, value}};
        const auto answer = *store().total(context_, filtered);
        EXPECT_EQ(answer.events, counted(chosen(filtered)).events) << value;
        EXPECT_EQ(answer.visitors, counted(chosen(filtered)).visitors) << value;
        EXPECT_GT(answer.events, 0) << value;
    }
}

TEST_P(StoresTest, PartsAddUp) {
    // Hours, and days of London, Colombo, Kathmandu and Chicago; of whole days and of what is cut.
    for (const auto& [step, phase] : {std::pair{kHour, std::int64_t{0}},
                                      {kDay, 0},
                                      {kDay, 37 * kHour / 2},
                                      {kDay, 73 * kHour / 4},
                                      {kDay, 6 * kHour}})
        for (const auto& question : {asked(), asked(kFirstDay + 37 * kHour / 2, kFirstDay + 30 * kDay + 37 * kHour / 2),
                                     asked(kFirstDay + kHour / 3, kFirstDay + 9 * kDay + kHour / 7)}) {
            std::map<std::int64_t, std::vector<const AnalyticsRecord*>> expected;
            for (const auto* event : chosen(question))
                expected[event->occurred_at - (event->occurred_at - phase + step) % step].push_back(event);
            const auto parts = store().by_time(context_, question, step, phase);
            ASSERT_TRUE(parts) << parts.error().message;
            std::map<std::int64_t, AnalyticsTally> told_parts;
            for (const auto& part : *parts)
                EXPECT_TRUE(told_parts.emplace(part.start_at, part.tally).second) << "a step comes once";
            for (const auto& [at, events] : expected) {
                EXPECT_EQ(told_parts[at].events, counted(events).events) << phase;
                EXPECT_EQ(told_parts[at].views, counted(events).views) << phase;
                EXPECT_EQ(told_parts[at].visitors, counted(events).visitors) << phase;
            }
            for (const auto& [at, tally] : told_parts)
                EXPECT_TRUE(tally.events == 0 || expected.contains(at)) << "events where there are none";
        }
}

TEST_P(StoresTest, ValuesAndSitesComeByFrequency) {
    for (auto [filtered, question] :
         {std::pair{false, asked()},
          {true, asked()},
          {false, asked(kFirstDay + 37 * kHour / 2, kFirstDay + 30 * kDay + 37 * kHour / 2)},
          {true, asked(kFirstDay + 37 * kHour / 2, kFirstDay + 30 * kDay + 37 * kHour / 2)},
          {false, asked(kFirstDay + kHour, kFirstDay + 5 * kDay + 5 * kHour)}}) {
        if (filtered) question.filters = {{"country", "LK"}};
        std::map<std::string, std::vector<const AnalyticsRecord*>> expected;
        for (const auto* event : chosen(question))
            if (event->visit != 0) expected[event->source].push_back(event);
        const auto parts = store().by_value(context_, question, "source", 10);
        ASSERT_TRUE(parts) << parts.error().message;
        // A visit that began before is none of this time's, and its events may be.
        EXPECT_GE(parts->size(), expected.size());
        for (const auto& part : *parts) {
            EXPECT_EQ(part.tally.events, counted(expected[part.value]).events) << part.value;
            EXPECT_EQ(part.tally.visitors, counted(expected[part.value]).visitors) << part.value;
        }
        EXPECT_EQ(store().by_value(context_, question, "source", 1)->size(), 1u);
        EXPECT_EQ(store().by_value(context_, question, "source", 1)->front().value, parts->front().value);
    }
    const auto pages = store().by_value(context_, asked(), "page", 10);
    EXPECT_EQ(pages->size(), 4u) << "where somebody only clicks is no page that was seen";
    const auto sites = store().by_site(context_, asked(), 10);
    ASSERT_EQ(sites->size(), 2u);
    for (const auto& question : {asked(kFirstDay + 37 * kHour / 2, kFirstDay + 30 * kDay + 37 * kHour / 2), asked()}) {
        const auto parts = store().by_site(context_, question, 10);
        ASSERT_TRUE(parts) << parts.error().message;
        for (const auto& part : *parts) {
            auto of_site = question;
            of_site.sites = {part.site};
            EXPECT_EQ(part.tally.events, counted(chosen(of_site)).events);
            EXPECT_EQ(part.tally.visitors, counted(chosen(of_site)).visitors);
        }
    }
    EXPECT_GE(sites->front().tally.views, sites->back().tally.views);
    auto one = asked();
    one.sites = {sites->front().site};
    EXPECT_EQ(sites->front().tally.views, counted(chosen(one)).views);
    EXPECT_EQ(*store().visitors(context_, one), counted(chosen(one)).visitors);
}

TEST_P(StoresTest, EventsAreReadInTheirOrderAsTheyWere) {
    auto question = asked();
    question.sites = {102};
    question.bots = Bots::include;
    auto expected = chosen(question);
    std::ranges::sort(expected, {}, [](const auto* event) { return std::pair(event->occurred_at, event->id); });
    std::vector<AnalyticsRecord> read;
    AnalyticsPlace after;
    while (true) {
        const auto piece = store().read(context_, question, after, 37);
        ASSERT_TRUE(piece) << piece.error().message;
        read.insert(read.end(), piece->begin(), piece->end());
        if (piece->size() < 37) break;
        after = {piece->back().occurred_at, piece->back().id};
    }
    ASSERT_EQ(read.size(), expected.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        EXPECT_EQ(read[i].id, expected[i]->id);
        EXPECT_EQ(read[i].name, expected[i]->name);
        EXPECT_EQ(read[i].path, expected[i]->path);
        EXPECT_EQ(read[i].properties, expected[i]->properties);
        EXPECT_EQ(read[i].visitor, expected[i]->visitor);
        EXPECT_EQ(read[i].revenue, expected[i]->revenue);
        EXPECT_EQ(read[i].consented, expected[i]->consented);
    }
}

TEST_P(StoresTest, AVisitThatComesAgainAsItWasBeforeStaysAsItIs) {
    if (!is_clickhouse()) return;  // the built-in store sums what is new of a visit, and the ledger keeps it
    auto question = asked();
    question.bots = Bots::include;
    const auto before = told(*store().total(context_, question));
    const auto changed = story_.visits.changed();
    const auto grown = std::ranges::find_if(changed, [](const Visit* visit) { return visit->events > 1; });
    ASSERT_NE(grown, changed.end());
    auto earlier = **grown;
    earlier.events = earlier.views = 1;
    earlier.last_at = earlier.started_at;
    ASSERT_TRUE(store().append(context_, {}, {&earlier}));
    EXPECT_EQ(told(*store().total(context_, question)), before);
}

TEST_P(StoresTest, APersonIsGoneAndNobodyElse) {
    auto person = asked();
    person.sites.clear();
    person.person = "person-4";
    person.bots = Bots::include;
    const auto before = static_cast<std::int64_t>(chosen(person).size());
    const auto erased = store().erase(context_, person);
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->events, before);
    EXPECT_GT(before, 0);
    EXPECT_EQ(erased->left_over, 0);
    EXPECT_EQ(store().read(context_, person, {}, 10)->size(), 0u);
    auto another = person;
    another.person = "person-5";
    EXPECT_EQ(store().read(context_, another, {}, 1'000)->size(), chosen(another).size());
}

TEST_P(StoresTest, WholeDaysAreForgotten) {
    const auto until = kFirstDay + 35 * kDay + kHour;
    const auto gone = store().forget_before(context_, until);
    ASSERT_TRUE(gone) << gone.error().message;
    auto question = asked();
    question.bots = Bots::include;
    question.sites = {100};
    auto kept = question;
    kept.from = kFirstDay + 35 * kDay;
    EXPECT_EQ(store().read(context_, question, {}, 10'000)->size(), chosen(kept).size());
    EXPECT_LT(chosen(kept).size(), chosen(question).size());
    if (!is_clickhouse()) return;  // visits of the built-in store are the ledger's
    AnalyticsTally all, young;
    add_visits(all, question);
    question.from = until;
    add_visits(young, question);
    question.from = kFirstDay;
    EXPECT_EQ(store().total(context_, question)->visits, all.visits) << "visits have a time of their own";
    ASSERT_TRUE(store().forget_visits_before(context_, until));
    EXPECT_EQ(store().total(context_, question)->visits, young.visits);
    EXPECT_LT(young.visits, all.visits);
}

INSTANTIATE_TEST_SUITE_P(Analytics, StoresTest,
                         ::testing::Values(Place{"built_in", "UTC"}, Place{"built_in", "Asia/Colombo"},
                                           Place{"built_in", "America/Chicago"}, Place{"clickhouse", "UTC"}),
                         [](const auto& info) {
                             const std::string zone = info.param.zone;
                             return std::string(info.param.store) + "_" + zone.substr(zone.find('/') + 1);
                         });

/// The whole plugin with its events elsewhere.
class Forgetful final : public sdk::draft::AnalyticsStore {
public:
    explicit Forgetful(sdk::draft::AnalyticsStore& store) : store_(store) {}
    int answers_to_lose = 0;

    sdk::Result<void> append(const sdk::CallContext& context, const std::vector<const AnalyticsRecord*>& events,
                             const std::vector<const Visit*>& visits) override {
        auto done = store_.append(context, events, visits);
        if (done && answers_to_lose > 0 && answers_to_lose-- > 0) return sdk::fail("database.unavailable", "lost");
        return done;
    }
    sdk::Result<AnalyticsTally> total(const sdk::CallContext& c, const Asked& a) override { return store_.total(c, a); }
    sdk::Result<std::vector<AnalyticsPart>> by_time(const sdk::CallContext& c, const Asked& a, std::int64_t step,
                                                    std::int64_t phase) override {
        return store_.by_time(c, a, step, phase);
    }
    sdk::Result<std::vector<AnalyticsPart>> by_value(const sdk::CallContext& c, const Asked& a, const std::string& d,
                                                     std::size_t most) override {
        return store_.by_value(c, a, d, most);
    }
    sdk::Result<std::vector<AnalyticsPart>> by_site(const sdk::CallContext& c, const Asked& a,
                                                    std::size_t most) override {
        return store_.by_site(c, a, most);
    }
    sdk::Result<std::int64_t> visitors(const sdk::CallContext& c, const Asked& a) override {
        return store_.visitors(c, a);
    }
    sdk::Result<std::vector<AnalyticsRecord>> read(const sdk::CallContext& c, const Asked& a, const AnalyticsPlace& p,
                                                   std::size_t most) override {
        return store_.read(c, a, p, most);
    }
    sdk::Result<AnalyticsErased> erase(const sdk::CallContext& c, const Asked& a) override {
        return store_.erase(c, a);
    }
    sdk::Result<std::int64_t> forget_before(const sdk::CallContext& c, std::int64_t at) override {
        return store_.forget_before(c, at);
    }
    sdk::Result<std::int64_t> forget_visits_before(const sdk::CallContext& c, std::int64_t at) override {
        return store_.forget_visits_before(c, at);
    }

private:
    sdk::draft::AnalyticsStore& store_;
};

class ElsewhereTest : public ProgramTest {
protected:
    ElsewhereTest() { store_name_ = "clickhouse"; }
    void SetUp() override {
        host_.install_service(sdk::draft::AnalyticsStore::kId, store_, {{"store", "clickhouse"}});
        ProgramTest::SetUp();
    }
    int view(const char* who, const char* path, const char* at) {
        return post("/capture",
                    event("$pageview", {{"distinct_id", who},
                                        {"timestamp", at},
                                        {"properties", {{"$current_url", std::string("https://a.example") + path}}}}));
    }

    net::Client https_;
    clickhouse::ClickHouseStore clickhouse_{
        clickhouse::Server(https_, {clickhouse().url(), "whole_program", "", sdk::Secret()})};
    Forgetful store_{clickhouse_};
};

TEST_F(ElsewhereTest, WhatIsAcceptedIsCountedOnceThoughAnAnswerIsLost) {
    store_.answers_to_lose = 1;
    EXPECT_EQ(view("ann", "/", "2026-11-26T10:00:00Z"), 200);
    EXPECT_EQ(post("/capture", event("bought", {{"uuid", "0190a5c8-0000-7000-8000-000000000001"}})), 200);
    settle();
    settle();
    EXPECT_EQ(view("ann", "/pricing", "2026-11-26T10:05:00Z"), 200);
    EXPECT_EQ(post("/capture", event("bought", {{"uuid", "0190a5c8-0000-7000-8000-000000000001"}})), 200);
    settle();
    EXPECT_EQ(total("metric=events"), 3);
    EXPECT_EQ(total("metric=visits"), 1) << "the second page joined the visit";
    EXPECT_EQ(total("metric=views&from=2026-11-26T10:00:00Z&to=2026-11-26T10:05:00Z"), 1);
    EXPECT_EQ(query("metric=views&by=page")["rows"].size(), 2u);

    const auto found = host_.find_services(sdk::PersonalData::kId, {{"plugin", "analytics"}});
    auto& data = static_cast<sdk::PersonalData&>(*found.front().service);
    ASSERT_TRUE(data.erase_user(sdk::testing::a_context(), sdk::UserId{"ann"}));
    EXPECT_EQ(total("metric=events"), 0);
    const auto visits = database_->query_one(sdk::testing::a_context(), "SELECT COUNT(*) AS n FROM analytics_visits");
    EXPECT_EQ((*visits)->integer("n"), 0);
}

TEST_F(ElsewhereTest, ABatchThatComesAgainIsTheSameThoughMoreHasComeSince) {
    store_.answers_to_lose = 1;
    EXPECT_EQ(view("eve", "/", "2026-11-25T10:05:00Z"), 200);
    settle();
    // Would begin the visit earlier, were it part of the same batch; and then there would be two.
    EXPECT_EQ(view("eve", "/pricing", "2026-11-25T10:00:00Z"), 200);
    settle();
    settle();
    EXPECT_EQ(total("metric=views&from=2026-11-25&to=2026-11-25"), 2);
    EXPECT_EQ(total("metric=visits&from=2026-11-25&to=2026-11-25"), 1);
    // And after the program has ended.
    store_.answers_to_lose = 1;
    EXPECT_EQ(view("fay", "/", "2026-11-24T10:05:00Z"), 200);
    settle();
    plugin_->stop();
    host_.withdraw_all();
    start();
    EXPECT_EQ(view("fay", "/pricing", "2026-11-24T10:00:00Z"), 200);
    settle();
    settle();
    EXPECT_EQ(total("metric=views&from=2026-11-24&to=2026-11-24"), 2);
    EXPECT_EQ(total("metric=visits&from=2026-11-24&to=2026-11-24"), 1);
}

/// ClickHouse keeps parts of thirty days; this visit begins in one and ends in the next.
TEST_F(ElsewhereTest, AVisitOverTheBoundaryOfTwoPartsIsOne) {
    const auto boundary = *read_instant("2026-11-03T00:00:00Z");
    ASSERT_EQ(sdk::to_micros(boundary) % (30 * kDay), 0);
    for (const char* at : {"2026-11-02T23:50:00Z", "2026-11-03T00:00:00Z", "2026-11-03T00:10:00Z"}) {
        EXPECT_EQ(view("gil", "/", at), 200);
        settle();
    }
    const std::string span = "&from=2026-11-01&to=2026-11-05";
    EXPECT_EQ(total("metric=views" + span), 3);
    EXPECT_EQ(total("metric=visits" + span), 1);
    EXPECT_EQ(total("metric=visits&from=2026-11-02&to=2026-11-02"), 1) << "it counts where it began";
    EXPECT_EQ(total("metric=visits&from=2026-11-03&to=2026-11-03"), 0);
    Asked asked;
    asked.sites = {100};
    asked.from = sdk::to_micros(boundary) - kDay;
    asked.to = sdk::to_micros(boundary) + kDay;
    const auto tally = store_.total(sdk::testing::a_context(), asked);
    ASSERT_TRUE(tally);
    EXPECT_EQ(tally->bounces, 0);
    EXPECT_EQ(tally->seconds, 20 * 60);
}

TEST_F(ElsewhereTest, WhoHasNoSitesSeesNobodysNumbers) {
    EXPECT_EQ(view("hal", "/", "2026-11-26T10:00:00Z"), 200);
    settle();
    EXPECT_GE(total("metric=views"), 1);
    EXPECT_EQ(total("metric=views", "a tenant without sites"), 0);
    EXPECT_EQ(query("metric=views&by=page", "a tenant without sites")["rows"].size(), 0u);
}

TEST_F(ElsewhereTest, AStoreThatIsAwayDelaysOnly) {
    host_.remove_services("com.example.other");
    host_.install_service(sdk::ProgramTokens::kId, tokens_, {}, "com.example.tokens");
    EXPECT_EQ(post("/capture", event("late")), 200);
    settle();
    host_.install_service(sdk::draft::AnalyticsStore::kId, store_, {{"store", "clickhouse"}}, "com.example.again");
    settle();
    EXPECT_EQ(total("event=late"), 1);
}

}  // namespace
}  // namespace whatsflow::analytics
