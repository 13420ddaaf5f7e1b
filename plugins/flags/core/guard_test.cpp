#include "guard.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

TEST(Guard, AClearlyLowerRateIsWorseAndAHigherOneIsNot) {
    EXPECT_EQ(judged({1000, 200}, {1000, 150}, Harm::falls), Judgement::worse);
    EXPECT_EQ(judged({1000, 200}, {1000, 250}, Harm::falls), Judgement::fine);
    EXPECT_EQ(judged({1000, 200}, {1000, 250}, Harm::rises), Judgement::worse);
}

TEST(Guard, WhatChanceMayBringIsFine) {
    // z is 2.27 for 20 % against 16.1 %, and 2.51 against 15.7 %: the bound lies between.
    EXPECT_EQ(judged({1000, 200}, {1000, 161}, Harm::falls), Judgement::fine);
    EXPECT_EQ(judged({1000, 200}, {1000, 157}, Harm::falls), Judgement::worse);
}

TEST(Guard, FewPeopleAreNoEvidence) {
    EXPECT_EQ(judged({99, 99}, {1000, 0}, Harm::falls), Judgement::too_few);
    EXPECT_EQ(judged({1000, 1000}, {99, 0}, Harm::falls), Judgement::too_few);
    EXPECT_EQ(judged({100, 100}, {100, 0}, Harm::falls), Judgement::worse);
    EXPECT_EQ(judged({100, 0}, {100, 0}, Harm::falls), Judgement::fine);
}

}  // namespace
}  // namespace whatsflow::flags
