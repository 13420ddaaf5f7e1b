/// \file
/// Names of what billing keeps, and where new ones come from.
#pragma once

#include <whatsflow/sdk/id.hpp>

#include <string>

namespace whatsflow::billing {

using sdk::InvoiceId;
using sdk::PaymentId;
using sdk::SubscriptionId;
using sdk::TenantId;

using ItemId = sdk::Id<struct ItemTag>;
using LineId = sdk::Id<struct LineTag>;
using CreditNoteId = sdk::Id<struct CreditNoteTag>;
using GrantId = sdk::Id<struct GrantTag>;
using CreditEntryId = sdk::Id<struct CreditEntryTag>;
using RedemptionId = sdk::Id<struct RedemptionTag>;
using CounterId = sdk::Id<struct CounterTag>;
using PendingChangeId = sdk::Id<struct PendingChangeTag>;
using DraftId = sdk::Id<struct DraftTag>;
using BatchId = sdk::Id<struct BatchTag>;

/// Makes the ids of new entities: UUIDs in production, a count in a simulation, so that the
/// same story gives the same bytes.
class IdSource {
public:
    virtual std::string make() = 0;

protected:
    ~IdSource() = default;
};

}  // namespace whatsflow::billing
