// Every comparison as Unleash's clients make it, and at its edges.
#include "constraint.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

class NoonClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(1'800'000'000'000'000); }  // 2027-01-15T08:00:00Z
};

struct Asked {
    json constraint;
    std::vector<std::string> warnings{};

    explicit Asked(const char* name, json more = json::object())
        : constraint{{"contextName", "field"}, {"operator", name}} {
        constraint.update(more);
    }
    Constraint compiled() {
        warnings.clear();
        return Constraint::compile(Place(constraint, "constraint"), "Flag 'f'", warnings);
    }
    /// For a context with that value; null: without it.
    bool holds(const json& value) {
        const auto context = context_from_json({{"field", value}});
        return compiled().holds(context, NoonClock());
    }
};

TEST(Constraint, IsOneOfIsExactAndAMissingFieldIsNone) {
    Asked in("IN", {{"values", {"LK", " DE ", ""}}});
    EXPECT_TRUE(in.holds("LK"));
    EXPECT_TRUE(in.holds("DE")) << "blanks around values are trimmed";
    EXPECT_FALSE(in.holds("lk"));
    EXPECT_FALSE(in.holds(""));
    EXPECT_FALSE(in.holds(nullptr));
    Asked not_in("NOT_IN", {{"values", {"LK"}}});
    EXPECT_FALSE(not_in.holds("LK"));
    EXPECT_TRUE(not_in.holds("DE"));
    EXPECT_TRUE(not_in.holds(nullptr));
    EXPECT_FALSE(Asked("IN").holds("LK"));
    EXPECT_TRUE(Asked("NOT_IN").holds("LK"));
}

TEST(Constraint, ALongListIsSearchedLikeAShortOne) {
    json values = json::array();
    for (int i = 40; i > 0; --i) values.push_back(std::to_string(i));
    Asked in("IN", {{"values", values}});
    EXPECT_TRUE(in.holds("7"));
    EXPECT_TRUE(in.holds(40));
    EXPECT_FALSE(in.holds("41"));
}

TEST(Constraint, TextsAreFoundAtTheStartTheEndAndAnywhere) {
    const json ann{{"values", {"Ann", "Ben"}}};
    EXPECT_TRUE(Asked("STR_STARTS_WITH", ann).holds("Anna"));
    EXPECT_FALSE(Asked("STR_STARTS_WITH", ann).holds("anna"));
    EXPECT_FALSE(Asked("STR_STARTS_WITH", ann).holds("JoAnn"));
    EXPECT_TRUE(Asked("STR_ENDS_WITH", ann).holds("JoAnn"));
    EXPECT_FALSE(Asked("STR_ENDS_WITH", ann).holds("Anna"));
    EXPECT_TRUE(Asked("STR_CONTAINS", ann).holds("Mr Bennet"));
    EXPECT_FALSE(Asked("STR_CONTAINS", ann).holds("An"));
    for (const char* name : {"STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS"}) {
        EXPECT_FALSE(Asked(name, ann).holds(nullptr)) << name;
        EXPECT_FALSE(Asked(name).holds("Ann")) << "no values, " << name;
    }
}

TEST(Constraint, CapitalsDoNotMatterWhereItSaysSoBeyondAsciiToo) {
    const json loose{{"values", {"aNN", "ÜBER"}}, {"caseInsensitive", true}};
    EXPECT_TRUE(Asked("STR_STARTS_WITH", loose).holds("ANNA"));
    EXPECT_TRUE(Asked("STR_ENDS_WITH", loose).holds("JoaNn"));
    EXPECT_TRUE(Asked("STR_CONTAINS", loose).holds("xAnNx"));
    EXPECT_TRUE(Asked("STR_STARTS_WITH", loose).holds("über alles"));
    EXPECT_FALSE(Asked("STR_STARTS_WITH", loose).holds("hinüber"));
    EXPECT_TRUE(Asked("STR_ENDS_WITH", loose).holds("hinüber"));
    EXPECT_FALSE(Asked("STR_ENDS_WITH", loose).holds("überall"));
    EXPECT_TRUE(Asked("STR_CONTAINS", loose).holds("hinüber und"));
    EXPECT_FALSE(Asked("STR_CONTAINS", {{"values", {"a.c"}}, {"caseInsensitive", true}}).holds("abc"));
}

