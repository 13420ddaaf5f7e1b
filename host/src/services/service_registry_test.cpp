#include "services/service_registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace whatsflow::services {
namespace {

class Greeter : public sdk::Service {
public:
    static constexpr sdk::ServiceId kId{"test.greeter", 1};
    explicit Greeter(std::string word = "hello") : word_(std::move(word)) {}
    sdk::Result<std::string> greet(const std::string& who) {
        if (who == "nobody") throw std::runtime_error("nobody to greet");
        return word_ + " " + who;
    }

private:
    std::string word_;
};

class CountingGate final : public CallGate {
public:
    bool enter() noexcept override {
        if (closed) return false;
        ++inside;
        return true;
    }
    void leave() noexcept override { --inside; }
    void fault(std::string_view) noexcept override { ++faults; }
    std::atomic<bool> closed{false};
    std::atomic<int> inside{0};
    std::atomic<int> faults{0};
};

sdk::ServiceHandle<Greeter> first(const ServiceRegistry& registry, const sdk::Properties& filter = {}) {
    auto found = registry.find(Greeter::kId, filter);
    return found.empty() ? sdk::ServiceHandle<Greeter>{} : sdk::ServiceHandle<Greeter>{std::move(found.front())};
}

TEST(ServiceRegistry, AnOfferIsNotFoundBeforeItIsAnnounced) {
    ServiceRegistry registry;
    Greeter greeter;
    ASSERT_TRUE(registry.offer("a", Greeter::kId, greeter, {}, nullptr));

    EXPECT_TRUE(registry.find(Greeter::kId, {}).empty());
    registry.announce("a");
    EXPECT_EQ(registry.find(Greeter::kId, {}).size(), 1u);
}

TEST(ServiceRegistry, ProvidersComeInTheOrderOfTheirIds) {
    ServiceRegistry registry;
    Greeter one, two;
    ASSERT_TRUE(registry.provide("zebra", Greeter::kId, one, {{"tongue", "en"}}));
    ASSERT_TRUE(registry.provide("ant", Greeter::kId, two, {{"tongue", "si"}}));

    EXPECT_EQ(first(registry).provider(), "ant");
    EXPECT_EQ(first(registry, {{"tongue", "en"}}).provider(), "zebra");
    EXPECT_FALSE(first(registry, {{"tongue", "ta"}}));
}

TEST(ServiceRegistry, AnotherRevisionIsAnotherService) {
    ServiceRegistry registry;
    Greeter greeter;
    ASSERT_TRUE(registry.provide("a", Greeter::kId, greeter, {}));

    EXPECT_TRUE(registry.find({"test.greeter", 2}, {}).empty());
}

TEST(ServiceRegistry, EqualPropertiesOfTwoProvidersAreRefusedWithASentence) {
    ServiceRegistry registry;
    Greeter one, two;
    ASSERT_TRUE(registry.provide("a", Greeter::kId, one, {{"tongue", "en"}}));

    auto second = registry.provide("b", Greeter::kId, two, {{"tongue", "en"}});

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message,
              "b cannot provide test.greeter/1 with tongue=en: a already does. Disable one of them, or tell them "
              "apart by a property.");
}

TEST(ServiceRegistry, ACallPassesTheGateAndAnExceptionIsAFault) {
    ServiceRegistry registry;
    Greeter greeter;
    auto gate = std::make_shared<CountingGate>();
    ASSERT_TRUE(registry.provide("a", Greeter::kId, greeter, {}, gate));
    const auto handle = first(registry);

    EXPECT_EQ(*handle.call(&Greeter::greet, "you"), "hello you");
    EXPECT_EQ(handle.call(&Greeter::greet, "nobody").error().code, "plugin.fault");
    EXPECT_EQ(gate->faults, 1);
    EXPECT_EQ(gate->inside, 0);
    gate->closed = true;
    EXPECT_EQ(handle.call(&Greeter::greet, "you").error().code, "plugin.unavailable");
}

TEST(ServiceRegistry, WatchersHearOfComingAndGoingUntilTheyLeave) {
    ServiceRegistry registry;
    Greeter greeter;
    std::vector<std::string> heard;
    auto watch = registry.watch(Greeter::kId, [&](const sdk::ServiceChange& change) {
        heard.push_back(change.provider + (change.available ? " came" : " went"));
    });

    ASSERT_TRUE(registry.provide("a", Greeter::kId, greeter, {}));
    registry.withdraw("a");
    watch.release();
    ASSERT_TRUE(registry.provide("b", Greeter::kId, greeter, {}));

    EXPECT_THAT(heard, testing::ElementsAre("a came", "a went"));
}

TEST(ServiceRegistry, AWatcherMayEndItselfAndAskTheRegistry) {
    ServiceRegistry registry;
    Greeter greeter;
    sdk::Registration watch;
    std::size_t seen = 0;
    watch = registry.watch(Greeter::kId, [&](const sdk::ServiceChange&) {
        seen = registry.find(Greeter::kId, {}).size();
        watch.release();
    });

    ASSERT_TRUE(registry.provide("a", Greeter::kId, greeter, {}));
    registry.withdraw("a");

    EXPECT_EQ(seen, 1u);
}

TEST(ServiceRegistry, ARegistrationMayOutliveTheRegistry) {
    sdk::Registration watch;
    {
        ServiceRegistry registry;
        watch = registry.watch(Greeter::kId, [](const sdk::ServiceChange&) {});
    }
    watch.release();
}

TEST(ServiceRegistry, FindingAndChangingAtTheSameTimeIsSafe) {
    ServiceRegistry registry;
    Greeter greeter;
    std::atomic<bool> done{false};
    std::thread caller([&] {
        while (!done) {
            const auto handle = first(registry);
            if (handle) (void)handle.call(&Greeter::greet, "you");
        }
    });
    std::thread watcher([&] {
        while (!done) auto watch = registry.watch(Greeter::kId, [](const sdk::ServiceChange&) {});
    });

    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(registry.provide("a", Greeter::kId, greeter, {}, std::make_shared<CountingGate>()));
        registry.withdraw("a");
    }
    done = true;
    caller.join();
    watcher.join();

    EXPECT_TRUE(registry.list().empty());
}

}  // namespace
}  // namespace whatsflow::services
