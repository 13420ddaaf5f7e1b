/// \file
/// One transition of one tenant: lock, load, decide, save, in one transaction.
#pragma once

#include "src/desk.hpp"
#include "store/account_store.hpp"
#include "store/catalogue_store.hpp"
#include "tax_desk.hpp"

#include <functional>

namespace whatsflow::billing {

using store::Numbering;

/// What a transition left behind.
struct Step {
    Account account;
    Changes changes;
    sdk::Instant now{};
    std::optional<sdk::Instant> next_due;
};

class Transitions {
public:
    using Work = std::function<sdk::Result<Changes>(Account&, const Surroundings&)>;
    /// More rows of the same transaction, once the account is saved. It may run again, like the work.
    using Also = std::function<sdk::Result<void>(sdk::Transaction&, const sdk::CallContext&, const Step&)>;

    Transitions(sdk::Host& host, Numbering numbering)
        : host_(host), numbering_(std::move(numbering)), catalogue_(host.database(), host.clock()), taxes_(host) {}

    /// [pool- or job-thread] Opens the account first if there is none. `at` moves a test clock.
    sdk::Result<Step> run(const sdk::CallContext& context, const TenantId& tenant, const store::Wanted& wanted,
                          const By& by, const Work& work, std::optional<sdk::Instant> at = std::nullopt,
                          const Also& also = {});
    /// The same work for many accounts in one transaction. Those that it changed; who is missing was
    /// left as it was, and says why when it runs alone: also who needs an answer of the tax service.
    sdk::Result<std::vector<Step>> run_many(const sdk::CallContext& context, const std::vector<TenantId>& tenants,
                                            const Work& work);
    sdk::Result<store::Loaded> look(const sdk::CallContext& context, const TenantId& tenant,
                                    const store::Wanted& wanted);
    store::LiveCatalogue& catalogue() { return catalogue_; }
    TaxDesk& taxes() { return taxes_; }
    sdk::Host& host() { return host_; }
    /// So many days the invoice of a renewal waits as a draft. Set it before anything runs.
    void let_wait(int grace_days) { grace_days_ = grace_days; }
    int grace_days() const { return grace_days_; }
    /// Called after each commit that changed an account. Set it before anything runs.
    void tell_of_changes(std::function<void(const TenantId&)> listener) { listener_ = std::move(listener); }

private:
    sdk::Result<void> open(const sdk::CallContext& context, const TenantId& tenant);

    sdk::Host& host_;
    Numbering numbering_;
    store::LiveCatalogue catalogue_;
    TaxDesk taxes_;
    std::function<void(const TenantId&)> listener_;
    int grace_days_ = 0;
};

/// What of a request the working part of an account may not hold.
store::Wanted wanted_by(const Request& request, store::Wanted wanted = {});

}  // namespace whatsflow::billing
