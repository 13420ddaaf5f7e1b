#include "guard.hpp"

#include <cmath>

namespace whatsflow::flags {

Judgement judged(const Group& without, const Group& with, Harm harm) {
    constexpr double kOnceInAHundred = 2.326;  // z of a one-sided 1 %
    if (without.people < kFewestPeople || with.people < kFewestPeople) return Judgement::too_few;
    const auto a = static_cast<double>(without.people);
    const auto b = static_cast<double>(with.people);
    const auto pooled = static_cast<double>(without.converted + with.converted) / (a + b);
    const auto error = std::sqrt(pooled * (1 - pooled) * (1 / a + 1 / b));
    if (error == 0) return Judgement::fine;  // all or none of both
    const auto worse_by = harm == Harm::falls ? without.rate() - with.rate() : with.rate() - without.rate();
    return worse_by / error > kOnceInAHundred ? Judgement::worse : Judgement::fine;
}

}  // namespace whatsflow::flags
