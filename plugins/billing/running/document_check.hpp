/// \file
/// `billing verify`: every document computed again from what its lines say of themselves, and the ledger added up.
#pragma once

#include "books.hpp"
#include "teller.hpp"

#include "core/explain.hpp"

namespace whatsflow::billing {

struct DocumentCheck {
    struct Finding {
        TenantId tenant;
        Discrepancy discrepancy;
    };
    std::int64_t accounts = 0;
    std::int64_t invoices = 0;
    std::int64_t credit_notes = 0;
    std::vector<Finding> findings{};
};

/// Reads one invoice at a time, of one tenant or of all; changes nothing. Errors: `database.*`.
sdk::Result<DocumentCheck> check_documents(sdk::Host& host, Teller& teller, const sdk::CallContext& context,
                                           const std::optional<TenantId>& only);

/// The command, which fails with what it found.
sdk::Command verify_command(sdk::Host& host, Teller& teller, Books& books);

}  // namespace whatsflow::billing
