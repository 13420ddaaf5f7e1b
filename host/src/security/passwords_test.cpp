#include "security/passwords.hpp"

#include "security/password_weakness.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <future>
#include <thread>
#include <vector>

namespace whatsflow::security {
namespace {

using sdk::Secret;
using std::chrono::milliseconds;

constexpr HashCost kCheap{1, 8U << 20U};

std::string weak(std::string_view password, const std::vector<std::string>& personal = {}) {
    return weakness_of(password, personal).value_or("strong");
}

TEST(Passwords, TheRightOneFitsItsHashAndNoOther) {
    Argon2Passwords passwords({.cost = kCheap});
    const auto hash = *passwords.hash(Secret("correct horse battery"));

    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8192,t=1,p=1$"));
    EXPECT_TRUE(*passwords.verify(hash, Secret("correct horse battery")));
    EXPECT_FALSE(*passwords.verify(hash, Secret("correct horse batterz")));
    EXPECT_FALSE(*passwords.verify("no hash at all", Secret("correct horse battery")));
    EXPECT_NE(*passwords.hash(Secret("correct horse battery")), hash);
}

TEST(Passwords, AnAccountThatIsNotThereTakesAsLongAndSaysNo) {
    Argon2Passwords passwords({.cost = {2, 16U << 20U}});
    const auto hash = *passwords.hash(Secret("something"));
    // Of this thread's work: what else the machine does is left out.
    const auto time_of = [&](const std::string& against) {
        timespec start{};
        timespec end{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
        EXPECT_FALSE(*passwords.verify(against, Secret("else")));
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        return (end.tv_sec - start.tv_sec) * 1'000'000'000 + (end.tv_nsec - start.tv_nsec);
    };

    long known = 0;
    long unknown = 0;
    for (int i = 0; i < 5; ++i) {
        known += time_of(hash);
        unknown += time_of("");
    }

    EXPECT_GT(unknown * 2, known);
    EXPECT_LT(unknown, known * 2);
}

TEST(Passwords, AHashOfOlderParametersIsOutdated) {
    const auto old = *Argon2Passwords({.cost = kCheap}).hash(Secret("x"));

    EXPECT_FALSE(*Argon2Passwords({.cost = kCheap}).outdated(old));
    EXPECT_TRUE(*Argon2Passwords({.cost = {2, 8U << 20U}}).outdated(old));
    EXPECT_TRUE(*Argon2Passwords({.cost = kCheap}).outdated("nonsense"));
}

TEST(Passwords, AFloodIsRefusedInsteadOfEatingTheMemory) {
    Argon2Passwords passwords(
        {.cost = {4, 32U << 20U}, .at_once = 1, .waiting = 1, .longest_wait = milliseconds(10'000)});
    std::vector<std::future<bool>> tries;
    for (int i = 0; i < 8; ++i)
        tries.push_back(std::async(std::launch::async, [&] {
            const auto hash = passwords.hash(Secret("x"));
            EXPECT_TRUE(hash || hash.error().code == "passwords.busy");
            return static_cast<bool>(hash);
        }));

    int served = 0;
    for (auto& one : tries) served += one.get() ? 1 : 0;

    EXPECT_GE(served, 1);
    EXPECT_LT(served, 8);
    EXPECT_TRUE(passwords.hash(Secret("x")));  // the turn came back
}

TEST(Weakness, LengthIsCountedInCharacters) {
    EXPECT_EQ(weak("x7#kQ9!mz"), "too_short");
    EXPECT_EQ(weak("සිංහල"), "too_short");
    EXPECT_EQ(weak("සිංහල තමිල් භාෂා"), "strong");
    EXPECT_EQ(weak(std::string(250, 'a') + "bcdefghij"), "too_long");
}

TEST(Weakness, PatternsAreRepetitive) {
    EXPECT_EQ(weak("aaaaaaaaaaaa"), "repetitive");
    EXPECT_EQ(weak("abababababab"), "repetitive");
    EXPECT_EQ(weak("xK9!xK9!xK9!"), "repetitive");
    EXPECT_EQ(weak("ABCDEFGHIJKL"), "repetitive");
    EXPECT_EQ(weak("0987654321"), "repetitive");
}

TEST(Weakness, WhatEverybodyTriesFirstIsCommon) {
    for (const auto* password :
         {"Password123!", "P@ssw0rd2024", "qwertyuiop", "1q2w3e4r5t", "letmein12345", "iloveyou!!!", "AdminAdmin1",
          "welcome2024!", "SunshineFlower", "qwerty123456", "dragon-monkey", "123superman123"})
        EXPECT_EQ(weak(password), "common") << password;
}

TEST(Weakness, NameAndAddressArePersonal) {
    const std::vector<std::string> jane{"Jane Weerasinghe", "jane.w@acme-trading.lk"};

    EXPECT_EQ(weak("weerasinghe1990", jane), "personal");
    EXPECT_EQ(weak("Jane-Weerasinghe", jane), "personal");
    EXPECT_EQ(weak("acmetrading99", jane), "personal");
    EXPECT_EQ(weak("W33rasinghe!!", jane), "personal");
    EXPECT_EQ(weak("jane paints seven lighthouses", jane), "strong");
}

TEST(Weakness, ThereAreNoRulesOfComposition) {
    EXPECT_EQ(weak("lowercaseonlybutquitelong"), "strong");
    EXPECT_EQ(weak("tin lamp ocean"), "strong");
    EXPECT_EQ(weak("84930178264"), "strong");
}

}  // namespace
}  // namespace whatsflow::security
