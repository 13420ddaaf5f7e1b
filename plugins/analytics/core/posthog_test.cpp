#include "posthog.hpp"

#include "event_time.hpp"
#include "umami.hpp"
#include "user_agent.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

using nlohmann::json;

Arrival an_arrival(std::string user_agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0") {
    Arrival arrival;
    arrival.site = 100;
    arrival.site_id = "site";
    arrival.received = *read_instant("2026-11-26T12:00:00Z");
    arrival.user_agent = std::move(user_agent);
    arrival.address = "203.0.113.9";
    arrival.of_today = HashKey{1};
    arrival.lasting = HashKey{2};
    return arrival;
}

Event one(json event, Arrival arrival = an_arrival()) {
    event.emplace("api_key", "t");
    event.emplace("event", "clicked");
    event.emplace("distinct_id", "ann");
    auto events = events_of(*read_posthog(std::move(event)), arrival);
    EXPECT_TRUE(events) << events.error().message;
    return events->front();
}

std::string refusal_of(json body) {
    const auto post = read_posthog(std::move(body));
    return post ? "" : post.error().message;
}

TEST(PostHog, AnEventKeepsWhatWasSentAndNothingOfTheMachine) {
    const auto event = one({{"uuid", "0190a5c8-0000-7000-8000-000000000001"},
                            {"properties",
                             {{"plan", "pro"},
                              {"$ip", "203.0.113.9"},
                              {"$current_url", "https://a.example/x?token=s3cret&utm_source=news"}}}});
    EXPECT_EQ(event.name, "clicked");
    EXPECT_EQ(event.person, "ann");
    EXPECT_TRUE(event.id_is_senders);
    EXPECT_EQ(uuid_text(event.id), "0190a5c8-0000-7000-8000-000000000001");
    EXPECT_EQ(event.path, "/x");
    EXPECT_EQ(event.source, "news");
    EXPECT_EQ(json::parse(event.properties),
              (json{{"plan", "pro"}, {"$current_url", "https://a.example/x?utm_source=news"}}));
    EXPECT_EQ(pack(event).find("203.0.113.9"), std::string::npos);
    EXPECT_EQ(pack(event).find("Firefox/120"), std::string::npos);
}

TEST(PostHog, ABatchIsTakenWholeOrNotAtAll) {
    const json good{{"event", "a"}, {"distinct_id", "x"}};
    const auto post = read_posthog({{"api_key", "t"}, {"batch", {good, good}}, {"sent_at", "2026-11-26T11:00:00Z"}});
    ASSERT_TRUE(post);
    EXPECT_EQ(post->token, "t");
    EXPECT_EQ(events_of(*post, an_arrival())->size(), 2u);
    EXPECT_EQ(refusal_of({{"api_key", "t"}, {"batch", {good, {{"event", "a"}}}}}),
              "Event 2 of the batch has no 'distinct_id'.");
    EXPECT_EQ(refusal_of({{"api_key", "t"}, {"distinct_id", "x"}}), "The event has no name in 'event'.");
    EXPECT_EQ(refusal_of({{"batch", "x"}}), "'batch' is no list.");
    EXPECT_EQ(refusal_of(json::array()), "There is no event in the body.");
    EXPECT_EQ(refusal_of(7), "The body is neither an event nor a list of events.");
}

TEST(PostHog, TheTokenMayLieWhereOldClientsPutIt) {
    EXPECT_EQ(
        read_posthog(json::array({{{"event", "a"}, {"properties", {{"token", "t"}, {"distinct_id", "x"}}}}}))->token,
        "t");
    EXPECT_EQ(read_posthog({{"event", "a"}, {"distinct_id", 7}}, "q")->token, "q");
}

TEST(PostHog, ARepeatedTextIsTheSameId) {
    EXPECT_EQ(one({{"uuid", "order-7"}}).id, one({{"uuid", "order-7"}}).id);
    EXPECT_NE(one({{"uuid", "order-7"}}).id, one({{"uuid", "order-8"}}).id);
    EXPECT_FALSE(one({}).id_is_senders);
}

TEST(PostHog, ProgramsAreNoBotsButCrawlersAre) {
    EXPECT_EQ(one({}, an_arrival("posthog-node/5.70.0")).bot, 0);
    EXPECT_EQ(one({}, an_arrival("python-requests/2.31")).bot, 0);
    EXPECT_NE(one({}, an_arrival("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")).bot, 0);
    EXPECT_NE(one({{"properties", {{"$raw_user_agent", "curl/8.0"}}}}).bot, 0);
    EXPECT_NE(one({{"properties", {{"$lib", "web"}}}}, an_arrival("Mozilla/5.0 HeadlessChrome/120")).bot, 0);
    EXPECT_NE(one({{"properties", {{"$lib", "web"}}}}, an_arrival("curl/8.0")).bot, 0) << "what says it is a page's";
}

