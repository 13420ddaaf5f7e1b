/// \file
/// Which tax a line carries. Tax is computed and rounded per line, then summed; a credit carries
/// the rate of what it credits.
#pragma once

#include "catalogue.hpp"

#include <string>

namespace whatsflow::billing {

/// What is kept on every line: the rate and why it is that one.
struct TaxTerms {
    Decimal percent;
    bool inclusive = false;  ///< the amount contains the tax
    std::string reason;      ///< `VAT 18 % (LK)`, `reverse charge`, `none`

    bool operator==(const TaxTerms&) const = default;
};

/// What the account says of itself. `fixed` wins over the table of rates.
struct TaxProfile {
    std::string country;
    std::string tax_id;
    bool business = false;
    std::optional<TaxTerms> fixed;

    bool operator==(const TaxProfile&) const = default;
};

TaxTerms tax_for(const Catalogue& catalogue, const TaxProfile& profile, LocalDate day);

/// The tax of a net line (exclusive) or the part of it that is tax (inclusive). Signed like `amount`.
Amount tax_of(Amount amount, const TaxTerms& terms);

}  // namespace whatsflow::billing
