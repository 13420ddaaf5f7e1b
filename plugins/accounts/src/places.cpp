#include "places.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

namespace whatsflow::accounts {
namespace {

constexpr const char* kFolder = "/usr/share/zoneinfo/";

struct Atlas {
    Choices countries;
    Choices zones;
    std::map<std::string, std::string, std::less<>> first_zone;
};

/// The tab-separated lines of a table of the time zone database, comments left out.
std::vector<std::vector<std::string>> table(const char* name) {
    std::vector<std::vector<std::string>> lines;
    std::ifstream file(std::string(kFolder) + name);
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::vector<std::string> cells;
        std::istringstream parts(line);
        for (std::string cell; std::getline(parts, cell, '\t');) cells.push_back(cell);
        lines.push_back(std::move(cells));
    }
    return lines;
}

Atlas read_atlas() {
    Atlas atlas;
    for (auto& cells : table("iso3166.tab"))
        if (cells.size() >= 2) atlas.countries.emplace_back(cells[0], cells[1]);
    for (auto& cells : table("zone.tab")) {
        if (cells.size() < 3) continue;
        atlas.first_zone.try_emplace(cells[0], cells[2]);
        atlas.zones.emplace_back(cells[2], cells[2]);
    }
    if (atlas.countries.empty()) atlas.countries = {{"LK", "Sri Lanka"}, {"IN", "India"}, {"US", "United States"}};
    atlas.zones.emplace_back("UTC", "UTC");
    std::ranges::sort(atlas.countries, {}, [](const auto& each) { return each.second; });
    std::ranges::sort(atlas.zones);
    return atlas;
}

/// Made once and never destroyed: nothing of a plugin may run after it.
const Atlas& atlas() {
    static const Atlas& made = *new Atlas(read_atlas());
    return made;
}

constexpr std::pair<std::string_view, std::string_view> kCurrencies[] = {
    {"LK", "LKR"}, {"IN", "INR"}, {"PK", "PKR"}, {"BD", "BDT"}, {"NP", "NPR"}, {"MV", "MVR"}, {"US", "USD"},
    {"CA", "CAD"}, {"MX", "MXN"}, {"BR", "BRL"}, {"GB", "GBP"}, {"CH", "CHF"}, {"SE", "SEK"}, {"NO", "NOK"},
    {"DK", "DKK"}, {"PL", "PLN"}, {"CZ", "CZK"}, {"AE", "AED"}, {"SA", "SAR"}, {"KW", "KWD"}, {"QA", "QAR"},
    {"OM", "OMR"}, {"BH", "BHD"}, {"ZA", "ZAR"}, {"KE", "KES"}, {"NG", "NGN"}, {"EG", "EGP"}, {"SG", "SGD"},
    {"MY", "MYR"}, {"ID", "IDR"}, {"TH", "THB"}, {"PH", "PHP"}, {"VN", "VND"}, {"JP", "JPY"}, {"KR", "KRW"},
    {"AU", "AUD"}, {"NZ", "NZD"}, {"HK", "HKD"}, {"TW", "TWD"}, {"TR", "TRY"}, {"IL", "ILS"}, {"DE", "EUR"},
    {"FR", "EUR"}, {"IT", "EUR"}, {"ES", "EUR"}, {"NL", "EUR"}, {"BE", "EUR"}, {"AT", "EUR"}, {"IE", "EUR"},
    {"PT", "EUR"}, {"FI", "EUR"}, {"GR", "EUR"}, {"LU", "EUR"}, {"SK", "EUR"}, {"SI", "EUR"}, {"EE", "EUR"},
    {"LV", "EUR"}, {"LT", "EUR"}, {"MT", "EUR"}, {"CY", "EUR"}, {"HR", "EUR"}};

bool has(const Choices& choices, std::string_view value) {
    return std::ranges::any_of(choices, [&](const auto& each) { return each.first == value; });
}

}  // namespace

const Choices& countries() {
    return atlas().countries;
}
const Choices& time_zones() {
    return atlas().zones;
}
bool is_country(std::string_view code) {
    return has(countries(), code);
}
bool is_time_zone(std::string_view name) {
    return has(time_zones(), name);
}

std::string time_zone_of(std::string_view country) {
    const auto found = atlas().first_zone.find(country);
    return found == atlas().first_zone.end() ? "UTC" : found->second;
}

std::string currency_of(std::string_view country, const std::string& otherwise) {
    for (const auto& [code, currency] : kCurrencies)
        if (code == country) return std::string(currency);
    return otherwise;
}

}  // namespace whatsflow::accounts
