#include "taxes.hpp"

#include <map>

namespace acmetax {
namespace {

struct Rate {
    std::string name;
    std::int64_t thousandths;  ///< of a percent
};

/// What each province takes; where it has joined the federal tax, one harmonised tax instead of both.
const std::map<std::string, std::vector<Rate>>& rates() {
    static const Rate federal{"GST", 5'000};
    static const std::map<std::string, std::vector<Rate>> all{
        {"AB", {federal}},
        {"BC", {federal, {"PST", 7'000}}},
        {"MB", {federal, {"RST", 7'000}}},
        {"NB", {{"HST", 15'000}}},
        {"NL", {{"HST", 15'000}}},
        {"NS", {{"HST", 14'000}}},
        {"NT", {federal}},
        {"NU", {federal}},
        {"ON", {{"HST", 13'000}}},
        {"PE", {{"HST", 15'000}}},
        {"QC", {federal, {"QST", 9'975}}},
        {"SK", {federal, {"PST", 6'000}}},
        {"YT", {federal}},
        {"", {federal}},
    };
    return all;
}

std::string percent_of(const Rate& rate) {
    auto text = std::to_string(rate.thousandths / 1'000);
    auto rest = std::to_string(1'000 + rate.thousandths % 1'000).substr(1);
    while (!rest.empty() && rest.back() == '0') rest.pop_back();
    return rest.empty() ? text : text + "." + rest;
}

/// amount × rate / whole, rounded half up. 128 bits hold any amount.
std::int64_t share(std::int64_t amount, std::int64_t rate, std::int64_t whole) {
    __extension__ using Wide = __int128;
    return static_cast<std::int64_t>((static_cast<Wide>(amount) * rate * 2 + whole) / (static_cast<Wide>(whole) * 2));
}

sdk::LineTaxes of_line(const sdk::TaxableLine& line, const std::vector<Rate>& due, bool inside) {
    std::int64_t all = 100'000;
    for (const auto& rate : due) all += inside ? rate.thousandths : 0;
    sdk::LineTaxes taxes;
    for (const auto& rate : due)
        taxes.parts.push_back({rate.name, percent_of(rate), share(line.amount, rate.thousandths, all)});
    return taxes;
}

}  // namespace

sdk::Result<std::vector<sdk::LineTaxes>> Taxes::taxes(const sdk::CallContext&, const sdk::TaxRequest& request) {
    std::vector<sdk::LineTaxes> all;
    if (request.buyer.country != "CA") {
        for (std::size_t i = 0; i < request.lines.size(); ++i) all.push_back({{}, false, "sold outside of Canada"});
        return all;
    }
    const auto due = rates().find(request.buyer.region);
    if (due == rates().end() || (request.buyer.region.empty() && !federal_without_region_))
        return sdk::fail("tax.refused", request.buyer.region.empty()
                                            ? "The customer's province is not known: enter it in the tax details."
                                            : "There is no province '" + request.buyer.region + "' in Canada.");
    for (const auto& line : request.lines) all.push_back(of_line(line, due->second, request.prices_include_tax));
    return all;
}

}  // namespace acmetax
