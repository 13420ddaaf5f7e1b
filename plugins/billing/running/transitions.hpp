/// \file
/// One transition of one tenant: lock, load, decide, save, in one transaction.
#pragma once

#include "src/desk.hpp"
#include "store/account_store.hpp"
#include "store/catalogue_store.hpp"

#include <functional>

namespace whatsflow::billing {

/// How documents are numbered.
struct Numbering {
    std::string invoice_pattern = "INV-{seq:6}";
    std::string credit_note_pattern = "CN-{seq:6}";
    std::string restart = "never";  ///< `never`, `year` or `month`: a series of its own each
};

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

    Transitions(sdk::Host& host, Numbering numbering)
        : host_(host), numbering_(std::move(numbering)), catalogue_(host.database(), host.clock()) {}

    /// [pool- or job-thread] Opens the account first if there is none. `at` moves a test clock.
    sdk::Result<Step> run(const sdk::CallContext& context, const TenantId& tenant, const store::Wanted& wanted,
                          const By& by, const Work& work, std::optional<sdk::Instant> at = std::nullopt);
    sdk::Result<store::Loaded> look(const sdk::CallContext& context, const TenantId& tenant,
                                    const store::Wanted& wanted);
    store::LiveCatalogue& catalogue() { return catalogue_; }
    sdk::Host& host() { return host_; }

private:
    sdk::Result<void> open(const sdk::CallContext& context, const TenantId& tenant);
    sdk::Result<store::SeriesNames> series_of(const sdk::CallContext& context);

    sdk::Host& host_;
    Numbering numbering_;
    store::LiveCatalogue catalogue_;
    std::mutex series_mutex_;
    std::string known_series_;
};

/// What of a request the working part of an account may not hold.
store::Wanted wanted_by(const Request& request, store::Wanted wanted = {});

}  // namespace whatsflow::billing
