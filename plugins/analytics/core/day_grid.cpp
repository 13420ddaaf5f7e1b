#include "day_grid.hpp"

#include <algorithm>

namespace whatsflow::analytics {

DayGrid::DayGrid(std::vector<Rule> rules) : rules_(std::move(rules)) {
    if (rules_.empty()) rules_.push_back({});
}

std::size_t DayGrid::rule_at(std::int64_t instant) const {
    std::size_t found = 0;
    while (found + 1 < rules_.size() && rules_[found + 1].since <= instant) ++found;
    return found;
}

Day DayGrid::at(std::int64_t instant) const {
    const auto rule = rule_at(instant);
    const auto& zone = rules_[rule].zone;
    const auto day = zone.day_of(instant);
    Day found{zone.start_of(day), zone.start_of(day + 1)};
    if (rule > 0) found.from = std::max(found.from, rules_[rule].since);
    if (rule + 1 < rules_.size()) found.to = std::min(found.to, rules_[rule + 1].since);
    return found;
}

}  // namespace whatsflow::analytics