TEST(Constraint, NumbersAreComparedAsNumbers) {
    const auto number = [](const char* name, const char* value) { return Asked(name, {{"value", value}}); };
    EXPECT_TRUE(number("NUM_EQ", "12").holds("12.0"));
    EXPECT_FALSE(number("NUM_EQ", "12").holds(13));
    EXPECT_TRUE(number("NUM_GT", "5").holds(6));
    EXPECT_FALSE(number("NUM_GT", "5").holds(5));
    EXPECT_TRUE(number("NUM_GTE", "5").holds(5));
    EXPECT_FALSE(number("NUM_GTE", "5").holds(4.9));
    EXPECT_TRUE(number("NUM_LT", "-1").holds("-2"));
    EXPECT_FALSE(number("NUM_LT", "-1").holds(-1));
    EXPECT_TRUE(number("NUM_LTE", "5").holds("5"));
    EXPECT_FALSE(number("NUM_LTE", "5").holds("5.1"));
    EXPECT_TRUE(number("NUM_GT", "1e2").holds(" 101 ")) << "9 would be the greater text";
    for (const json& none : {json("x"), json(""), json(nullptr), json("NaN"), json("5x")})
        EXPECT_FALSE(number("NUM_LTE", "5").holds(none)) << none;
    EXPECT_FALSE(number("NUM_EQ", "many").holds("many"));
    EXPECT_TRUE(number("NUM_EQ", "+5").holds("5"));
    EXPECT_TRUE(number("NUM_EQ", "5").holds("+5.0"));
}

TEST(Constraint, TimesAreComparedWithTheContextsOrNow) {
    const auto now = [](const char* name, const char* value) {
        return Asked(name, {{"value", value}}).compiled().holds(Context{}, NoonClock());
    };
    EXPECT_TRUE(now("DATE_AFTER", "2027-01-15T07:59:59Z"));
    EXPECT_FALSE(now("DATE_AFTER", "2027-01-15T08:00:00Z")) << "strictly";
    EXPECT_TRUE(now("DATE_BEFORE", "2027-01-15T08:00:01Z"));
    EXPECT_FALSE(now("DATE_BEFORE", "2027-01-15T08:00:00Z"));
    EXPECT_FALSE(now("DATE_BEFORE", "2027-01-15T10:00:00+02:00")) << "the same instant in another place";
    EXPECT_TRUE(now("DATE_BEFORE", "2027-01-15T07:00:00-02:00"));
    EXPECT_FALSE(now("DATE_AFTER", "yesterday"));
    Context then;
    then.current_time = "2020-01-01T00:00:00Z";
    EXPECT_TRUE(Asked("DATE_BEFORE", {{"value", "2021-01-01T00:00:00Z"}}).compiled().holds(then, NoonClock()));
    then.current_time = "soon";
    EXPECT_FALSE(Asked("DATE_BEFORE", {{"value", "2028-01-01T00:00:00Z"}}).compiled().holds(then, NoonClock()));
}

TEST(Constraint, VersionsAreComparedAsVersions) {
    const auto version = [](const char* name, const char* value, const json& given) {
        return Asked(name, {{"value", value}}).holds(given);
    };
    EXPECT_TRUE(version("SEMVER_EQ", "1.2.3", "1.2.3"));
    EXPECT_TRUE(version("SEMVER_EQ", "1.2.3", "1.2.3+build.7"));
    EXPECT_FALSE(version("SEMVER_EQ", "1.2.3", "1.2.3-rc.1"));
    EXPECT_TRUE(version("SEMVER_GT", "1.9.0", "1.10.0"));
    EXPECT_FALSE(version("SEMVER_GT", "1.9.0", "1.9.0"));
    EXPECT_TRUE(version("SEMVER_GTE", "1.9.0", "1.9.0"));
    EXPECT_FALSE(version("SEMVER_GTE", "1.9.0", "1.9.0-beta"));
    EXPECT_TRUE(version("SEMVER_LT", "1.0.0", "1.0.0-alpha"));
    EXPECT_FALSE(version("SEMVER_LT", "1.0.0", "1.0.0"));
    EXPECT_TRUE(version("SEMVER_LTE", "1.0.0", "1.0.0"));
    EXPECT_FALSE(version("SEMVER_LTE", "1.0.0", "1.0.1"));
    for (const char* none : {"v1.2.3", "1.2", "", "01.2.3", "1.2.3-01", "latest"})
        EXPECT_FALSE(version("SEMVER_GTE", "0.0.1", none)) << none;
    EXPECT_TRUE(version("SEMVER_EQ", " 1.2.3 ", "1.2.3")) << "blanks around values are trimmed";
    EXPECT_FALSE(version("SEMVER_EQ", "v1.2.3", "v1.2.3"));
    EXPECT_FALSE(version("SEMVER_GTE", "0.0.1", nullptr));
}

