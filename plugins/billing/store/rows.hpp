/// \file
/// The tables of accounts: their columns, and what is written of each entity.
#pragma once

#include "account_store.hpp"

namespace whatsflow::billing::store {

using sdk::DbValue;
using sdk::DbValues;

/// A table that keeps one kind: its columns besides `tenant_id`, the key first.
struct Table {
    const char* name;
    std::vector<const char*> columns;
};

extern const Table kSubscriptions;
extern const Table kInvoices;
extern const Table kLines;
extern const Table kNotes;
extern const Table kPayments;
extern const Table kGrants;
extern const Table kEntries;
extern const Table kRedemptions;
extern const Table kCounters;
extern const Table kPendings;
extern const Table kDrafts;
extern const Table kSeen;
extern const Table kValues;
extern const Table kPostings;
extern const Table kMovements;

DbValues row_of(const Subscription& v);
DbValues row_of(const Account& account, const Invoice& v);
DbValues row_of(const Invoice& invoice, std::size_t position, const InvoiceLine& v);
DbValues row_of(const CreditNote& v);
DbValues row_of(const Payment& v);
DbValues row_of(const CreditGrant& v);
DbValues row_of(const CreditEntry& v);
DbValues row_of(const CouponRedemption& v);
DbValues row_of(const UsageCounter& v);
DbValues row_of(const PendingChange& v);
DbValues row_of(const WaitingDraft& v);
DbValue word(std::string_view text);

}  // namespace whatsflow::billing::store
