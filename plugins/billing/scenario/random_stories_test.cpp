// Stories that nobody thought of: from a seed, and cut down to what matters when one fails.
#include "random_stories.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace whatsflow::billing::scenario {
namespace {

class Dice {
public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    int below(int count) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(count)); }
    bool one_in(int count) { return below(count) == 0; }
    const char* of(std::initializer_list<const char*> words) {
        return words.begin()[below(static_cast<int>(words.size()))];
    }

private:
    std::mt19937 engine_;
};

nlohmann::json random_step(Dice& dice, int& event) {
    switch (dice.below(24)) {
        case 0:
        case 1:
            return {{"do", "subscribe"},
                    {"plan", dice.of({"starter", "pro", "try"})},
                    {"interval", "month"},
                    {"quantity", 1 + dice.below(3)}};
        case 2:
            return {{"do", "subscribe"},
                    {"plan", dice.of({"starter", "pro"})},
                    {"interval", dice.of({"month", "year"})},
                    {"coupon", dice.of({"SAVE20", "TEN", "HALF3", "FIVE"})}};
        case 3:
        case 4:
        case 5:
            return {{"do", "change_plan"},
                    {"plan", dice.of({"starter", "pro", "try"})},
                    {"interval", dice.of({"month", "month", "year"})},
                    {"when", dice.of({"now", "auto", "period_end"})}};
        case 6:
            return {{"do", "change_plan"},
                    {"plan", dice.of({"starter", "pro"})},
                    {"interval", dice.of({"month", "year"})},
                    {"when", "now"},
                    {"anchor", dice.of({"keep", "reset"})}};
        case 7: return {{"do", "add"}, {"add_on", dice.of({"device", "seat"})}, {"quantity", 1 + dice.below(3)}};
        case 8: return {{"do", "remove"}, {"add_on", dice.of({"device", "seat"})}};
        case 9: return {{"do", "set_quantity"}, {"quantity", 1 + dice.below(9)}};
        case 10:
            return {
                {"do", "pause"}, {"when", dice.of({"now", "period_end"})}, {"credit", dice.of({"none", "prorate"})}};
        case 11:
        case 12: return {{"do", "resume"}, {"when", dice.of({"now", "now", "period_end"})}};
        case 13:
            return {{"do", "cancel"},
                    {"when", dice.of({"now", "period_end"})},
                    {"credit", dice.of({"none", "prorate", "refund"})}};
        case 14: return {{"do", "uncancel"}};
        case 15: return {{"do", "set_billing_day"}, {"day", 1 + dice.below(31)}};
        case 16: return {{"do", "credit"}, {"amount", dice.below(5000) - 500}, {"reason", "test"}};
        case 17:
            return {{"do", "usage"},
                    {"meter", "messages"},
                    {"quantity", 1 + dice.below(9000)},
                    {"id", "u" + std::to_string(++event)}};
        case 18: {
            nlohmann::json outcomes = nlohmann::json::array();
            for (int count = dice.below(5); count >= 0; --count)
                outcomes.push_back(dice.of({"success", "decline", "hard_decline", "pending", "unknown",
                                            "timeout_then_success", "partial:700", "decline"}));
            return {{"do", "payments"}, {"outcomes", outcomes}};
        }
        case 19: return {{"do", "pay"}};
        case 20: {
            nlohmann::json refund{{"do", "refund"}, {"invoice", 1 + dice.below(6)}, {"credit_note", !dice.one_in(4)}};
            if (dice.one_in(2)) refund["amount"] = 1 + dice.below(3000);
            return refund;
        }
        case 21:
            return {{"do", dice.of({"chargeback", "chargeback_reversed", "void"})}, {"invoice", 1 + dice.below(6)}};
        case 22:
            return {{"do", "notice"},
                    {"invoice", 1 + dice.below(6)},
                    {"kind", dice.of({"paid", "failed", "refunded"})},
                    {"times", 1 + dice.below(3)}};
        default: return {{"do", "coupon"}, {"code", dice.of({"SAVE20", "TEN", "HALF3", "FIVE"})}};
    }
}

}  // namespace