TEST(Constraint, ExpressionsAreSearchedForInLinearTime) {
    const auto matches = [](const char* expression, const json& given, bool any_case = false) {
        return Asked("REGEX", {{"value", expression}, {"caseInsensitive", any_case}}).holds(given);
    };
    EXPECT_TRUE(matches("n+a", "Anna")) << "searched for, not matched whole";
    EXPECT_FALSE(matches("^n+a$", "Anna"));
    EXPECT_FALSE(matches("anna", "Anna"));
    EXPECT_TRUE(matches("anna", "Anna", true));
    EXPECT_TRUE(matches("(?i)anna", "Anna"));
    EXPECT_FALSE(matches("a", nullptr));
    EXPECT_FALSE(matches("^(a+)+$", std::string(100'000, 'a') + "b")) << "in no time";
}

TEST(Constraint, ARefusedExpressionIsWarnedOfAndNeverHoldsInvertedOrNot) {
    for (const char* expression : {"(?=a)", "(a)\\1", "(", "a{1000}{1000}{1000}"})
        for (const bool inverted : {false, true}) {
            Asked asked("REGEX", {{"value", expression}, {"inverted", inverted}});
            EXPECT_FALSE(asked.holds("a")) << expression;
            ASSERT_EQ(asked.warnings.size(), 1U);
            EXPECT_NE(asked.warnings[0].find("is refused"), std::string::npos);
        }
    Asked longest("REGEX", {{"value", std::string(4'000, 'a')}});
    EXPECT_TRUE(longest.holds(std::string(4'000, 'a')));
    Asked too_long("REGEX", {{"value", std::string(4'001, 'a')}});
    EXPECT_FALSE(too_long.holds(std::string(4'001, 'a')));
    EXPECT_NE(too_long.warnings.at(0).find("longer than 4,000 characters"), std::string::npos);
    Asked unknown("SOUNDS_LIKE", {{"inverted", true}});
    EXPECT_FALSE(unknown.holds("a"));
    EXPECT_NE(unknown.warnings.at(0).find("'SOUNDS_LIKE' is unknown"), std::string::npos);
    Asked half("NUM_ALMOST", {{"value", "5"}, {"inverted", true}});
    EXPECT_FALSE(half.holds("5"));
}

TEST(Constraint, NetworksTakeTheirAddressesAndNoOthers) {
    Asked within("IN_CIDR", {{"values", {"10.0.0.0/8", "192.168.1.7", "2001:db8::/33", "nonsense", "10.0.0.0/33"}}});
    EXPECT_TRUE(within.holds("10.255.255.255"));
    EXPECT_FALSE(within.holds("11.0.0.0"));
    EXPECT_TRUE(within.holds("192.168.1.7"));
    EXPECT_FALSE(within.holds("192.168.1.8"));
    EXPECT_TRUE(within.holds("2001:db8:7fff::1"));
    EXPECT_FALSE(within.holds("2001:db8:8000::1")) << "one bit further";
    for (const json& none : {json("nonsense"), json(""), json(nullptr), json("10.0.0"), json("10.0.0.0/8")})
        EXPECT_FALSE(within.holds(none)) << none;
    EXPECT_TRUE(within.holds(" 10.0.0.1 "));
    const auto in = [](const char* range, const char* address) {
        return Asked("IN_CIDR", {{"values", {range}}}).holds(address);
    };
    EXPECT_TRUE(in("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(in("0.0.0.0/0", "::1")) << "all of IPv4, and of nothing else";
    EXPECT_FALSE(in("::/0", "8.8.8.8"));
    EXPECT_FALSE(in("10.0.0.0/33", "10.0.0.0")) << "no range at all";
}

TEST(Constraint, InvertedTurnsTheWholeAnswerForAMissingFieldToo) {
    EXPECT_TRUE(Asked("IN", {{"values", {"LK"}}, {"inverted", true}}).holds(nullptr));
    EXPECT_FALSE(Asked("NOT_IN", {{"values", {"LK"}}, {"inverted", true}}).holds(nullptr));
    EXPECT_TRUE(Asked("NUM_GT", {{"value", "5"}, {"inverted", true}}).holds("x"));
    EXPECT_TRUE(Asked("DATE_AFTER", {{"value", "2030-01-01T00:00:00Z"}, {"inverted", true}}).holds(nullptr));
}

TEST(Constraint, WhatIsNoConstraintIsRefusedWithItsPlace) {
    for (const json& bad : {json{{"values", "LK"}}, json{{"values", {{{"a", 1}}}}}, json{{"inverted", "yes"}},
                            json{{"operator", json::array()}}, json{{"values", {nullptr}}}}) {
        try {
            Asked("IN", bad).compiled();
            ADD_FAILURE() << bad;
        } catch (const Malformed& malformed) {
            EXPECT_TRUE(malformed.sentence.starts_with("constraint.")) << malformed.sentence;
        }
    }
}

TEST(Constraint, IsTold) {
    EXPECT_EQ(Asked("IN", {{"values", {"LK", "DE"}}}).compiled().in_words(), "field is one of LK, DE");
    EXPECT_EQ(Asked("NUM_GTE", {{"value", "18"}, {"inverted", true}}).compiled().in_words(), "not: field ≥ 18");
    EXPECT_EQ(Asked("DATE_AFTER", {{"value", "2027-01-01"}}).compiled().in_words(), "the time is after 2027-01-01");
}

}  // namespace
}  // namespace whatsflow::flags
