/// \file
/// Takes accepted events over into the store: once each, with their visits.
///
/// The built-in store has them in one transaction with the place in the spool up to which they were read.
/// Another store is handed them first, and then their ids, visits and the place are kept: when the program
/// ends in between, the same batch comes again, which a store counts once. What was in it is kept before:
/// with one event more it would be another batch, and its visits might begin elsewhere.
#pragma once

#include "core/event.hpp"
#include "spool.hpp"
#include "store_in_use.hpp"
#include "tombstones.hpp"

namespace whatsflow::analytics {

class Ledger {
public:
    Ledger(sdk::Host& host, DayTables& tables, const StoreInUse& store, Tombstones& tombstones)
        : host_(host), tables_(tables), store_(store), tombstones_(tombstones) {}

    /// A piece of the spool.
    struct Handover {
        Spool::Cursor from;
        std::size_t records = 0;
    };
    /// Where the events came from: which spool, and what has been read when they are stored.
    struct Progress {
        std::string node;
        Spool::Cursor next;
        Handover piece{};
    };

    /// How many were new. An event whose id came before counts as stored and is none of them, nor is one of
    /// somebody who was forgotten.
    sdk::Result<std::size_t> store(const sdk::CallContext& context, const std::vector<Event>& events,
                                   const std::optional<Progress>& progress);
    sdk::Result<Spool::Cursor> progress_of(const sdk::CallContext& context, const std::string& node) const;
    /// The last piece that was handed to another store, whether that ended well or not.
    sdk::Result<Handover> handed_over(const sdk::CallContext& context, const std::string& node) const;

private:
    sdk::Result<std::vector<Event>> new_among(sdk::Transaction& tx, const sdk::CallContext& context,
                                              const std::vector<Event>& events,
                                              const std::vector<std::string>& id_tables);
    sdk::Result<std::size_t> store_here(BuiltInStore& store, const sdk::CallContext& context,
                                        const std::vector<Event>& events, const std::optional<Progress>& progress);
    sdk::Result<std::size_t> store_elsewhere(const sdk::CallContext& context, const std::vector<Event>& events,
                                             const std::optional<Progress>& progress);

    sdk::Host& host_;
    DayTables& tables_;
    const StoreInUse& store_;
    Tombstones& tombstones_;
};

}  // namespace whatsflow::analytics
