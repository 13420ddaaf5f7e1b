/// \file
/// One transition at work: the account it changes and what it leaves behind. Inside the core only.
#pragma once

#include "changes.hpp"
#include "engine.hpp"
#include "refusal.hpp"

namespace whatsflow::billing {

struct Transition {
    Account& account;
    const Catalogue& catalogue;
    sdk::Instant now;
    LocalDate today;  ///< local date of `now`: documents are issued on it
    LocalDate date;   ///< the date whose lines are billed: the job's own, however late it runs
    IdSource& ids;
    KnownTaxes* taxes;  ///< null: by the catalogue's table
    int grace_days;
    Ledger ledger;
    Changes out;

    Transition(Account& changed, const Surroundings& around, sdk::Instant at)
        : account(changed),
          catalogue(around.catalogue),
          now(at),
          today(local_date(at, changed.profile.time_zone)),
          date(today),
          ids(around.ids),
          taxes(around.taxes),
          grace_days(around.grace_days),
          ledger(changed.profile.currency, around.ids) {}

    template <class Identifier>
    Identifier make() {
        return Identifier{ids.make()};
    }

    void tell(const char* type, nlohmann::json fields) { out.events.push_back({now, type, std::move(fields)}); }

    /// The one that is not over. Raises `billing.not_subscribed`.
    Subscription& live() {
        auto* found = account.live_subscription();
        if (found == nullptr) refuse("billing.not_subscribed", "The account has no subscription that is not over.");
        return *found;
    }

    Invoice& invoice(const InvoiceId& id) {
        auto* found = account.find_invoice(id);
        if (found == nullptr) refuse("billing.unknown_invoice", "The account has no such invoice.");
        return *found;
    }
};

/// Everything that has an id of its own in the events' fields.
nlohmann::json fields_of(const Account& account, const Subscription& subscription);
/// And why it ends.
nlohmann::json fields_of_leaving(const Account& account, const Subscription& subscription);
nlohmann::json fields_of(const Account& account, const Invoice& invoice);
nlohmann::json fields_of(const Account& account, const Payment& payment);

}  // namespace whatsflow::billing
