// Pages for everybody: kept, compressed, validated, made once, and never mixed up.
#include "web/web_fixture.hpp"

#include <barrier>
#include <future>
#include <latch>

namespace whatsflow::web::testing {
namespace {

using sdk::Method;
using sdk::Permission;
using sdk::Site;
using namespace std::chrono_literals;

class SharedPages : public WebFixture {
protected:
    void shared_route(std::string pattern, sdk::RouteHandler handler) {
        route(Method::get, Site::landing, std::move(pattern), std::move(handler), Permission::everyone(),
              [](sdk::Route& shared) { shared.caching = sdk::Caching::shared; });
    }
    void page_about() {
        shared_route("/about", [this](const sdk::Request& request) {
            ++made;
            return sdk::page("about", {{"cookies", request.cookies.entries().size()},
                                       {"agent", request.headers.count("user-agent")}});
        });
    }
    std::atomic<int> made{0};
};

TEST_F(SharedPages, AreMadeOnThePoolOnceAndThenAnsweredOnTheLoop) {
    page_about();

    const auto first = get(kLanding, "/about");
    const auto second = get(kLanding, "/about");

    EXPECT_FALSE(first.from_loop);
    EXPECT_TRUE(second.from_loop);
    EXPECT_EQ(first.body, second.body);
    EXPECT_EQ(made, 1);
    EXPECT_NE(first.header("X-Request-Id"), second.header("X-Request-Id"));
    EXPECT_FALSE(second.header("Content-Security-Policy").empty());
    EXPECT_EQ(observed, (std::vector<std::string>{"/about demo 200", "/about demo 200 cached"}));
}

TEST_F(SharedPages, ShowNothingOfWhoeverAskedFirst) {
    page_about();

    const auto seen = get(kLanding, "/about", {{"Cookie", "session=s1"}, {"User-Agent", "x"}});

    EXPECT_EQ(model_of(seen)["cookies"], 0);
    EXPECT_EQ(model_of(seen)["agent"], 0);
    EXPECT_EQ(model_of(seen)["csrf_token"], "");
    EXPECT_EQ(model_of(seen)["request_id"], "");
    EXPECT_EQ(seen.headers.count("Set-Cookie"), 0u);
}

TEST_F(SharedPages, ComeInTheBestEncodingWithTheirOwnValidators) {
    page_about();
    const auto plain = get(kLanding, "/about");
    const auto gzip = get(kLanding, "/about", {{"Accept-Encoding", "gzip"}});
    const auto brotli = get(kLanding, "/about", {{"Accept-Encoding", "gzip, br"}});

    EXPECT_EQ(plain.header("Content-Encoding"), "");
    EXPECT_EQ(gzip.body, "gzip:" + plain.body);
    EXPECT_EQ(brotli.header("Content-Encoding"), "br");
    EXPECT_EQ(brotli.header("Vary"), "Accept-Encoding");
    EXPECT_NE(gzip.header("ETag"), brotli.header("ETag"));
    EXPECT_EQ(get(kLanding, "/about", {{"Accept-Encoding", "br;q=0, gzip;q=0"}}).body, plain.body);
}

TEST_F(SharedPages, AreNotSentAgainToWhoeverHasThem) {
    page_about();
    const auto etag = get(kLanding, "/about").header("ETag");

    const auto seen = get(kLanding, "/about", {{"If-None-Match", etag}});

    EXPECT_EQ(seen.status, 304);
    EXPECT_TRUE(seen.body.empty());
    EXPECT_EQ(seen.header("ETag"), etag);
    EXPECT_EQ(seen.header("Content-Type"), "");
    EXPECT_EQ(get(kLanding, "/about", {{"If-None-Match", etag}, {"Accept-Encoding", "gzip"}}).status, 200);
}

TEST_F(SharedPages, AreSentWithoutABodyForHead) {
    page_about();
    (void)get(kLanding, "/about");

    const auto seen = send(request("HEAD", kLanding, "/about"));

    EXPECT_TRUE(seen.from_loop);
    EXPECT_TRUE(seen.head_only);
}

TEST_F(SharedPages, AreMadeAnewForAQueryWhichTheHandlerThenSees) {
    std::string campaign;
    shared_route("/pricing", [&](const sdk::Request& request) {
        ++made;
        campaign = request.query.get("utm_source");
        return sdk::page("pricing");
    });
    (void)get(kLanding, "/pricing");

    const auto seen = get(kLanding, "/pricing?utm_source=mail");

    EXPECT_FALSE(seen.from_loop);
    EXPECT_EQ(made, 2);
    EXPECT_EQ(campaign, "mail");
    EXPECT_EQ(seen.header("Cache-Control"), "private, no-cache");
}

TEST_F(SharedPages, DieOfAgeOfANewThemeAndWhenTold) {
    page_about();
    (void)get(kLanding, "/about");

    now += 59s;
    EXPECT_TRUE(get(kLanding, "/about").from_loop);
    now += 1s;
    EXPECT_FALSE(get(kLanding, "/about").from_loop);
    renderer.theme = 2;
    EXPECT_FALSE(get(kLanding, "/about").from_loop);
    web().forget_pages();
    EXPECT_FALSE(get(kLanding, "/about").from_loop);
    ASSERT_TRUE(web().set_routes(routes));
    EXPECT_FALSE(get(kLanding, "/about").from_loop);
    EXPECT_EQ(made, 5);
}

TEST_F(SharedPages, AreKeptApartByLanguage) {
    options.locales = {"en", "si"};
    page_about();
    (void)get(kLanding, "/about");

    const auto seen = get(kLanding, "/about", {{"Accept-Language", "si"}});

    EXPECT_FALSE(seen.from_loop);
    EXPECT_NE(seen.body.find("lang=\"si\""), std::string::npos);
    EXPECT_EQ(seen.headers.count("Vary"), 2u);
}

TEST_F(SharedPages, AProblemOrACookieIsNeverKept) {
    shared_route("/gone", [](const sdk::Request&) { return sdk::not_found(); });
    shared_route("/cookie", [](const sdk::Request&) {
        auto response = sdk::text("x");
        response.header("Set-Cookie", "a=b");
        return response;
    });

    for (int i = 0; i < 2; ++i) {
        const auto gone = get(kLanding, "/gone");
        EXPECT_EQ(gone.status, 404);
        EXPECT_FALSE(gone.from_loop);
        EXPECT_FALSE(get(kLanding, "/cookie").from_loop);
    }
}

TEST_F(SharedPages, ManyMissesAtOnceMakeThePageOnce) {
    std::promise<void> go;
    const auto started = go.get_future().share();
    shared_route("/slow", [&](const sdk::Request&) {
        ++made;
        started.wait();
        return sdk::page("slow");
    });
    (void)web();
    std::vector<std::future<std::string>> bodies;
    std::latch arrived(4);
    for (int i = 0; i < 4; ++i)
        bodies.push_back(std::async(std::launch::async, [&] {
            const auto wire = request("GET", kLanding, "/slow");
            (void)web().on_head(wire);
            auto outcome = web().on_request(wire);
            arrived.count_down();
            return *std::get<http::PoolWork>(outcome).run().body;
        }));

    arrived.wait();
    go.set_value();

    const auto first = bodies[0].get();
    for (std::size_t i = 1; i < bodies.size(); ++i) EXPECT_EQ(bodies[i].get(), first);
    EXPECT_EQ(made, 1);
}

TEST(PageCache, WhoMissedWhileThePageWasFinishedDoesNotMakeItAgain) {
    PageCache cache(60s, [] { return std::chrono::steady_clock::time_point{}; });
    constexpr int kThreads = 3, kPages = 3000;
    std::barrier together(kThreads);
    std::atomic<int> made{0};
    const auto ask = [&] {
        for (int i = 0; i < kPages; ++i) {
            const auto path = "/" + std::to_string(i % 1000);
            together.arrive_and_wait();
            if (i % 1000 == 0) cache.start_new_epoch();
            together.arrive_and_wait();
            const auto page = cache.find_or_make({sdk::Site::landing, false, "en", path}, 1, [&] {
                ++made;
                return make_cached_page("page", {}, {});
            });
            ASSERT_TRUE(page);
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i) threads.emplace_back(ask);
    }
    EXPECT_EQ(made, kPages);
}

TEST(PageCache, KeepsNoMoreThanItMay) {
    PageCache cache(
        60s, [] { return std::chrono::steady_clock::time_point{}; }, 10);
    for (int i = 0; i < 100; ++i) {
        const auto path = "/" + std::to_string(i);
        (void)cache.find_or_make({Site::landing, false, "en", path}, 1,
                                 [] { return make_cached_page("x", {}, nullptr); });
    }
    EXPECT_LE(cache.size(), 10u);
}

TEST(PageCache, AMakerThatThrowsBlocksNobody) {
    PageCache cache(60s, [] { return std::chrono::steady_clock::time_point{}; });
    const PageKey key{Site::landing, false, "en", "/"};

    EXPECT_FALSE(cache.find_or_make(key, 1, []() -> std::shared_ptr<const CachedPage> { throw 42; }));
    EXPECT_TRUE(cache.find_or_make(key, 1, [] { return make_cached_page("x", {}, nullptr); }));
}

}  // namespace
}  // namespace whatsflow::web::testing
