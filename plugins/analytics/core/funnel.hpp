/// \file
/// How far people come: ordered steps within a time from the first.
///
///     Funnel funnel(3, 14 * kDay);
///     for (one person's events in the order of time) funnel.add(person, step, at);
///     funnel.steps();   // {people, median microseconds since the step before}
///
/// Other events may come between. A person counts once, at the furthest step that any of their first
/// steps led to. Steps are told apart by the caller: the same event twice in a funnel is added from the
/// last step to the first, so that it serves one.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace whatsflow::analytics {

struct FunnelStep {
    std::int64_t people = 0;
    std::int64_t median_wait = 0;  ///< since the step before
};

class Funnel {
public:
    Funnel(std::size_t steps, std::int64_t window) : steps_(steps), window_(window) {}

    /// An event that matches `step`; of one person in the order of time.
    void add(std::int64_t person, std::size_t step, std::int64_t at);
    std::vector<FunnelStep> steps() const;

private:
    /// The newest chain that has reached a step.
    struct Reached {
        std::int64_t start = kNever;  ///< when its first step was
        std::int64_t at = kNever;     ///< when this one was
        std::int64_t wait = 0;        ///< since the step before, of the first chain that came here
        bool ever = false;
    };
    static constexpr std::int64_t kNever = INT64_MIN;

    const std::size_t steps_;
    const std::int64_t window_;
    std::unordered_map<std::int64_t, std::vector<Reached>> people_;
};

}  // namespace whatsflow::analytics
