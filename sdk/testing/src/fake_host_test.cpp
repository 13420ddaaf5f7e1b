#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

#include <filesystem>

namespace whatsflow::sdk::testing {
namespace {

using namespace std::chrono_literals;

struct Greeted {
    static constexpr EventType kType{"test.greeted", 1};
    std::string name;
    static constexpr auto fields() { return std::make_tuple(field("name", &Greeted::name)); }
};

class Greeter : public Service {
public:
    static constexpr ServiceId kId{"test.greeter", 1};
    Result<std::string> greet() {
        if (broken) throw std::runtime_error("broken greeter");
        return std::string("hello");
    }
    bool broken = false;
};

Route greeting(std::string pattern, Permission permission = Permission::everyone()) {
    return get(Site::app, std::move(pattern), std::move(permission), [](const Request& request) {
        return text(request.parameters.get("name") + "/" + request.query.get("q") + "/" +
                    request.context.tenant.text());
    });
}

std::string body_of(const Response& response) {
    return std::get<std::string>(response.body());
}

TEST(FakeHost, CallsARouteWithItsParametersAndQuery) {
    FakeHost host;
    ASSERT_TRUE(host.route(greeting("/hello/{name}")));

    EXPECT_EQ(body_of(host.call(Method::get, "/hello/a%20b?q=%2B1")), "a b/+1/");
    EXPECT_EQ(host.call(Method::get, "/hello").status(), 404);
    EXPECT_EQ(host.call(Method::post, "/hello/a").status(), 404);
}

TEST(FakeHost, AnExactPatternWinsOverAParameter) {
    FakeHost host;
    ASSERT_TRUE(host.route(greeting("/hello/{name}")));
    ASSERT_TRUE(
        host.route(get(Site::app, "/hello/new", Permission::everyone(), [](const Request&) { return text("exact"); })));

    EXPECT_EQ(body_of(host.call(Method::get, "/hello/new")), "exact");
}

TEST(FakeHost, AsksForThePermissionOfTheRoute) {
    FakeHost host;
    ASSERT_TRUE(host.route(greeting("/secret", Permission::named("secrets.read"))));

    EXPECT_EQ(host.call(Method::get, "/secret").status(), 401);
    EXPECT_EQ(host.call(Method::get, "/secret", {.identity = a_user("t-1")}).status(), 403);
    EXPECT_EQ(body_of(host.call(Method::get, "/secret", {.identity = a_user("t-1", {"secrets.read"})})), "//t-1");
}

TEST(FakeHost, RefusesABodyOverTheRoutesLimit) {
    FakeHost host;
    auto route = post(Site::api, "/in", Permission::everyone(), [](const Request&) { return text("ok"); });
    route.limits.body_bytes = 3;
    ASSERT_TRUE(host.route(route));

    EXPECT_EQ(host.call(Method::post, "/in", {.body = "abc"}).status(), 200);
    EXPECT_EQ(host.call(Method::post, "/in", {.body = "abcd"}).status(), 413);
}

TEST(FakeHost, RefusesTheSameRouteTwice) {
    FakeHost host;
    ASSERT_TRUE(host.route(greeting("/a")));

    EXPECT_EQ(host.route(greeting("/a")).error().code, "route.duplicate");
    EXPECT_FALSE(host.route(greeting("no-slash")));
}

TEST(FakeHost, FiresATimerAsOftenAsItComesDue) {
    FakeHost host;
    int fired = 0;
    auto timer = host.every(10s, [&] { ++fired; });

    host.advance(9s);
    EXPECT_EQ(fired, 0);
    host.advance(21s);
    EXPECT_EQ(fired, 3);
    EXPECT_EQ(host.clock().now(), from_micros(FakeClock::kStart) + 30s);
    timer.release();
    host.advance(1h);
    EXPECT_EQ(fired, 3);
    EXPECT_EQ(host.registered().timers, 0u);
}

TEST(FakeHost, RecordsEventsAndDeliversThemByHand) {
    FakeHost host("com.example.greeter");
    std::vector<std::string> seen;
    auto subscription = subscribe<Greeted>(host.events(), [&](const Greeted& event, const Envelope& envelope) {
        seen.push_back(event.name + " by " + envelope.publisher + " hop " + std::to_string(envelope.hop));
        if (event.name == "a") (void)publish(host.events(), Greeted{"b"});
    });

    (void)publish(host.events(), Greeted{"a"});
    EXPECT_TRUE(seen.empty());

    EXPECT_EQ(host.published().deliver(), 2u);
    EXPECT_EQ(seen, (std::vector<std::string>{"a by com.example.greeter hop 0", "b by com.example.greeter hop 1"}));
    EXPECT_EQ(host.published().of<Greeted>().size(), 2u);
}

TEST(FakeHost, EventsThatCauseEachOtherEndAtSixteen) {
    FakeHost host;
    auto subscription = subscribe<Greeted>(
        host.events(), [&](const Greeted& event, const Envelope&) { (void)publish(host.events(), Greeted{event}); });

    (void)publish(host.events(), Greeted{"again"});
    host.published().deliver();

    EXPECT_EQ(host.published().all().size(), 17u);
}

TEST(FakeHost, AFullSubscriptionDropsTheOldest) {
    FakeHost host;
    std::string seen;
    auto subscription = subscribe<Greeted>(
        host.events(), [&](const Greeted& event, const Envelope&) { seen += event.name; }, {.capacity = 2});

    for (const char* name : {"a", "b", "c"}) (void)publish(host.events(), Greeted{name});
    host.published().deliver();

    EXPECT_EQ(seen, "bc");
    EXPECT_EQ(host.published().dropped(), 1u);
}

TEST(FakeHost, AServiceIsFoundByItsPropertiesUntilItsProviderGoes) {
    FakeHost host;
    Greeter greeter;
    std::vector<bool> changes;
    auto watch =
        host.watch_service(Greeter::kId, [&](const ServiceChange& change) { changes.push_back(change.available); });
    host.install_service(Greeter::kId, greeter, {{"language", "en"}}, "com.example.greeter");

    EXPECT_FALSE(find_service<Greeter>(host, {{"language", "si"}}));
    const auto found = find_service<Greeter>(host, {{"language", "en"}});
    ASSERT_TRUE(found);
    EXPECT_EQ(*found.call(&Greeter::greet), "hello");
    host.remove_services("com.example.greeter");
    EXPECT_EQ(found.call(&Greeter::greet).error().code, "plugin.unavailable");
    EXPECT_EQ(changes, (std::vector<bool>{true, false}));
}

TEST(FakeHost, CountsAnExceptionOfAServiceAsAFault) {
    FakeHost host;
    Greeter greeter;
    greeter.broken = true;
    ASSERT_TRUE(provide_service(host, greeter));

    EXPECT_EQ(find_service<Greeter>(host).call(&Greeter::greet).error().code, "plugin.fault");
    EXPECT_EQ(host.faults(), std::vector<std::string>{"broken greeter"});
    EXPECT_EQ(host.provide(Greeter::kId, greeter, {}).error().code, "service.duplicate");
}

TEST(FakeHost, NothingIsLeftAfterWithdrawing) {
    FakeHost host;
    Greeter greeter;
    ASSERT_TRUE(host.route(greeting("/a")));
    ASSERT_TRUE(provide_service(host, greeter));
    auto timer = host.every(1s, [] {});
    auto subscription = subscribe<Greeted>(host.events(), [](const Greeted&, const Envelope&) {});

    host.withdraw_all();

    const auto left = host.registered();
    EXPECT_EQ(left.routes + left.services + left.timers + left.subscriptions + left.watches, 0u);
    EXPECT_EQ(host.call(Method::get, "/a").status(), 404);
}

TEST(FakeHost, ARegistrationMayOutliveTheHost) {
    Registration timer;
    Registration subscription;
    {
        FakeHost host;
        timer = host.every(1s, [] {});
        subscription = subscribe<Greeted>(host.events(), [](const Greeted&, const Envelope&) {});
    }
    EXPECT_NO_THROW(timer.release());
    EXPECT_NO_THROW(subscription.release());
}

TEST(FakeHost, ItsDataFolderGoesWithIt) {
    std::string folder;
    {
        FakeHost host;
        folder = *host.data_directory();
        EXPECT_EQ(*host.data_directory(), folder);
        EXPECT_TRUE(std::filesystem::is_directory(folder));
    }
    EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(FakeHost, RunsACommandByName) {
    FakeHost host;
    ASSERT_TRUE(
        host.command({"note list", "Lists", {"tenant"}, {}, [](const CallContext&, const CommandArguments& given) {
                          return Result<CommandOutput>(CommandOutput{{given.positional.at(0)}, {}, ""});
                      }}));
    CommandArguments arguments;
    EXPECT_EQ(host.run_command("note list", arguments).error().code, "command.usage");
    arguments.positional = {"t-1"};
    EXPECT_EQ(host.run_command("note list", arguments)->result[0], "t-1");
    EXPECT_EQ(host.run_command("note").error().code, "command.unknown");
}

TEST(FakeHttpsClient, PlaysItsScriptInOrderAndNeverTheNetwork) {
    FakeHttpsClient world;
    world.answer("https://a.test/", response(200, "one"));
    world.answer("https://a.test/", response(500, "two"));
    OutgoingRequest request;
    request.url = "https://a.test/x";

    EXPECT_EQ(world.send({}, request)->body, "one");
    EXPECT_EQ(world.send({}, request)->status, 500);
    EXPECT_EQ(world.send({}, request).error().code, "net.not_sent");
    EXPECT_EQ(world.requests().size(), 3u);
    EXPECT_EQ(world.unused(), 0u);
}

TEST(RecordingLogger, FindsWhatWasSaid) {
    FakeHost host;
    host.log().warn("provider answered late", {{"provider", "acme"}});

    EXPECT_TRUE(host.logged().mentions("acme"));
    EXPECT_FALSE(host.logged().mentions("secret"));
    EXPECT_EQ(host.logged().lines().at(0).level, LogLevel::warn);
}

TEST(FakeDatabase, WithoutOneEverythingIsUnavailable) {
    FakeHost host;

    EXPECT_EQ(host.database().query({}, "SELECT 1").error().code, "database.unavailable");
    EXPECT_EQ(host.database().transaction({}, [](Transaction&) { return ok(); }).error().code, "database.unavailable");
}

TEST(ScriptedDatabase, PlaysRowsChangesAndErrors) {
    ScriptedDatabase database;
    database.rows("FROM notes", {row({{"id", "n-1"}})});
    database.fail("UPDATE notes", fail("database.busy", "locked"));
    database.changes("DELETE", 4);

    EXPECT_EQ(database.query({}, "SELECT id FROM notes")->at(0).text("id"), "n-1");
    EXPECT_TRUE(database.query({}, "SELECT id FROM notes")->empty());
    EXPECT_EQ(database.execute({}, "UPDATE notes SET x = ?", {1}).error().code, "database.busy");
    EXPECT_EQ(*database.execute({}, "DELETE FROM notes"), 4);
    EXPECT_EQ(database.statements().at(2).values.at(0), DbValue(1));
}

TEST(ScriptedDatabase, CommitsOnlyWhatWentWell) {
    ScriptedDatabase database;
    int after = 0;
    const auto good = database.transaction({}, [&](Transaction& tx) {
        tx.after_commit([&] { ++after; });
        return ok();
    });
    const auto bad = database.transaction({}, [&](Transaction& tx) -> Result<void> {
        tx.after_commit([&] { ++after; });
        return fail("x", "y");
    });

    EXPECT_TRUE(good);
    EXPECT_FALSE(bad);
    EXPECT_EQ(after, 1);
    EXPECT_EQ(database.commits(), 1u);
    EXPECT_EQ(database.rollbacks(), 1u);
}

}  // namespace
}  // namespace whatsflow::sdk::testing
