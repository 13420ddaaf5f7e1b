#include "paths.hpp"

#include <algorithm>
#include <functional>

namespace whatsflow::analytics {
namespace {

template <class Key>
std::vector<std::pair<Key, std::int64_t>> most_frequent(const std::map<Key, std::int64_t>& counted) {
    std::vector<std::pair<Key, std::int64_t>> all(counted.begin(), counted.end());
    std::ranges::stable_sort(all, std::greater{}, &std::pair<Key, std::int64_t>::second);
    return all;
}

}  // namespace

void Paths::add(std::int64_t visit, const std::string& label) {
    auto& here = visits_[visit];
    if (here.last == label) return;
    if (!here.way.empty()) {
        if (here.way.size() <= depth_) here.way.push_back(label);
    } else if (label == step_) {
        here.before = here.last.empty() ? kStart : here.last;
        here.way.push_back(label);
    }
    here.last = label;
}

std::int64_t Paths::visits() const {
    return std::ranges::count_if(visits_, [](const auto& each) { return !each.second.way.empty(); });
}

Paths::Counted Paths::before() const {
    std::map<std::string, std::int64_t> counted;
    for (const auto& [id, visit] : visits_)
        if (!visit.way.empty()) ++counted[visit.before];
    return most_frequent(counted);
}

Paths::Counted Paths::after() const {
    std::map<std::string, std::int64_t> counted;
    for (const auto& [id, visit] : visits_)
        if (!visit.way.empty()) ++counted[visit.way.size() > 1 ? visit.way[1] : kEnd];
    return most_frequent(counted);
}

std::vector<std::pair<std::vector<std::string>, std::int64_t>> Paths::ways() const {
    std::map<std::vector<std::string>, std::int64_t> counted;
    for (const auto& [id, visit] : visits_) {
        if (visit.way.empty()) continue;
        auto way = visit.way;
        if (way.size() <= depth_) way.emplace_back(kEnd);
        ++counted[way];
    }
    return most_frequent(counted);
}

}  // namespace whatsflow::analytics
