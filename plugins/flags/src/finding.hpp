/// \file
/// What was seen of a watched roll-out, or why one was ended: facts. Pages say them in the reader's language.
#pragma once

#include "core/guard.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::flags {

struct Finding {
    enum class Verdict {
        none,        ///< nobody watched
        fine,        ///< the goal did not get worse
        too_few,     ///< not enough people to tell
        worse,       ///< the goal got worse
        unmeasured,  ///< nobody is there who counts
    };
    Verdict verdict = Verdict::none;
    Group with{};            ///< who had the flag
    Group without{};         ///< who did not
    std::string trouble{};   ///< the code of the error that kept a step from being taken
    std::string sentence{};  ///< instead of all that: words, as earlier versions kept them

    bool is_empty() const { return verdict == Verdict::none && trouble.empty() && sentence.empty(); }
};

Finding finding_of(const Group& without, const Group& with, Harm harm);

/// `worse`, and so on; empty for none.
const char* word_of(Finding::Verdict verdict);
/// `{"verdict": "worse", "with": [1000, 100], "without": [1000, 200]}`: people, and how many reached the goal.
nlohmann::json json_of(const Finding& finding);
/// As it is kept; empty where there is nothing to say.
std::string kept_text(const Finding& finding);
Finding finding_in(const std::string& kept);

}  // namespace whatsflow::flags
