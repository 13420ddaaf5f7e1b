/// \file
/// Texts, amounts and dates of the tenant's pages, in the language of one request.
///
///     const TenantWords words(host, request);
///     words("plans.title");                                  // text `billing.app.plans.title`
///     words("invoice.due", {{"date", words.date(due)}});     // with {date} filled in
///     words.money(123450, "LKR");                            // LKR 1,234.50
#pragma once

#include "core/engine.hpp"

#include <whatsflow/sdk/pages.hpp>

#include <string>
#include <utility>
#include <vector>

namespace whatsflow::billing {

class TenantWords {
public:
    TenantWords(const sdk::Host& host, const sdk::Request& request) : host_(host), locale_(request.locale) {}

    std::string operator()(const std::string& key,
                           const std::vector<std::pair<std::string, std::string>>& values = {}) const;
    /// The sentence for a refusal of the engine; its own where there is none.
    std::string refusal(const sdk::Error& error) const;

    std::string money(Amount amount, const std::string& currency) const;
    std::string number(std::int64_t number) const;
    /// `Broadcasts and campaigns` for `broadcasts`; its own code where there is no name.
    std::string feature(const std::string& code) const;
    std::string date(LocalDate date) const;  ///< `10 March 2026`
    std::string span(const Span& span) const;
    /// `month`, `year`, as after a price; the engine's own word for rare intervals.
    std::string interval(const Interval& interval) const;

private:
    const sdk::Host& host_;
    std::string locale_;
};

/// Name of a plan or add-on as sold; the code of one that is no longer in the catalogue.
std::string title_of(const Catalogue& catalogue, const std::string& code);

}  // namespace whatsflow::billing
