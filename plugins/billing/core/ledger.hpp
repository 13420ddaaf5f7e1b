/// \file
/// Double entry: every document and every movement of money as postings that balance.
///
/// Append-only. A balance is the sum of its postings, never a stored number; a correction is a
/// reversing posting. Postings of one batch sum to zero per currency.
#pragma once

#include "amount.hpp"
#include "calendar.hpp"
#include "ids.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

enum class LedgerAccount {
    receivable,
    clearing,  ///< money at the provider
    deferred_revenue,
    revenue,
    tax_payable,
    customer_credit,
    gift_liability,
    referral_expense,
    goodwill_expense,
    provider_fees,
    bad_debt,
    carried_receivable,  ///< below the minimum charge, waits for the next invoice
    expired_credit,
};

std::string_view to_text(LedgerAccount account);
std::optional<LedgerAccount> read_ledger_account(std::string_view text);

struct Posting {
    BatchId batch;
    LedgerAccount account = LedgerAccount::receivable;
    Amount amount = 0;  ///< debit positive, credit negative; never zero
    std::string currency;
    LocalDate on;
    std::string source;  ///< `invoice`, `payment`, `credit_note`, `grant`, `line`
    std::string source_id;

    bool operator==(const Posting&) const = default;
};

/// Builds the batches of one transition.
class Ledger {
public:
    Ledger(std::string currency, IdSource& ids) : currency_(std::move(currency)), ids_(&ids) {}

    /// One batch that moves `amount` from the credited to the debited account; a negative amount
    /// the other way, zero nothing.
    void move(LocalDate on, LedgerAccount debit, LedgerAccount credit, Amount amount, std::string source,
              const std::string& source_id);

    std::vector<Posting> take() { return std::move(postings_); }

private:
    std::string currency_;
    IdSource* ids_;
    std::vector<Posting> postings_;
};

struct TrialBalance {
    std::map<std::pair<std::string, LedgerAccount>, Amount> balances;  ///< by currency and account
    bool balanced = true;                                              ///< every batch and every currency sums to zero
};

TrialBalance trial_balance(const std::vector<Posting>& postings);

}  // namespace whatsflow::billing
