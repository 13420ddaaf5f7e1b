/// \file
/// Does a flag do harm? What people with it do, held against what people without it do.
///
/// A one-sided test of two proportions (pooled z): the difference has to be one that chance brings about less
/// than once in a hundred times. With few people it says so rather than guess.
#pragma once

#include <cstdint>

namespace whatsflow::flags {

struct Group {
    std::int64_t people = 0;
    std::int64_t converted = 0;  ///< reached the goal after they first got the flag

    double rate() const { return people == 0 ? 0 : static_cast<double>(converted) / static_cast<double>(people); }
};

enum class Harm {
    falls,  ///< the goal is good: fewer of them is worse
    rises,  ///< the goal is bad, such as an error: more of them is worse
};

enum class Judgement { fine, too_few, worse };

inline constexpr std::int64_t kFewestPeople = 100;  ///< in each group
Judgement judged(const Group& without, const Group& with, Harm harm);

}  // namespace whatsflow::flags
