#include "retention.hpp"

#include <algorithm>

namespace whatsflow::analytics {

void Retention::began(std::int64_t person, std::int64_t at) {
    const auto period = period_of(at);
    if (period < 0 || period >= static_cast<std::int64_t>(periods_)) return;
    auto& cohort = people_[person].cohort;
    if (cohort < 0 || period < cohort) cohort = period;
}

void Retention::was_there(std::int64_t person, std::int64_t at) {
    const auto period = period_of(at);
    if (period >= 0 && period < 64) people_[person].there |= std::uint64_t{1} << period;
}

std::vector<Cohort> Retention::cohorts(std::int64_t now) const {
    std::vector<Cohort> all;
    const auto over = (now - from_) / period_;  // periods that are over
    for (std::size_t c = 0; c < periods_; ++c) {
        const auto start = from_ + static_cast<std::int64_t>(c) * period_;
        if (start > now) break;
        Cohort cohort{start, 0, {}};
        const auto seen =
            std::min<std::int64_t>(over, static_cast<std::int64_t>(periods_)) - static_cast<std::int64_t>(c);
        cohort.back.assign(seen > 0 ? static_cast<std::size_t>(seen) : 0, 0);
        all.push_back(std::move(cohort));
    }
    for (const auto& [id, person] : people_) {
        if (person.cohort < 0 || person.cohort >= static_cast<std::int64_t>(all.size())) continue;
        auto& cohort = all[static_cast<std::size_t>(person.cohort)];
        ++cohort.people;
        for (std::size_t k = 0; k < cohort.back.size(); ++k)
            cohort.back[k] +=
                static_cast<std::int64_t>(person.there >> (static_cast<std::size_t>(person.cohort) + k) & 1);
    }
    return all;
}

}  // namespace whatsflow::analytics
