// What an invoice asks of a tax provider: an answer a line, the same for the same question, never more than the line.
#include "walk.hpp"

#include <whatsflow/sdk/tax_provider.hpp>

namespace whatsflow::conformance {
namespace {

sdk::TaxRequest a_request(const std::string& country, const std::string& region) {
    sdk::TaxRequest request;
    request.currency = "USD";
    request.day = "2026-03-10";
    request.seller = {country, region, "SELLER-1", true, true};
    request.buyer = {country, region, {}, false, false};
    request.lines = {{sdk::TaxableKind::plan, "starter", 2900},
                     {sdk::TaxableKind::add_on, "device", 1},
                     {sdk::TaxableKind::usage, "messages", 9'000'000'000'000},
                     {sdk::TaxableKind::one_time, "setup", 33}};
    return request;
}

/// What is wrong with an answer; empty: nothing.
std::string fault_of(const sdk::TaxRequest& request, const std::vector<sdk::LineTaxes>& answer) {
    if (answer.size() != request.lines.size()) return "it has not one entry for each line";
    for (std::size_t at = 0; at < answer.size(); ++at) {
        std::int64_t left = request.lines[at].amount;
        for (const auto& part : answer[at].parts) {
            if (part.name.empty() || part.name.size() > 60) return "a tax has no name, or one of more than 60 bytes";
            if (part.amount < 0 || part.amount > left) return "a tax is negative, or more than its line";
            if (part.percent.find_first_not_of("0123456789.") != std::string::npos) return "a percentage is no decimal";
            left -= part.amount;
        }
        if (answer[at].reverse_charge && !answer[at].parts.empty()) return "a reverse charge has taxes";
        if (answer[at].reason.size() > 200) return "a reason has more than 200 bytes";
    }
    return {};
}

std::string written(const sdk::Result<std::vector<sdk::LineTaxes>>& answer) {
    if (!answer) return answer.error().code;
    std::string text;
    for (const auto& line : *answer) {
        text += line.reverse_charge ? "R" : "L";
        for (const auto& part : line.parts)
            text += " " + part.name + " " + part.percent + " " + std::to_string(part.amount);
    }
    return text;
}

}  // namespace

void check_tax_provider(StartedPlugin& plugin, Report& report) {
    auto& host = plugin.host();
    const auto provider = sdk::find_service<sdk::TaxProvider>(host);
    if (!report.expect(static_cast<bool>(provider), "tax.provided", "It provides whatsflow.tax_provider/1.",
                       "It does not provide whatsflow.tax_provider/1."))
        return;
    report.expect(provider.properties().contains("provider"), "tax.property", "It says which provider it is.",
                  "It must be provided with the property {\"provider\", \"…\"}.");
    for (const auto& [country, region] :
         {std::pair{"CA", "QC"}, std::pair{"LK", ""}, std::pair{"", ""}, std::pair{"US", "CA"}, std::pair{"XX", "YYY"}})
        for (const bool inclusive : {false, true}) {
            const auto where = std::string(country) + "-" + region + (inclusive ? ", prices with tax" : "");
            report.begin("asking for taxes in '" + where + "'");
            auto request = a_request(country, region);
            request.prices_include_tax = inclusive;
            const auto first = provider.call(&sdk::TaxProvider::taxes, sdk::testing::a_context(), request);
            const auto second = provider.call(&sdk::TaxProvider::taxes, sdk::testing::a_context(), request);
            report.expect(
                written(first) == written(second), "tax.repeatable",
                "In '" + where + "' the same question has the same answer.",
                "In '" + where + "' the same question has two answers: an invoice is not what its preview said.");
            const auto& code = first ? std::string() : first.error().code;
            const auto fault = first                                                ? fault_of(request, *first)
                               : code == "tax.refused" || code == "tax.unreachable" ? std::string()
                                                                                    : "its error is " + code;
            report.expect(fault.empty(), "tax.answer", "In '" + where + "' its answer can be kept.",
                          "In '" + where + "' its answer cannot be kept: " + fault + ".");
        }
}

}  // namespace whatsflow::conformance
