#include "funnel.hpp"

#include <algorithm>

namespace whatsflow::analytics {

void Funnel::add(std::int64_t person, std::size_t step, std::int64_t at) {
    auto& reached = people_[person];
    if (reached.empty()) reached.resize(steps_);
    auto& here = reached[step];
    if (step == 0) {
        here = {at, at, 0, true};
        return;
    }
    const auto& before = reached[step - 1];
    if (before.start == kNever || at - before.start > window_) return;
    const auto wait = here.ever ? here.wait : at - before.at;
    here = {before.start, at, wait, true};
}

std::vector<FunnelStep> Funnel::steps() const {
    std::vector<FunnelStep> all(steps_);
    for (std::size_t step = 0; step < steps_; ++step) {
        std::vector<std::int64_t> waits;
        for (const auto& [person, reached] : people_)
            if (reached[step].ever) waits.push_back(reached[step].wait);
        all[step].people = static_cast<std::int64_t>(waits.size());
        if (waits.empty()) continue;
        const auto middle = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() / 2);
        std::nth_element(waits.begin(), middle, waits.end());
        all[step].median_wait = *middle;
    }
    return all;
}

}  // namespace whatsflow::analytics
