/// \file
/// Asks the tax service for what the core wants to know: see core/tax_questions.hpp.
///
/// Outside of every transaction, with a deadline, and not again for a while after it did not answer, so
/// that a run over many accounts is not held up by each of them.
#pragma once

#include "core/tax_questions.hpp"

#include <whatsflow/sdk/host.hpp>

#include <functional>
#include <mutex>

namespace whatsflow::billing {

struct TaxChoice {
    std::string provider = "table";  ///< the property `provider` of the service; `table`: the catalogue's rates
    bool table_when_silent = false;  ///< take the table while the service does not answer, instead of waiting
    std::string seller_country, seller_region, seller_tax_id;
};

class TaxDesk {
public:
    static constexpr std::chrono::seconds kPatience{5};  ///< for one answer
    static constexpr std::chrono::seconds kPause{30};    ///< after none
    static constexpr int kMostRounds = 16;               ///< of one piece of work

    explicit TaxDesk(sdk::Host& host) : host_(host) {}
    /// [in start() only]
    void choose(TaxChoice choice) { choice_ = std::move(choice); }
    /// False: nobody is asked, and the core gets no KnownTaxes.
    bool asks() const { return choice_.provider != "table"; }

    /// [pool- or job-thread; not within a transaction] Gets the answers to what `known` wants. Errors:
    /// `billing.tax_unavailable` (passes), `billing.tax_refused` (the service will refuse it again).
    sdk::Result<void> learn(const sdk::CallContext& context, const Catalogue& catalogue, KnownTaxes& known);
    /// Does the work, which must change nothing, again until it wants no more answers. Null: the table counts.
    sdk::Result<void> settle(const sdk::CallContext& context, const Catalogue& catalogue,
                             const std::function<void(KnownTaxes*)>& work);

private:
    sdk::Result<std::vector<TaxTerms>> ask(const sdk::CallContext& context, const TaxQuestion& question);

    sdk::Host& host_;
    TaxChoice choice_;
    std::mutex mutex_;
    sdk::Instant silent_until_{};
};

/// What billing makes of an answer. Error `tax.bad_answer` says what is wrong with it.
sdk::Result<std::vector<TaxTerms>> terms_said(const TaxQuestion& question, const std::vector<sdk::LineTaxes>& said);

}  // namespace whatsflow::billing
