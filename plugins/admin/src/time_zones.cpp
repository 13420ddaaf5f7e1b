#include "time_zones.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace whatsflow::admin {
namespace {

/// Lines of `LK<tab>+0656+07951<tab>Asia/Colombo`.
std::vector<std::string> read_time_zones() {
    std::vector<std::string> names{"UTC"};
    std::ifstream file("/usr/share/zoneinfo/zone.tab");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream cells(line);
        std::string country, place, name;
        if (std::getline(cells, country, '\t') && std::getline(cells, place, '\t') && std::getline(cells, name, '\t'))
            names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace

const std::vector<std::string>& time_zones() {
    // Never destroyed: nothing of a plugin may run after it.
    static const auto& names = *new std::vector<std::string>(read_time_zones());
    return names;
}

bool is_time_zone(std::string_view name) {
    return std::ranges::binary_search(time_zones(), name, std::less<>{});
}

}  // namespace whatsflow::admin
