/// \file
/// "Why is it on for them?": the rule that decided, in words, and every step on the way there.
#pragma once

#include "evaluation.hpp"

namespace whatsflow::flags {

struct ExplainedStep {
    enum class Verdict { passed, failed, told };
    Verdict verdict = Verdict::told;
    std::string text;
    bool is_detail = false;  ///< belongs to the rule above it
};

struct Explanation {
    Answer answer;
    std::string sentence;
    std::vector<ExplainedStep> steps;
};

/// Says the same as `evaluate` about the same question; where chance decides it says so.
Explanation explain(const RuleSet& rules, std::string_view flag, const Context& context, const Circumstances& around);

/// `50 % by userId, where country is one of LK`. For people.
std::string in_words(const Strategy& strategy);

}  // namespace whatsflow::flags
