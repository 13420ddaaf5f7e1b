/// \file
/// The sums of finance on real tables: see src/finance.hpp for what it promises.
#pragma once

#include "src/finance.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::billing {

class FinanceSums final : public Finance {
public:
    explicit FinanceSums(sdk::Host& host) : host_(host) {}

    sdk::Result<std::vector<MovementSum>> movement_sums(const sdk::CallContext& context, LocalDate from,
                                                        LocalDate to) override;
    sdk::Result<std::vector<std::vector<MovementSum>>> movement_sums_between(
        const sdk::CallContext& context, const std::vector<LocalDate>& days) override;
    sdk::Result<Slice<MovementRow>> movements(const sdk::CallContext& context, const MovementFilter& filter,
                                              const std::string& after, int limit) override;
    sdk::Result<std::vector<CustomerCounts>> customers(const sdk::CallContext& context, LocalDate from,
                                                       LocalDate to) override;
    sdk::Result<TrialCohort> trials(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                    int days_to_pay) override;
    sdk::Result<std::vector<RefusedInvoice>> refused(const sdk::CallContext& context, LocalDate from, LocalDate to,
                                                     int limit) override;
    sdk::Result<std::optional<InvoiceRow>> invoice(const sdk::CallContext& context, const InvoiceId& id) override;
    sdk::Result<std::vector<UsedLimit>> used(const sdk::CallContext& context, const std::string& meter, LocalDate from,
                                             LocalDate to, int limit) override;
    sdk::Result<std::vector<TaxedSum>> taxed(const sdk::CallContext& context, const std::string& country,
                                             LocalDate from, LocalDate to) override;
    sdk::Result<PriceHolders> holders(const sdk::CallContext& context, const std::string& plan,
                                      const std::string& currency, const std::string& interval) override;

private:
    sdk::Host& host_;
};

/// `24650` or `29580/12`, as Fraction::text() writes it.
std::optional<Fraction> read_fraction(std::string_view text);

}  // namespace whatsflow::billing
