/// \file
/// Rows that a transaction may write together at its end.
///
///     if (auto* late = dynamic_cast<data::LateRows*>(&tx))
///         late->insert_late("core_outbox_events (id, type)", {id, type});
///
/// Nobody reads such a row before the commit, so many of them can share one statement: an
/// INSERT of 64 rows costs MariaDB little more than one of a single row.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <string_view>

namespace whatsflow::data {

class LateRows {
public:
    /// Written after the transaction's body and before its COMMIT, in this order; a refusal of
    /// the database rolls everything back. `into` is the table and its columns, a text that
    /// lives for ever, with as many columns as `row` has values.
    virtual void insert_late(std::string_view into, sdk::DbValues row) = 0;

protected:
    ~LateRows() = default;
};

}  // namespace whatsflow::data