TEST(PostHog, WhatClientsSayBesideTheNameIsTaken) {
    const auto event = one({{"offset", 90'000},
                            {"$set", {{"plan", "pro"}}},
                            {"properties", {{"$insert_id", "order-7"}, {"$session_id", "s1"}}}});
    EXPECT_EQ(event.received_at - event.occurred_at, 90 * kSecond);
    EXPECT_TRUE(event.id_is_senders);
    EXPECT_EQ(event.id, one({{"uuid", "order-7"}}).id);
    EXPECT_EQ(event.session, "s1");
    EXPECT_EQ(json::parse(event.properties)["$set"], (json{{"plan", "pro"}}));
}

TEST(PostHog, AServerSaysForWhichBrowserItSends) {
    const json properties{{"$current_url", "https://a.example/"},
                          {"$raw_user_agent", "Mozilla/5.0 (iPhone) Version/17.0 Mobile/15E148 Safari/604.1"}};
    EXPECT_EQ(one({{"properties", properties}}).browser, "Safari");
}

TEST(PostHog, PersonsOfOneSiteAreOthersElsewhere) {
    auto elsewhere = an_arrival();
    elsewhere.site_id = "another";
    EXPECT_NE(one({}).visitor, one({}, elsewhere).visitor);
    EXPECT_EQ(one({}).visitor, one({{"event", "another"}}).visitor);
}

TEST(PostHog, EveryAddressAmongThePropertiesIsScrubbed) {
    for (const char* key : {"$referrer", "$initial_referrer", "$prev_pageview_url"})
        EXPECT_EQ(one({{"properties", {{key, "https://a.example/reset?token=s3cret"}}}}).properties.find("s3cret"),
                  std::string::npos)
            << key;
}

TEST(PostHog, WhatIsTooLongIsCutAndWhatIsTooMuchRefused) {
    EXPECT_EQ(one({{"event", std::string(300, 'n')}}).name, std::string(longest::kName, 'n'));
    EXPECT_EQ(one({{"distinct_id", std::string(300, 'p')}}).person, std::string(longest::kPerson, 'p'));
    const json event{{"event", "a"}, {"distinct_id", "x"}};
    EXPECT_EQ(refusal_of({{"api_key", "t"}, {"batch", std::vector(10'000, event)}}), "");
    EXPECT_EQ(refusal_of({{"api_key", "t"}, {"batch", std::vector(10'001, event)}}),
              "At most 10,000 events in one request.");
    const auto large = [&](std::size_t bytes) {
        auto with = event;
        with["properties"] = {{"a", std::string(bytes, 'x')}};
        return static_cast<bool>(events_of(*read_posthog(with), an_arrival()));
    };
    EXPECT_TRUE(large(59'900));
    EXPECT_FALSE(large(60'001));
}

TEST(PostHog, TooManyPropertiesAreRefusedByName) {
    json properties = json::object();
    for (int i = 0; i < 10'000; ++i) properties["key" + std::to_string(i)] = i;
    const auto post =
        read_posthog({{"api_key", "t"}, {"event", "a"}, {"distinct_id", "x"}, {"properties", properties}});
    const auto events = events_of(*post, an_arrival());
    ASSERT_FALSE(events);
    EXPECT_EQ(events.error().code, "analytics.too_large");
}

const char* kWebsite = "0190a5c8-0000-7000-8000-000000000001";

json page_view() {
    return {{"type", "event"},
            {"payload",
             {{"website", kWebsite},
              {"hostname", "a.example"},
              {"url", "/x?utm_campaign=may"},
              {"title", "X"},
              {"language", "de-CH"}}}};
}

TEST(Umami, APageViewHasAVisitorOfTheDay) {
    const auto post = read_umami(page_view());
    ASSERT_TRUE(post);
    EXPECT_EQ(post->website, kWebsite);
    const auto event = *event_of(*post, an_arrival());
    EXPECT_EQ(event.name, "$pageview");
    EXPECT_EQ(event.campaign, "may");
    EXPECT_EQ(event.browser, "Firefox");
    EXPECT_TRUE(event.person.empty());
    auto tomorrow = an_arrival();
    tomorrow.of_today = HashKey{9};
    EXPECT_NE(event.visitor, event_of(*post, tomorrow)->visitor);
    auto elsewhere = an_arrival();
    elsewhere.site_id = "another";
    EXPECT_NE(event.visitor, event_of(*post, elsewhere)->visitor) << "sites do not share visitors";
    EXPECT_TRUE(umami_answer(event).contains("sessionId"));
}

TEST(Umami, BotsAreMarkedAndAnsweredAsUmamiDoes) {
    const auto event = *event_of(*read_umami(page_view()), an_arrival("curl/8.0"));
    EXPECT_NE(event.bot, 0);
    EXPECT_EQ(umami_answer(event), (json{{"beep", "boop"}}));
    EXPECT_EQ(event_of(*read_umami(page_view()), an_arrival("Mozilla/5.0 Umami/v20.20.2"))->bot, 0);
}

TEST(Umami, WhatIsWrongIsSaidByField) {
    auto body = page_view();
    body["type"] = "x";
    body["payload"]["website"] = 7;
    body["payload"]["name"] = std::string(51, 'n');
    const auto post = read_umami(body);
    ASSERT_FALSE(post);
    ASSERT_EQ(post.error().fields.size(), 3u);
    EXPECT_EQ(post.error().fields[2].field, "name");
    EXPECT_FALSE(read_umami({{"type", "event"}}));
    EXPECT_FALSE(read_umami(json::array()));
}

Event umami(const json& more, Arrival arrival = an_arrival()) {
    auto body = page_view();
    if (more.contains("type")) body["type"] = more["type"];
    if (more.contains("payload")) body["payload"].update(more["payload"]);
    const auto post = read_umami(body);
    EXPECT_TRUE(post) << more;
    return post ? *event_of(*post, arrival) : Event{};
}

TEST(Umami, WhatTheSiteSaysOfAVisitorHolds) {
    const json known{{"payload", {{"id", "ann"}, {"timestamp", 1'795'600'000}}}};
    auto tomorrow = an_arrival();
    tomorrow.of_today = HashKey{9};
    EXPECT_EQ(umami(known).person, "ann");
    EXPECT_TRUE(umami(known).consented);
    EXPECT_EQ(umami(known).visitor, umami(known, tomorrow).visitor) << "known by an id, not by the day";
    EXPECT_EQ(umami(known).occurred_at, 1'795'600'000 * kSecond);
    EXPECT_FALSE(umami({}).consented);
    const json from_a_server{{"payload", {{"userAgent", "Mozilla/5.0 (iPhone) Mobile/15E148 Safari/604.1"}}}};
    EXPECT_EQ(umami(from_a_server, an_arrival("node")).browser, "Safari");
    EXPECT_EQ(umami(from_a_server, an_arrival("node")).bot, 0);
}

TEST(Umami, WhatIsNoViewIsNamedForWhatItIs) {
    EXPECT_EQ(umami({{"type", "identify"}, {"payload", {{"data", {{"tier", "gold"}}}}}}).name, "$identify");
    const auto measured = umami({{"type", "performance"}, {"payload", {{"lcp", 1200}, {"cls", 0.1}}}});
    EXPECT_EQ(measured.name, "$performance");
    EXPECT_EQ(json::parse(measured.properties)["lcp"], 1200);
    EXPECT_EQ(umami({{"payload", {{"name", "signup"}}}}).name, "signup");
}

TEST(Umami, APageThatIsFetchedAheadIsMarked) {
    auto ahead = an_arrival();
    ahead.prefetched = true;
    EXPECT_EQ(umami({}, ahead).bot, static_cast<std::int64_t>(BotReason::prefetched));
}

TEST(Umami, TextsAreMeasuredInCharacters) {
    std::string name;
    for (int i = 0; i < 50; ++i) name += "ü";
    EXPECT_EQ(umami({{"payload", {{"name", name}}}}).name, name);
}

TEST(Umami, AHouseholdIsOneVisitorOfTheDay) {
    auto one = an_arrival(), another = an_arrival();
    one.address = "2001:db8:1:2:aaaa::1";
    another.address = "2001:db8:1:2:bbbb::9";
    EXPECT_EQ(umami({}, one).visitor, umami({}, another).visitor);
    another.address = "2001:db8:1:3::9";
    EXPECT_NE(umami({}, one).visitor, umami({}, another).visitor);
}

TEST(Packed, AnEventComesOutAsItWentIn) {
    auto event = one({{"properties", {{"a", "ü"}}}});
    event.occurred_at = -5;
    event.visitor = std::numeric_limits<std::int64_t>::min();
    const auto again = unpack(pack(event));
    ASSERT_TRUE(again);
    EXPECT_EQ(pack(*again), pack(event));
    EXPECT_EQ(again->visitor, event.visitor);
    EXPECT_EQ(again->properties, event.properties);
    for (std::size_t length = 0; length < 18; ++length) EXPECT_FALSE(unpack(pack(event).substr(0, length)));
}

}  // namespace
}  // namespace whatsflow::analytics
