// The same small work for many accounts in one transaction: what is due, and answers of providers.
#include "transitions.hpp"

#include "fresh_ids.hpp"

#include <map>

namespace whatsflow::billing {
namespace {

/// Next numbers of the series that documents of this transaction are numbered by. Invoices before
/// credit notes: everybody locks in this order.
class Counting {
public:
    void begin_at(const store::Series& series, bool invoices, std::int64_t next) {
        auto& known = numbers_[{!invoices, series.name}];
        known = {series, next, next};
    }
    std::int64_t& next(const store::Series& series, bool invoices) { return numbers_[{!invoices, series.name}].next; }

    /// Locks every series that was used. True when one of them stands elsewhere than assumed.
    sdk::Result<bool> lock(sdk::Transaction& tx, const sdk::CallContext& context) {
        bool differs = false;
        for (auto& [key, each] : numbers_) {
            if (each.next == each.begun) continue;
            const auto stands = store::lock_series(tx, context, each.series);
            if (!stands) return stands.error();
            differs = differs || *stands != each.begun;
            each.begun = *stands;
        }
        return differs;
    }
    void begin_again() {
        for (auto& [key, each] : numbers_) each.next = each.begun;
    }
    sdk::Result<void> save(sdk::Transaction& tx, const sdk::CallContext& context) {
        for (auto& [key, each] : numbers_)
            if (each.next != each.begun)
                if (auto done = store::advance_series(tx, context, each.series.name, each.next); !done) return done;
        return sdk::ok();
    }

private:
    struct Numbers {
        store::Series series;
        std::int64_t begun = 1, next = 1;
    };
    std::map<std::pair<bool, std::string>, Numbers> numbers_;
};

struct Decision {
    const store::Loaded* before;
    Step step;
};

}  // namespace

sdk::Result<std::vector<Step>> Transitions::run_many(const sdk::CallContext& context,
                                                     const std::vector<TenantId>& tenants, const Work& work) {
    const auto all = sdk::across_tenants(context, "billing.run_many_accounts");
    const auto catalogue = catalogue_.get(all);
    if (!catalogue) return catalogue.error();
    FreshIds ids;
    KnownTaxes nothing_known;
    auto* const known = taxes_.asks() ? &nothing_known : nullptr;
    std::vector<Decision> decisions;
    const auto attempt = [&](sdk::Transaction& tx) -> sdk::Result<void> {
        decisions.clear();
        const auto loaded = store::load_many(tx, all, tenants, numbering_, host_.clock().now());
        if (!loaded) return loaded.error();
        Counting counting;
        for (const auto& each : *loaded) {
            counting.begin_at(each.series.invoice, true, each.account.profile.invoice_numbers.next);
            counting.begin_at(each.series.credit_note, false, each.account.profile.credit_note_numbers.next);
        }
        const auto decide = [&] {
            decisions.clear();
            for (const auto& each : *loaded) {
                auto account = each.account;
                auto& invoices = counting.next(each.series.invoice, true);
                auto& notes = counting.next(each.series.credit_note, false);
                account.profile.invoice_numbers.next = invoices;
                account.profile.credit_note_numbers.next = notes;
                try {
                    auto changes = work(account, Surroundings{**catalogue, each.now, ids, known, grace_days_});
                    if (!changes || changes->repeated || changes->empty()) continue;
                    const auto due = next_due(account, **catalogue);
                    invoices = account.profile.invoice_numbers.next;
                    notes = account.profile.credit_note_numbers.next;
                    decisions.push_back({&each,
                                         {std::move(account), *std::move(changes), each.now,
                                          due ? std::optional(due->at) : std::nullopt}});
                } catch (const std::exception&) {
                    continue;  // run alone it will say why
                }
            }
        };
        decide();
        if (decisions.empty()) return sdk::ok();
        const auto differs = counting.lock(tx, all);
        if (!differs) return differs.error();
        if (*differs) {
            counting.begin_again();
            decide();
        }
        std::vector<store::Saving> savings;
        for (const auto& each : decisions)
            savings.push_back({each.before, &each.step.account, &each.step.changes, each.step.next_due});
        if (auto done = store::save_many(host_, tx, all, savings, **catalogue); !done) return done;
        return counting.save(tx, all);
    };
    if (auto done = host_.database().transaction(all, attempt); !done) return done.error();
    std::vector<Step> steps;
    for (auto& each : decisions) {
        if (listener_) listener_(each.step.account.profile.tenant);
        steps.push_back(std::move(each.step));
    }
    return steps;
}

}  // namespace whatsflow::billing
