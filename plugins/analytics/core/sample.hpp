/// \file
/// Which visitors speak for all of them where there is too much to look at.
///
/// Each visitor falls into one of 256 parts, always the same. A sample is some parts whole: everything that
/// its visitors did is in it, so shares of people, orders of steps and returns are right but for chance.
///
///     const auto sample = sample_of(10'000'000, 200'000);   // four parts of 256
///     if (sample.holds(visitor)) …
///     sample.scaled(120);                                   // 7,680: of all visitors
#pragma once

#include <cmath>
#include <cstdint>

namespace whatsflow::analytics {

struct Sample {
    static constexpr int kParts = 256;
    /// So many are kept apart, to be read without reading the others.
    static constexpr int kKept = 16;

    int parts = kParts;

    bool is_everybody() const { return parts == kParts; }
    bool holds(std::int64_t visitor) const { return part_of(visitor) < parts; }
    std::int64_t one_in() const { return kParts / parts; }
    /// What was counted among the sample, for everybody.
    std::int64_t scaled(std::int64_t counted) const { return counted * kParts / parts; }
    /// One standard error of scaled(), in percent of it. Of people; of what each of them may have done several times,
    /// `squares` is the sum of the squares of what each did: visitors are drawn, not their events.
    double error_percent(std::int64_t counted, std::int64_t squares) const {
        if (is_everybody()) return 0;
        if (counted <= 0) return 100;
        const double share = static_cast<double>(parts) / kParts;
        return 100 * std::sqrt((1 - share) * static_cast<double>(squares)) / static_cast<double>(counted);
    }
    double error_percent(std::int64_t people) const { return error_percent(people, people); }

    /// Pseudonyms are hashes, but nobody promises that for other stores: mixed once more.
    static int part_of(std::int64_t visitor) {
        return static_cast<int>((static_cast<std::uint64_t>(visitor) * 0x9e3779b97f4a7c15U) >> 56U);
    }
};

/// The largest kept sample of about `most` of so many events.
inline Sample kept_sample(std::int64_t events, std::int64_t most) {
    Sample sample{Sample::kKept};
    while (sample.parts > 1 && events / Sample::kParts * sample.parts > most) sample.parts /= 2;
    return sample;
}

/// Everybody when no more than `most` events are theirs; else a sample of about `most`.
inline Sample sample_of(std::int64_t events, std::int64_t most) {
    return events <= most ? Sample{} : kept_sample(events, most);
}

}  // namespace whatsflow::analytics
