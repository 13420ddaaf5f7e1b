/// \file
/// How many different visitors, in at most four kilobytes.
///
///     Sketch visitors;
///     visitors.add(hash);
///     visitors.merge(Sketch::read(row.bytes("visitors")));
///     visitors.estimate();        // exact up to 256, then within 1.63 % (one standard error)
///
/// HyperLogLog with 2^12 registers; below that, the hashes themselves. Merging is lossless and may
/// be repeated, so hours add up to days. Hashes must be evenly spread, as keyed_hash makes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::analytics {

class Sketch {
public:
    static constexpr unsigned kPrecision = 12;
    static constexpr std::size_t kMostExact = 256;
    /// One standard error, in percent.
    static constexpr double kErrorPercent = 1.63;

    void add(std::uint64_t hash);
    void merge(const Sketch& other);

    std::int64_t estimate() const;
    bool is_exact() const { return registers_.empty(); }

    std::string bytes() const;
    /// Bytes that are no sketch are an empty one.
    static Sketch read(std::string_view bytes);

private:
    void make_dense();
    void put(std::uint64_t hash);

    std::vector<std::uint64_t> exact_;  ///< sorted
    std::vector<std::uint8_t> registers_;
};

}  // namespace whatsflow::analytics
