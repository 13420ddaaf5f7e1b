#include "net/resolver.hpp"

#include "net/transport_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace whatsflow::net {
namespace {

using Poco::Net::IPAddress;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A name server that keeps silent until the test lets it speak.
class SilentNames {
public:
    Resolver::Addresses look_up(const std::string&) {
        std::unique_lock lock(mutex_);
        ++asked;
        changed_.wait(lock, [&] { return speaks_; });
        return {IPAddress{"192.0.2.7"}};
    }
    void speak() {
        const std::lock_guard lock(mutex_);
        speaks_ = true;
        changed_.notify_all();
    }
    std::atomic<int> asked{0};

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool speaks_ = false;
};

/// What the failure was, as words; empty when there was none.
std::string failure_of(Resolver& resolver, const std::string& host, milliseconds patience) {
    try {
        (void)resolver.resolve(host, steady_clock::now() + patience);
        return "";
    } catch (const TransportError& problem) {
        return std::string(problem.kind() == TransportError::Kind::timed_out ? "timed out: " : "unreachable: ") +
               problem.what();
    }
}

TEST(Resolver, GivesUpAtTheDeadlineAndTheLateAnswerServesTheNext) {
    SilentNames names;
    Resolver resolver{{.look_up = [&](const auto& host) { return names.look_up(host); }}};
    const auto started = steady_clock::now();

    EXPECT_THAT(failure_of(resolver, "slow.example", milliseconds(50)), HasSubstr("timed out: the name slow.example"));
    EXPECT_LT(steady_clock::now() - started, seconds(2));

    names.speak();
    EXPECT_THAT(resolver.resolve("slow.example", steady_clock::now() + seconds(10)),
                ElementsAre(IPAddress{"192.0.2.7"}));
    EXPECT_EQ(names.asked, 1) << "the second call waits for the same question, or finds its answer";
}

TEST(Resolver, NamesThatHangLeaveAThreadForTheOthersUntilAllAreTaken) {
    SilentNames names;
    Resolver resolver{{.look_up =
                           [&](const auto& host) {
                               return host == "quick.example" ? Resolver::Addresses{IPAddress{"192.0.2.1"}}
                                                              : names.look_up(host);
                           },
                       .most_threads = 2}};

    EXPECT_THAT(failure_of(resolver, "slow.example", milliseconds(1)), HasSubstr("timed out"));
    EXPECT_EQ(failure_of(resolver, "quick.example", seconds(10)), "");
    EXPECT_THAT(failure_of(resolver, "slower.example", milliseconds(1)), HasSubstr("timed out"));
    resolver.forget("quick.example");
    EXPECT_THAT(failure_of(resolver, "quick.example", milliseconds(50)), HasSubstr("timed out"));

    names.speak();
    EXPECT_EQ(failure_of(resolver, "quick.example", seconds(10)), "");
}

TEST(Resolver, KeepsAnAnswerForAWhileAndForgetsItWhenAsked) {
    auto now = steady_clock::now();
    std::atomic<int> asked{0};
    Resolver resolver{{.look_up =
                           [&](const auto&) {
                               ++asked;
                               return Resolver::Addresses{IPAddress{"192.0.2.1"}};
                           },
                       .now = [&] { return now; }}};
    const auto resolve = [&] { return failure_of(resolver, "a.example", seconds(10)); };

    EXPECT_EQ(resolve() + resolve(), "");
    EXPECT_EQ(asked, 1);
    now += seconds(31);
    EXPECT_EQ(resolve(), "");
    EXPECT_EQ(asked, 2);
    resolver.forget("a.example");
    EXPECT_EQ(resolve(), "");
    EXPECT_EQ(asked, 3);
}

TEST(Resolver, DoesNotKeepAFailure) {
    std::atomic<int> asked{0};
    Resolver resolver{{.look_up = [&](const auto&) -> Resolver::Addresses {
        if (++asked == 1) throw std::runtime_error("no name server");
        return {IPAddress{"192.0.2.1"}};
    }}};

    EXPECT_THAT(failure_of(resolver, "a.example", seconds(10)), HasSubstr("unreachable: the name a.example"));
    EXPECT_EQ(failure_of(resolver, "a.example", seconds(10)), "");
}

TEST(Resolver, AnAddressInFiguresIsNotLookedUp) {
    Resolver resolver{{.look_up = [](const auto&) -> Resolver::Addresses { throw std::runtime_error("asked"); }}};

    EXPECT_THAT(resolver.resolve("::1", steady_clock::now()), ElementsAre(IPAddress{"::1"}));
}

TEST(Resolver, ManyThatAskForOneNameAskOnce) {
    SilentNames names;
    Resolver resolver{{.look_up = [&](const auto& host) { return names.look_up(host); }}};
    std::atomic<int> answered{0};
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i)
            callers.emplace_back([&] { answered += failure_of(resolver, "a.example", seconds(10)).empty() ? 1 : 0; });
        while (names.asked == 0) std::this_thread::yield();
        names.speak();
    }

    EXPECT_EQ(answered, 4);
    EXPECT_EQ(names.asked, 1);
}

}  // namespace
}  // namespace whatsflow::net
