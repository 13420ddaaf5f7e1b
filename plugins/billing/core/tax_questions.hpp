/// \file
/// Taxes that a service outside works out, without the core asking anybody.
///
///     KnownTaxes known;
///     auto changes = apply(account, request, {catalogue, now, ids, &known});
///     // error `billing.tax_needed`: ask what is in known.take_wanted(), know() the answers, and
///     // apply() again: the same account and request have the same questions.
///
/// Without a KnownTaxes in its surroundings the core takes the catalogue's table of rates.
#pragma once

#include "tax.hpp"

#include <whatsflow/sdk/tax_provider.hpp>

#include <utility>
#include <vector>

namespace whatsflow::billing {

/// Everything that the taxes of one invoice may depend on; no ids, which differ each time it is made.
struct TaxQuestion {
    struct Line {
        sdk::TaxableKind kind = sdk::TaxableKind::plan;
        std::string code;
        Amount net = 0;

        bool operator==(const Line&) const = default;
    };
    LocalDate day;
    std::string currency;
    TaxProfile buyer;
    bool inclusive = false;   ///< prices contain the tax: what the table says of the buyer's country
    std::vector<Line> lines;  ///< charges of more than 0

    bool operator==(const TaxQuestion&) const = default;
};

class KnownTaxes {
public:
    /// The terms of each line of the question. Null: nobody has said; it is noted as wanted.
    const std::vector<TaxTerms>* find(const TaxQuestion& question);
    /// As many terms as the question has lines.
    void know(TaxQuestion question, std::vector<TaxTerms> terms);
    bool wants() const { return !wanted_.empty(); }
    std::vector<TaxQuestion> take_wanted() { return std::exchange(wanted_, {}); }

private:
    std::vector<std::pair<TaxQuestion, std::vector<TaxTerms>>> known_;
    std::vector<TaxQuestion> wanted_;
};

}  // namespace whatsflow::billing
