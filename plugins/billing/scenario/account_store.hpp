/// \file
/// Where a story's account lives between two transitions.
#pragma once

#include "core/changes.hpp"

namespace whatsflow::billing::scenario {

/// `load` and `save` bracket one transition. Saving writes what `changes` names, in one transaction.
class AccountStore {
public:
    virtual ~AccountStore() = default;

    virtual sdk::Result<Account> load() = 0;
    virtual sdk::Result<void> save(const Account& account, const Changes& changes) = 0;
};

/// Keeps it in memory.
class MemoryStore final : public AccountStore {
public:
    explicit MemoryStore(Account account) : account_(std::move(account)) {}

    sdk::Result<Account> load() override { return account_; }
    sdk::Result<void> save(const Account& account, const Changes&) override {
        account_ = account;
        return sdk::ok();
    }

private:
    Account account_;
};

}  // namespace whatsflow::billing::scenario
