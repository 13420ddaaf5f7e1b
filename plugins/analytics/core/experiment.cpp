#include "experiment.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace whatsflow::analytics {
namespace {

/// The regularised upper incomplete gamma function, as in Numerical Recipes 6.2.
double upper_gamma(double a, double x) {
    constexpr double kClose = 1e-14;
    if (x <= 0) return 1;
    const double front = std::exp(-x + a * std::log(x) - std::lgamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int n = 1; n < 1000 && std::abs(term) > std::abs(sum) * kClose; ++n) {
            term *= x / (a + n);
            sum += term;
        }
        return 1 - sum * front;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int i = 1; i < 1000; ++i) {
        const double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        if (std::abs(d) < 1e-300) d = 1e-300;
        c = b + an / c;
        if (std::abs(c) < 1e-300) c = 1e-300;
        d = 1 / d;
        const double step = d * c;
        h *= step;
        if (std::abs(step - 1) < kClose) break;
    }
    return front * h;
}

}  // namespace

double chi_squared_tail(double x, int degrees) {
    return upper_gamma(degrees / 2.0, x / 2.0);
}

double sample_ratio_p(const std::vector<Arm>& arms) {
    double people = 0, weights = 0;
    for (const auto& arm : arms) {
        people += static_cast<double>(arm.people);
        weights += arm.weight;
    }
    if (arms.size() < 2 || people <= 0 || weights <= 0) return 1;
    double x = 0;
    for (const auto& arm : arms) {
        const double expected = people * arm.weight / weights;
        if (expected <= 0) continue;
        const double off = static_cast<double>(arm.people) - expected;
        x += off * off / expected;
    }
    return chi_squared_tail(x, static_cast<int>(arms.size()) - 1);
}

std::optional<std::map<std::string, double>> read_weights(std::string_view text) {
    const auto trimmed = [](std::string_view part) {
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        return part;
    };
    std::map<std::string, double> weights;
    while (!text.empty()) {
        const auto end = text.find(',');
        const auto pair = text.substr(0, end);
        const auto sign = pair.rfind('=');
        if (sign == std::string_view::npos) return std::nullopt;
        const auto variant = trimmed(pair.substr(0, sign)), number = trimmed(pair.substr(sign + 1));
        int weight = 0;
        const auto [rest, problem] = std::from_chars(number.data(), number.data() + number.size(), weight);
        if (variant.empty() || problem != std::errc{} || rest != number.data() + number.size() || weight < 1 ||
            weight > 1'000'000)
            return std::nullopt;
        if (!weights.emplace(variant, weight).second) return std::nullopt;
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    if (weights.size() < 2) return std::nullopt;
    return weights;
}

bool weigh(std::vector<Arm>& arms, const std::map<std::string, double>& weights) {
    for (auto& arm : arms) {
        const auto found = weights.find(arm.variant);
        if (found == weights.end()) return false;
        arm.weight = found->second;
    }
    // A variant that nobody got is an arm too.
    for (const auto& [variant, weight] : weights)
        if (std::ranges::find(arms, variant, &Arm::variant) == arms.end()) arms.push_back({variant, 0, 0, weight});
    return true;
}

Comparison compare(const Arm& first, const Arm& other) {
    Comparison result;
    result.difference = other.rate() - first.rate();
    if (first.people == 0 || other.people == 0) return result;
    const double n1 = static_cast<double>(first.people), n2 = static_cast<double>(other.people);
    const double apart = std::sqrt(first.rate() * (1 - first.rate()) / n1 + other.rate() * (1 - other.rate()) / n2);
    result.low = result.difference - 1.959964 * apart;
    result.high = result.difference + 1.959964 * apart;
    const double pooled = static_cast<double>(first.converted + other.converted) / (n1 + n2);
    const double error = std::sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
    if (error > 0) result.p = std::erfc(std::abs(result.difference) / error / std::sqrt(2.0));
    return result;
}

}  // namespace whatsflow::analytics
