#include "sessions/session_store.hpp"

#include "sessions/sessions_fixture.hpp"

#include <thread>

namespace whatsflow::sessions {
namespace {

using namespace std::chrono_literals;
using sdk::Site;
using std::chrono::days;

class Store : public testing::SessionsTest {
protected:
    sdk::StartedSession start(sdk::SessionRequest request = {}) {
        if (request.subject.empty()) request.subject = "user-1";
        auto started = store.start(context, request);
        EXPECT_TRUE(started);
        return *started;
    }
    std::optional<sdk::Session> find(const sdk::Secret& token, Site site = Site::app) {
        auto found = store.find(context, site, token.reveal());
        EXPECT_TRUE(found);
        return *found;
    }
    /// Ends what the store remembers by itself.
    void let_memory_fade() { clock.pass(6s); }

    SessionStore store{*database, clock, log};
};

TEST_F(Store, ASessionIsFoundByItsTokenWithAllThatWasSaid) {
    const auto started = start({.site = Site::app,
                                .subject = "user-7",
                                .tenant = sdk::TenantId("t-1"),
                                .address = "203.0.113.7",
                                .user_agent = "Firefox",
                                .facts = {{"second_factor", true}}});

    for (int again = 0; again < 2; ++again) {  // from the database, then from memory
        const auto found = find(started.token);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->id, started.session.id);
        EXPECT_EQ(found->subject, "user-7");
        EXPECT_EQ(found->tenant.text(), "t-1");
        EXPECT_EQ(found->address, "203.0.113.7");
        EXPECT_EQ(found->user_agent, "Firefox");
        EXPECT_EQ(found->facts["second_factor"], true);
        EXPECT_EQ(found->started_at, clock.now());
    }
    EXPECT_FALSE(find(sdk::Secret(started.session.id)));
    EXPECT_FALSE(find(sdk::Secret("")));
}

TEST_F(Store, TheTokenIsStoredNowhere) {
    const auto started = start();

    const auto row = (*database->query_one(context, "SELECT * FROM core_sessions")).value();

    for (const auto& column : row.columns()) {
        const auto* const text = std::get_if<std::string>(&row.value(column).storage());
        EXPECT_TRUE(text == nullptr || text->find(started.token.reveal()) == std::string::npos) << column;
    }
    EXPECT_EQ(started.token.reveal().size(), 43U);
    EXPECT_FALSE(find(sdk::Secret(row.text("token_digest"))));  // what a thief of the table has
}

TEST_F(Store, TheCookieOfOneSiteOpensNothingOnAnother) {
    const auto started = start({.site = Site::app, .subject = "user-1"});

    EXPECT_FALSE(find(started.token, Site::admin));
    EXPECT_TRUE(find(started.token, Site::app));
    EXPECT_FALSE(find(started.token, Site::admin));  // nor out of memory
}

TEST_F(Store, ItEndsAfterTwelveHoursWithoutUse) {
    const auto started = start();
    clock.pass(11h);
    ASSERT_TRUE(find(started.token));
    clock.pass(11h);
    ASSERT_TRUE(find(started.token)) << "using it keeps it";
    clock.pass(12h);
    EXPECT_FALSE(find(started.token));
}

TEST_F(Store, ARememberedOneEndsAfterThirtyDaysWithoutUseAndNinetyInAll) {
    const auto started = start({.subject = "user-1", .remember = true});
    for (int i = 0; i < 3; ++i) {
        clock.pass(days{29});
        ASSERT_TRUE(find(started.token)) << i;
    }
    clock.pass(days{3});
    EXPECT_FALSE(find(started.token)) << "day 90 has passed";
    const auto idle = start({.subject = "user-1", .remember = true});
    clock.pass(days{30});
    EXPECT_FALSE(find(idle.token));
}

TEST_F(Store, ItsUseIsWrittenOnceAMinuteAtMost) {
    const auto started = start();
    const auto seen = [&] { return number("SELECT seen_at FROM core_sessions"); };
    const auto at_first = seen();

    for (int i = 0; i < 5; ++i) {
        clock.pass(10s);
        ASSERT_TRUE(find(started.token));
    }
    EXPECT_EQ(seen(), at_first);
    clock.pass(10s);
    ASSERT_TRUE(find(started.token));

    EXPECT_EQ(seen(), sdk::to_micros(clock.now()));
}

TEST_F(Store, ANewTokenMakesTheOldOneWorthlessAtOnce) {
    const auto before = start({.subject = "user-1", .facts = {{"step", 1}}});
    ASSERT_TRUE(find(before.token));

    const auto after = store.rotate(context, before.session.id);

    ASSERT_TRUE(after);
    EXPECT_FALSE(find(before.token));
    ASSERT_TRUE(find(after->token));
    EXPECT_EQ(find(after->token)->id, before.session.id);
    EXPECT_EQ(after->session.facts["step"], 1);
    EXPECT_NE(after->token, before.token);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_sessions"), 1);
}

TEST_F(Store, WhatIsChangedIsSeenByTheNextRequest) {
    const auto started = start();
    ASSERT_TRUE(find(started.token));

    ASSERT_TRUE(store.change(context, started.session.id, sdk::TenantId("t-2"), {{"role", "owner"}}));

    EXPECT_EQ(find(started.token)->tenant.text(), "t-2");
    EXPECT_EQ(find(started.token)->facts["role"], "owner");
    EXPECT_TRUE(store.change(context, started.session.id, sdk::TenantId("t-2"), {{"role", "owner"}}));
    EXPECT_EQ(store.change(context, started.session.id, {}, {{"long", std::string(5000, 'x')}}).error().code,
              "sessions.facts_too_long");
}

TEST_F(Store, ARevokedSessionIsGoneForEverybody) {
    const auto started = start();
    ASSERT_TRUE(find(started.token));
    std::vector<std::string> told;
    store.on_change([&](const std::string& id) { told.push_back(id); });

    ASSERT_TRUE(store.revoke(context, started.session.id));

    EXPECT_FALSE(find(started.token));
    EXPECT_EQ(told, std::vector{started.session.id});
    EXPECT_EQ(store.rotate(context, started.session.id).error().code, "sessions.gone");
    EXPECT_EQ(store.change(context, started.session.id, {}, {}).error().code, "sessions.gone");
    EXPECT_TRUE(store.revoke(context, started.session.id));
}

TEST_F(Store, AnotherHostLearnsOfItByASignal) {
    SessionStore other(*database, clock, log);
    store.on_change([&](const std::string& id) { other.invalidate(id); });
    const auto started = start();
    ASSERT_TRUE(*other.find(context, Site::app, started.token.reveal()));

    ASSERT_TRUE(store.revoke(context, started.session.id));

    EXPECT_FALSE(*other.find(context, Site::app, started.token.reveal()));
}

TEST_F(Store, WithoutASignalAnotherHostLearnsOfItInSeconds) {
    SessionStore other(*database, clock, log);
    const auto started = start();
    ASSERT_TRUE(*other.find(context, Site::app, started.token.reveal()));
    ASSERT_TRUE(store.revoke(context, started.session.id));

    let_memory_fade();

    EXPECT_FALSE(*other.find(context, Site::app, started.token.reveal()));
}

TEST_F(Store, AllOfOnePersonEndButTheOneThatIsKept) {
    const auto kept = start();
    const auto second = start();
    const auto third = start();
    const auto elsewhere = start({.site = Site::admin, .subject = "user-1"});
    const auto stranger = start({.subject = "user-2"});
    ASSERT_TRUE(find(second.token));

    EXPECT_EQ(*store.revoke_all(context, Site::app, "user-1", kept.session.id), 2);

    EXPECT_TRUE(find(kept.token));
    EXPECT_FALSE(find(second.token));
    EXPECT_FALSE(find(third.token));
    EXPECT_TRUE(find(elsewhere.token, Site::admin));
    EXPECT_TRUE(find(stranger.token));
    EXPECT_EQ(*store.revoke_all(context, Site::app, "user-1", ""), 1);
}

TEST_F(Store, TheListShowsWhatIsValidLastUsedFirst) {
    const auto first = start();
    clock.pass(2h);
    const auto second = start();
    clock.pass(2h);
    ASSERT_TRUE(find(first.token));

    const auto sessions = store.list(context, Site::app, "user-1");

    ASSERT_EQ(sessions->size(), 2U);
    EXPECT_EQ(sessions->front().id, first.session.id);
    clock.pass(11h);
    EXPECT_EQ(store.list(context, Site::app, "user-1")->size(), 1U);
}

TEST_F(Store, LongAgentsAndAddressesAreCutBetweenCharacters) {
    std::string agent(299, 'x');
    const auto started = start({.subject = "user-1", .user_agent = agent + "é and more"});

    EXPECT_EQ(find(started.token)->user_agent, agent);
}

TEST_F(Store, EndedSessionsArePurgedAndOthersStay) {
    for (int i = 0; i < 1203; ++i) start();
    clock.pass(13h);
    const auto fresh = start();

    EXPECT_EQ(*store.purge(context), 1203);

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_sessions"), 1);
    EXPECT_TRUE(find(fresh.token));
    EXPECT_EQ(*store.purge(context), 0);
}

TEST_F(Store, WhoReadsWhileOthersRevokeNeverFindsWhatIsGone) {
    constexpr int kSessions = 200;
    std::vector<sdk::StartedSession> sessions;
    for (int i = 0; i < kSessions; ++i) sessions.push_back(start());
    std::atomic<int> revoked{0};
    std::atomic<int> mistakes{0};
    std::thread reader([&] {
        while (revoked < kSessions) {
            const int before = revoked;
            const int number = std::max(0, before - 1);
            const auto token_of = [&](int index) { return sessions[static_cast<std::size_t>(index)].token.reveal(); };
            const auto found = *store.find(context, Site::app, token_of(number));
            if (before > 0 && found) ++mistakes;
            (void)store.find(context, Site::app, token_of(std::min(before, kSessions - 1)));
        }
    });

    for (const auto& session : sessions) {
        EXPECT_TRUE(store.revoke(context, session.session.id));
        ++revoked;
    }
    reader.join();

    EXPECT_EQ(mistakes, 0);
}

TEST(Cache, WhatWasForgottenWhileItWasReadIsNotRemembered) {
    SessionCache cache(5s, 100);
    const auto now = sdk::from_micros(1'000'000'000);
    sdk::Session session;
    session.id = "s";
    session.expires_at = now + 1h;

    const auto mark = cache.mark();
    cache.forget("s");  // between our reading and our remembering
    cache.remember("digest", session, now, mark);

    EXPECT_FALSE(cache.find("digest", now));
    cache.remember("digest", session, now, cache.mark());
    EXPECT_TRUE(cache.find("digest", now));
    EXPECT_FALSE(cache.find("digest", now - 1s)) << "the clock was set back";
}

}  // namespace
}  // namespace whatsflow::sessions
