#include "ledger.hpp"

namespace whatsflow::billing {

void Ledger::move(LocalDate on, LedgerAccount debit, LedgerAccount credit, Amount amount, std::string source,
                  const std::string& source_id) {
    if (amount == 0) return;
    const BatchId batch{ids_->make()};
    postings_.push_back({batch, debit, amount, currency_, on, source, source_id});
    postings_.push_back({batch, credit, -amount, currency_, on, std::move(source), source_id});
}

TrialBalance trial_balance(const std::vector<Posting>& postings) {
    TrialBalance result;
    std::map<BatchId, std::map<std::string, Amount>> batches;
    std::map<std::string, Amount> currencies;
    for (const auto& posting : postings) {
        auto& balance = result.balances[{posting.currency, posting.account}];
        balance = sum(balance, posting.amount);
        auto& batch = batches[posting.batch][posting.currency];
        batch = sum(batch, posting.amount);
        auto& all = currencies[posting.currency];
        all = sum(all, posting.amount);
    }
    for (const auto& [id, batch] : batches)
        for (const auto& [currency, rest] : batch) result.balanced = result.balanced && rest == 0;
    for (const auto& [currency, rest] : currencies) result.balanced = result.balanced && rest == 0;
    return result;
}

}  // namespace whatsflow::billing
