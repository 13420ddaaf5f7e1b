/// \file
/// Rows of accounts as they come from one statement, kind by kind, put together again.
#pragma once

#include "account_store.hpp"
#include "entities.hpp"

#include <algorithm>

namespace whatsflow::billing::store {

/// Appends an entity that was read, or passes the error on.
template <class T>
sdk::Result<void> keep(const sdk::Row& row, std::vector<T>& into) {
    auto value = read<T>(row.text("body"));
    if (!value) return value.error();
    into.push_back(*std::move(value));
    return sdk::ok();
}

class Gathering {
public:
    explicit Gathering(Loaded& loaded) : loaded_(loaded) {}

    sdk::Result<void> take(const sdk::Row& row) {
        auto& account = loaded_.account;
        const auto& kind = row.text("kind");
        if (kind == "subscription") {
            auto done = keep(row, account.subscriptions);
            if (!done) return done;
            auto& items = account.subscriptions.back().items;
            // Written before subscriptions knew their plan's version: the column has it.
            if (!items.empty() && items.front().plan_version == 0) items.front().plan_version = row.integer("number");
            return done;
        }
        if (kind == "invoice") {
            auto done = keep(row, account.invoices);
            if (done)
                loaded_.watched_until[account.invoices.back().id.text()] =
                    static_cast<std::int32_t>(row.integer("number"));
            return done;
        }
        if (kind == "line") {
            auto line = read<InvoiceLine>(row.text("body"));
            if (!line) return line.error();
            lines_[row.text("id")].emplace_back(row.integer("number"), *std::move(line));
            return sdk::ok();
        }
        if (kind == "note") return keep(row, account.credit_notes);
        if (kind == "payment") return keep(row, account.payments);
        if (kind == "grant") return keep(row, account.grants);
        if (kind == "redemption") return keep(row, account.redemptions);
        if (kind == "pending") return keep(row, account.pending_changes);
        if (kind == "draft") return keep(row, account.waiting_drafts);
        if (kind == "command") account.seen_keys.push_back({row.text("id"), row.text("body")});
        if (kind == "usage") account.seen_usage.push_back({row.text("id"), row.text("body")});
        if (kind == "value") account.counted_values.push_back({row.text("id") + " " + row.text("body"), {}});
        if (kind == "series") {
            auto& numbers = row.text("id") == loaded_.series.invoice.name ? account.profile.invoice_numbers
                                                                          : account.profile.credit_note_numbers;
            numbers.next = row.integer("number");
        }
        return sdk::ok();
    }

    void finish() {
        auto& account = loaded_.account;
        for (auto& invoice : account.invoices) {
            auto& lines = lines_[invoice.id.text()];
            std::ranges::sort(lines, {}, [](const auto& each) { return each.first; });
            for (auto& [position, line] : lines) invoice.lines.push_back(std::move(line));
        }
        const auto id = [](const auto& each) { return each.id; };
        std::ranges::sort(account.subscriptions, {}, id);
        std::ranges::sort(account.invoices, {}, [](const Invoice& each) { return each.n; });
        std::ranges::sort(account.credit_notes, {}, [](const CreditNote& each) { return each.n; });
        std::ranges::sort(account.payments, {}, id);
        std::ranges::sort(account.grants, {}, id);
        std::ranges::sort(account.redemptions, {}, id);
        std::ranges::sort(account.counters, {}, id);
        std::ranges::sort(account.waiting_drafts, {}, id);
    }

private:
    Loaded& loaded_;
    std::map<std::string, std::vector<std::pair<std::int64_t, InvoiceLine>>> lines_;
};

/// What the row of an account says, and what follows from its time.
sdk::Result<Loaded> begin_loading(const sdk::Row& row, const TenantId& tenant, const Numbering& numbering,
                                  sdk::Instant now, std::optional<sdk::Instant> at);
sdk::Result<void> keep_counter(const sdk::Row& row, Account& account);

}  // namespace whatsflow::billing::store
