/// \file
/// Who comes back: people by the period of their first event, and the share that is there again later.
///
///     Retention retention(first_day, 7, 8);   // days of the calendar, by number
///     retention.began(person, day);  retention.was_there(person, day);
///     retention.cohorts();          // {people, back: {80, 40, 31, …}}
///
/// "Back in period k" means exactly that period. A period that is not over is not there: unfinished is
/// not zero.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace whatsflow::analytics {

struct Cohort {
    std::int64_t start_at = 0;
    std::int64_t people = 0;
    std::vector<std::int64_t> back;  ///< by periods since the start, the first is its own
};

class Retention {
public:
    Retention(std::int64_t from, std::int64_t period, std::size_t periods)
        : from_(from), period_(period), periods_(periods) {}

    /// The first one decides the cohort.
    void began(std::int64_t person, std::int64_t at);
    void was_there(std::int64_t person, std::int64_t at);
    /// With the periods that are over at `now`.
    std::vector<Cohort> cohorts(std::int64_t now) const;

private:
    struct Person {
        std::int64_t cohort = -1;
        std::uint64_t there = 0;  ///< a bit for each period
    };
    std::int64_t period_of(std::int64_t at) const { return at < from_ ? -1 : (at - from_) / period_; }

    const std::int64_t from_, period_;
    const std::size_t periods_;
    std::unordered_map<std::int64_t, Person> people_;
};

}  // namespace whatsflow::analytics
