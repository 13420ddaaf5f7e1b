/// \file
/// Accounts in the database: an aggregate loaded in few queries, and exactly what changed saved.
///
/// Both run inside the caller's transaction. load_for_change() takes the lock of the account's row
/// (MariaDB; a transaction of SQLite has the whole database), so transitions of one tenant queue up;
/// save() checks the version besides, for databases whose locks do not reach other nodes.
#pragma once

#include "core/account.hpp"
#include "core/catalogue.hpp"
#include "core/changes.hpp"

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/host.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing::store {

/// What a request names that the working part of an account may not contain.
struct Wanted {
    std::vector<InvoiceId> invoices;
    std::vector<PaymentId> payments;  ///< with their invoices
    std::string key;                  ///< of a command
    std::vector<std::string> usage;   ///< ids of usage events
    std::vector<std::string> values;  ///< that usage events name
    std::optional<LocalDate> usage_since;
};

/// A series of numbers and how its documents are called.
struct Series {
    std::string name;     ///< `invoice`, `invoice-2026`, `invoice-2026-03`
    std::string pattern;  ///< of core/account.hpp
};

/// The series that number the documents of one day.
struct SeriesOfDay {
    Series invoice, credit_note;
};

/// How documents are numbered.
struct Numbering {
    std::string invoice_pattern = "INV-{seq:6}";
    std::string credit_note_pattern = "CN-{seq:6}";
    std::string restart = "never";  ///< `never`, `year` or `month`: a series of its own each

    SeriesOfDay on(LocalDate day) const;
};

struct Loaded {
    Account account;
    std::map<std::string, std::int32_t> watched_until;  ///< of each invoice, as stored
    std::optional<sdk::Instant> test_now;
    sdk::Instant now{};  ///< the account's time: what is issued now bears its date
    bool parked = false;
    SeriesOfDay series;
};

/// Nothing when the tenant has no account. The context is the tenant's. `now` is the host's; a test
/// clock has its own, and `at` is stronger than both.
sdk::Result<std::optional<Loaded>> load(sdk::SqlExecutor& where, const sdk::CallContext& context, const Wanted& wanted,
                                        const Numbering& numbering, sdk::Instant now, std::optional<sdk::Instant> at,
                                        bool for_change);

/// Adds an account with nothing in it. `database.duplicate` when somebody was faster.
sdk::Result<void> add(sdk::SqlExecutor& where, const sdk::CallContext& context, const Account& account,
                      sdk::Instant now);

/// The next number of a series, with its row locked to the end of the transaction.
sdk::Result<std::int64_t> lock_series(sdk::SqlExecutor& where, const sdk::CallContext& context, const Series& series);

/// Saves what `changes` names, together with ledger, movements and events. `billing.raced` when the
/// account moved since it was loaded. `before` is as it was loaded.
sdk::Result<void> save(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& context, const Loaded& before,
                       const Account& after, const Changes& changes, const Catalogue& catalogue,
                       std::optional<sdk::Instant> next_due, sdk::Instant now);

/// One of many accounts that are saved together. What it points to lives longer.
struct Saving {
    const Loaded* before;
    const Account* after;
    const Changes* changes;
    std::optional<sdk::Instant> next_due;
};

/// Many accounts at once, locked: for work that is due everywhere. The context is across_tenants().
/// Those that are parked, have a test clock or cannot be read are left out.
sdk::Result<std::vector<Loaded>> load_many(sdk::Transaction& tx, const sdk::CallContext& all,
                                           const std::vector<TenantId>& tenants, const Numbering& numbering,
                                           sdk::Instant now);
/// As save() for each, in few statements; the series of numbers are the caller's.
sdk::Result<void> save_many(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& all,
                            const std::vector<Saving>& savings, const Catalogue& catalogue);
sdk::Result<void> advance_series(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& name,
                                 std::int64_t next);

/// Notes that a counter has reached a share of a limit. False: it was noted before.
sdk::Result<bool> first_warning(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& counter,
                                std::int64_t percent, std::int64_t limit);

/// The last day on which the engine needs an invoice of this account; 9999-12-31: until it changes.
std::int32_t watched_until(const Account& account, const Invoice& invoice);

}  // namespace whatsflow::billing::store
