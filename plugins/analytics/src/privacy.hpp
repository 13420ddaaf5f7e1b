/// \file
/// What the law asks of analytics: forget after a time, forget a person, give out what is known.
///
/// Who is forgotten stays so: events that come late with the same id are dropped until the id is freed.
/// Sums and sketches hold no ids and are not changed by an erasure; they say nothing about anybody.
#pragma once

#include "day_tables.hpp"
#include "intake.hpp"
#include "keys.hpp"
#include "sink_erasures.hpp"
#include "store_in_use.hpp"
#include "tombstones.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::analytics {

/// Days that each kind of data is kept; 0: for ever.
struct Keeping {
    std::int64_t events = 400;
    std::int64_t visits = 400;
    std::int64_t sums = 0;
    std::int64_t copied = 200'000;  ///< events in a copy of somebody's data, at most
};

struct Erased {
    std::string receipt;  ///< id of the proof
    std::int64_t events = 0;
    std::int64_t visits = 0;
    std::int64_t left_over = 0;  ///< found when looking again; 0 is the proof
};

class Privacy final : public sdk::PersonalData {
public:
    Privacy(sdk::Host& host, DayTables& tables, const StoreInUse& store, Keys& keys, Tombstones& tombstones,
            Intake& intake, const SinkErasures& sinks, Keeping keeping)
        : host_(host),
          tables_(tables),
          store_(store),
          keys_(keys),
          tombstones_(tombstones),
          intake_(intake),
          sinks_(sinks),
          keeping_(keeping) {}

    /// Drops what is older than it may be. How many rows and tables went.
    sdk::Result<std::int64_t> forget_old(const sdk::CallContext& context);
    /// All events of one id, on the sites of the context's tenant, or with a crossing on all.
    sdk::Result<Erased> erase(const sdk::CallContext& context, const std::string& person, const std::string& reason);

    /// Events of a forgotten id may come in again. False when it was not forgotten.
    sdk::Result<bool> free(const sdk::CallContext& context, const std::string& person) {
        return tombstones_.free(context, person);
    }

    /// Sinks at which staff forget a person by hand.
    std::vector<std::string> sinks_by_hand() const { return sinks_.by_hand(); }

    sdk::Result<std::vector<ExportedFile>> export_user(const sdk::CallContext& context,
                                                       const sdk::UserId& user) override;
    sdk::Result<std::vector<ExportedFile>> export_tenant(const sdk::CallContext& context,
                                                         const sdk::TenantId& tenant) override;
    sdk::Result<int> erase_user(const sdk::CallContext& context, const sdk::UserId& user) override;
    sdk::Result<int> erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) override;

private:
    /// Whatever their time, bots or not.
    Asked all_events() const;
    /// The copy of these events, the earliest first, and a note where there are more than it may hold.
    sdk::Result<std::vector<ExportedFile>> copy_of(const sdk::CallContext& context, const Asked& asked) const;
    sdk::Result<Erased> erase_events(const sdk::CallContext& context, const Asked& asked, const std::string& reason);
    sdk::Result<std::int64_t> erase_visits_of(const sdk::CallContext& context, const Asked& asked);

    sdk::Host& host_;
    DayTables& tables_;
    const StoreInUse& store_;
    Keys& keys_;
    Tombstones& tombstones_;
    Intake& intake_;
    const SinkErasures& sinks_;
    const Keeping keeping_;
};

/// The daily job, and the service by which accounts exports and erases.
sdk::Result<void> register_privacy(sdk::Host& host, Privacy& privacy);

}  // namespace whatsflow::analytics