Tale random_tale(std::uint32_t seed) {
    Dice dice(seed);
    nlohmann::json account{{"timezone", dice.of({"UTC", "Asia/Colombo", "America/New_York", "Pacific/Apia"})},
                           {"tax_percent", dice.of({"0", "18", "7.25"})},
                           {"tax_inclusive", dice.one_in(2)}};
    if (dice.one_in(3)) account["billing_day"] = 1 + dice.below(31);
    if (dice.one_in(5)) account["minimum_charge"] = 50;
    auto day = LocalDate::of(2026, 1 + dice.below(12), 1 + dice.below(31));
    nlohmann::json steps = nlohmann::json::array();
    int event = 0;
    for (int count = 4 + dice.below(14); count > 0; --count) {
        auto step = random_step(dice, event);
        step["at"] = day.text();
        if (dice.one_in(3)) step["at"] = day.text() + "T1" + std::to_string(dice.below(10)) + ":30:00Z";
        steps.push_back(std::move(step));
        day = day.plus_days(2 + dice.below(dice.one_in(4) ? 60 : 12));  // a zone may be a day ahead
    }
    steps.push_back({{"at", day.plus_days(40).text()}, {"do", "advance"}});
    return {std::move(account), std::move(steps)};
}

Story random_story(std::uint32_t seed) {
    return random_tale(seed).story();
}

Story Tale::story() const {
    return story_from(steps, account);
}

// ---- shrinking ------------------------------------------------------------------------------

Tale shrunk(Tale tale, const std::function<bool(const Tale&)>& fails) {
    for (auto chunk = tale.steps.size() / 2; chunk > 0; chunk /= 2)
        for (std::size_t from = 0; from + chunk <= tale.steps.size();) {
            auto shorter = tale;
            const auto first = shorter.steps.begin() + static_cast<std::ptrdiff_t>(from);
            shorter.steps.erase(first, first + static_cast<std::ptrdiff_t>(chunk));
            if (fails(shorter))
                tale = std::move(shorter);
            else
                from += chunk;
        }
    // Fewer words are fewer suspects: the account's own terms go last.
    const auto terms = tale.account;
    for (const auto& [key, value] : terms.items()) {
        auto simpler = tale;
        simpler.account.erase(key);
        if (fails(simpler)) tale = std::move(simpler);
    }
    return tale;
}

namespace {

/// What `check` has against a tale, without failing the test that runs.
std::string complaint(const Tale& tale, const std::function<void(const Story&)>& check) {
    testing::TestPartResultArray found;
    {
        const testing::ScopedFakeTestPartResultReporter instead(
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &found);
        check(tale.story());
    }
    for (int at = 0; at < found.size(); ++at)
        if (found.GetTestPartResult(at).failed()) return found.GetTestPartResult(at).message();
    return {};
}

}  // namespace

void hold_in_random_stories(std::uint32_t count, const std::function<void(const Story&)>& check) {
    for (std::uint32_t seed = 1; seed <= count; ++seed) {
        const auto tale = random_tale(seed);
        if (complaint(tale, check).empty()) continue;
        const auto fails = [&](const Tale& each) { return !complaint(each, check).empty(); };
        const auto shortest = shrunk(tale, fails);
        ADD_FAILURE() << "seed " << seed << ", in " << shortest.steps.size() << " of " << tale.steps.size()
                      << " steps:\n\"account\": " << shortest.account.dump()
                      << ",\n\"steps\": " << shortest.steps.dump(1) << "\n"
                      << complaint(shortest, check);
        return;
    }
}

namespace {

TEST(Shrinking, LeavesTheStepsThatMatter) {
    auto tale = random_tale(1);
    for (int more = 2; more < 9; ++more)
        for (const auto& step : random_tale(static_cast<std::uint32_t>(more)).steps) tale.steps.push_back(step);
    tale.steps.push_back({{"at", "2030-01-01"}, {"do", "pause"}, {"when", "now"}, {"credit", "none"}});
    tale.steps.insert(tale.steps.begin() + 3, {{"at", "2026-01-01"}, {"do", "set_quantity"}, {"quantity", 77}});
    const auto has = [](const Tale& each, const nlohmann::json& step) {
        return std::ranges::find(each.steps, step) != each.steps.end();
    };
    const nlohmann::json seventy_seven = tale.steps.at(3);
    const nlohmann::json pause = tale.steps.back();

    const auto shortest = shrunk(tale, [&](const Tale& each) { return has(each, seventy_seven) && has(each, pause); });

    EXPECT_EQ(shortest.steps, (nlohmann::json::array({seventy_seven, pause})));
    EXPECT_TRUE(shortest.account.empty());
}

TEST(Shrinking, AStoryThatFailsIsToldInAsFewStepsAsFail) {
    testing::TestPartResultArray said;
    {
        const testing::ScopedFakeTestPartResultReporter instead(
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &said);
        hold_in_random_stories(50, [](const Story& story) {
            for (const auto& step : story.steps) EXPECT_NE(step.verb, "set_billing_day");
        });
    }
    ASSERT_EQ(said.size(), 1);
    EXPECT_NE(std::string(said.GetTestPartResult(0).message()).find("in 1 of "), std::string::npos)
        << said.GetTestPartResult(0).message();
}

}  // namespace

}  // namespace whatsflow::billing::scenario
