/// \file
/// What an experiment says: conversion by variant, and whether to believe it.
///
/// Frequentist: a two-sided test of two proportions (pooled z) against the first variant, and a 95 %
/// interval of the difference. Before it, the sample ratio: when people fell to the variants otherwise
/// than they should (chi-squared, p < 0.001), no number below means anything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::analytics {

struct Arm {
    std::string variant;
    std::int64_t people = 0;     ///< exposed
    std::int64_t converted = 0;  ///< of them, after their first exposure
    double weight = 1;           ///< expected share, relative to the others

    double rate() const { return people == 0 ? 0 : static_cast<double>(converted) / static_cast<double>(people); }
};

struct Comparison {
    double difference = 0;  ///< of the rates, against the first arm
    double low = 0, high = 0;
    double p = 1;
};

/// Against the first arm. People of one arm are independent of each other.
Comparison compare(const Arm& first, const Arm& other);
/// The probability that so uneven a split, or worse, comes by chance.
double sample_ratio_p(const std::vector<Arm>& arms);
inline constexpr double kMismatch = 0.001;

/// `dark=90, light=10`: weights by variant, whole numbers. Nothing when it cannot be read, or for fewer than two.
std::optional<std::map<std::string, double>> read_weights(std::string_view text);
/// Gives each arm its weight. False when an arm has none there: then the split is another than the arms'.
bool weigh(std::vector<Arm>& arms, const std::map<std::string, double>& weights);

/// P(X > x) of chi-squared with so many degrees of freedom.
double chi_squared_tail(double x, int degrees);

}  // namespace whatsflow::analytics
