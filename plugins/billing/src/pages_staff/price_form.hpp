/// \file
/// A new price of a plan or an add-on: the form, what it would mean, and its publication.
///
/// An amount is never edited. The new version counts for new subscribers from a day on, and for
/// existing ones only if a day is named for them: their periods from then on.
#pragma once

#include "catalogue_kit.hpp"

#include <functional>

namespace whatsflow::billing::staff {

nlohmann::json price_form(const StaffOffice& office, const sdk::Request& request, const std::string& path);

struct PricedThing {
    std::string code, name;
    std::string path;  ///< of its page; its form is at `<path>/price`
    CatalogueEntry before;
    std::vector<Price> prices;
    std::function<CatalogueEntry(std::vector<Price>)> with_prices;
};
sdk::Result<sdk::Response> propose_price(const StaffOffice& office, const sdk::Request& request,
                                         const sdk::Fields& form, const PricedThing& thing);

}  // namespace whatsflow::billing::staff
