#include "hyperloglog.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace whatsflow::analytics {
namespace {

constexpr std::size_t kRegisters = std::size_t{1} << Sketch::kPrecision;

}  // namespace

void Sketch::put(std::uint64_t hash) {
    const auto rest = hash << kPrecision;
    const auto rank = static_cast<std::uint8_t>(rest == 0 ? 64 - kPrecision + 1 : static_cast<unsigned>(std::countl_zero(rest)) + 1);
    auto& place = registers_[hash >> (64 - kPrecision)];
    place = std::max(place, rank);
}

void Sketch::make_dense() {
    registers_.assign(kRegisters, 0);
    for (const auto hash : exact_) put(hash);
    exact_.clear();
    exact_.shrink_to_fit();
}

void Sketch::add(std::uint64_t hash) {
    if (!is_exact()) return put(hash);
    const auto place = std::lower_bound(exact_.begin(), exact_.end(), hash);
    if (place != exact_.end() && *place == hash) return;
    exact_.insert(place, hash);
    if (exact_.size() > kMostExact) make_dense();
}

void Sketch::merge(const Sketch& other) {
    if (other.is_exact()) {
        for (const auto hash : other.exact_) add(hash);
        return;
    }
    if (is_exact()) make_dense();
    for (std::size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

std::int64_t Sketch::estimate() const {
    if (is_exact()) return static_cast<std::int64_t>(exact_.size());
    constexpr double m = kRegisters;
    double sum = 0;
    double zeros = 0;
    for (const auto rank : registers_) {
        sum += std::ldexp(1.0, -rank);
        if (rank == 0) ++zeros;
    }
    const double raw = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    if (raw <= 2.5 * m && zeros > 0) return std::llround(m * std::log(m / zeros));
    return std::llround(raw);
}

std::string Sketch::bytes() const {
    if (!is_exact()) return "D" + std::string(registers_.begin(), registers_.end());
    std::string text = "E";
    for (const auto hash : exact_)
        for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(hash >> shift & 0xff);
    return text;
}

Sketch Sketch::read(std::string_view bytes) {
    Sketch sketch;
    if (bytes.empty()) return sketch;
    const auto rest = bytes.substr(1);
    if (bytes[0] == 'D' && rest.size() == kRegisters) {
        sketch.registers_.assign(rest.begin(), rest.end());
    } else if (bytes[0] == 'E' && rest.size() % 8 == 0 && rest.size() <= 8 * kMostExact) {
        for (std::size_t i = 0; i < rest.size(); i += 8) {
            std::uint64_t hash = 0;
            for (std::size_t k = 0; k < 8; ++k) hash = hash << 8 | static_cast<unsigned char>(rest[i + k]);
            sketch.add(hash);
        }
    }
    return sketch;
}

}  // namespace whatsflow::analytics
