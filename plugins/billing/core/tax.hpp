/// \file
/// Which tax a line carries. Tax is computed and rounded per line, then summed; a credit carries
/// the rate of what it credits.
#pragma once

#include "catalogue.hpp"

#include <string>
#include <vector>

namespace whatsflow::billing {

/// What one authority takes of a line, as a tax service has said.
struct TaxShare {
    std::string name;
    Decimal percent;  ///< 0: not a percentage
    Amount amount = 0;

    bool operator==(const TaxShare&) const = default;
};

/// What is kept on every line: the rate and why it is that one.
struct TaxTerms {
    Decimal percent;              ///< of all authorities together
    bool inclusive = false;       ///< the amount contains the tax
    std::string reason;           ///< `VAT 18 % (LK)`, `reverse charge`, `none`
    bool reverse_charge = false;  ///< the customer owes the tax, and the document has to say so
    /// The tax of the whole charge, by a tax service; without it the percentage gives it.
    std::optional<Amount> said{};
    std::vector<TaxShare> shares{};  ///< of `said`

    bool operator==(const TaxTerms&) const = default;
};

/// What the account says of itself. `fixed` wins over everything else.
struct TaxProfile {
    std::string country;
    std::string tax_id;
    bool business = false;
    std::optional<TaxTerms> fixed;
    std::string region{};         ///< the part after the hyphen of ISO 3166-2
    bool tax_id_checked = false;  ///< staff have looked the number up

    bool operator==(const TaxProfile&) const = default;
};

/// The newest rate of the country that is valid on the day, or null.
const TaxRate* rate_on(const Catalogue& catalogue, const std::string& country, LocalDate day);
/// By the catalogue's table of rates.
TaxTerms tax_for(const Catalogue& catalogue, const TaxProfile& profile, LocalDate day);

/// The tax of a charge whose discounts are taken: on top of `net` (exclusive) or the part of it that is tax
/// (inclusive). Signed like `net`.
Amount tax_of(Amount net, const TaxTerms& terms);
/// The same of a part of a charge that was `net`.
Amount tax_of_part(Amount part, Amount net, const TaxTerms& terms);

}  // namespace whatsflow::billing
