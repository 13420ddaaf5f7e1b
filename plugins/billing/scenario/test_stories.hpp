/// \file
/// Stories for tests: a small catalogue and a checked store.
#pragma once

#include "runner.hpp"

#include <string>
#include <vector>

namespace whatsflow::billing::scenario {

/// A story with the test catalogue (starter, pro, a trial plan, an add-on, a meter, coupons).
/// `steps` is the JSON list; `account` JSON of the account's keys.
Story story_of(const std::string& steps, const std::string& account = "{}");
Story story_from(const nlohmann::json& steps, const nlohmann::json& account);
/// Runs it; a fault of the engine or of the file becomes a test failure with its sentence.
Outcomes told(const std::string& steps, const std::string& account = "{}");

/// Holds every transition against what must be true after each of them, and fails the test where
/// one is not: documents that change, a charge beside an unresolved one, something better than before
/// that is not paid, rows that the changes do not name, postings that do not balance.
class CheckedStore final : public AccountStore {
public:
    explicit CheckedStore(Account account) : account_(account), rebuilt_(std::move(account)) {}

    sdk::Result<Account> load() override { return account_; }
    sdk::Result<void> save(const Account& account, const Changes& changes) override;

    const Account& rebuilt() const { return rebuilt_; }

private:
    void check_documents(const Account& next) const;
    void check_charges(const Account& next, const Changes& changes) const;
    void check_grants(const Account& next) const;
    void rebuild(const Account& next, const Changes& changes);

    Account account_;
    Account rebuilt_;  ///< from the rows that changes named, and nothing else
};

/// What must be true of any account at any time. Fails the test with the seed.
void expect_sound(const Outcomes& outcomes, const std::string& label);

/// The amounts of all invoices, for comparing two runs.
std::vector<Amount> totals(const Outcomes& outcomes);

}  // namespace whatsflow::billing::scenario
