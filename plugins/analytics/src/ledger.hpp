/// \file
/// Takes accepted events over into the database: once each, with their visits and sums, in one
/// transaction with the place in the spool up to which they were read.
#pragma once

#include "core/event.hpp"
#include "day_tables.hpp"
#include "spool.hpp"

namespace whatsflow::analytics {

class Ledger {
public:
    Ledger(sdk::Host& host, DayTables& tables) : host_(host), tables_(tables) {}

    /// Where the events came from: which spool, and what has been read when they are stored.
    struct Progress {
        std::string node;
        Spool::Cursor next;
    };

    /// How many were new. An event whose id came before counts as stored and is none of them.
    sdk::Result<std::size_t> store(const sdk::CallContext& context, const std::vector<Event>& events,
                                   const std::optional<Progress>& progress);
    sdk::Result<Spool::Cursor> progress_of(const sdk::CallContext& context, const std::string& node) const;

private:
    using Places = std::map<std::string, std::vector<std::size_t>>;  ///< by table

    sdk::Result<std::vector<Event>> new_ones(sdk::Transaction& tx, const sdk::CallContext& context,
                                             const std::vector<Event>& events,
                                             const std::vector<std::string>& id_tables) const;

    sdk::Host& host_;
    DayTables& tables_;
};

}  // namespace whatsflow::analytics
