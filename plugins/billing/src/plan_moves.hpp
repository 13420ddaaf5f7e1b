/// \file
/// Subscribers of one version of a plan moved to another one: previewed, done in the background a
/// subscription at a time, and taken back as a whole.
///
/// Limits and features change at once; with prices, each pays the new version's from its next period
/// on. Who is on another plan or version by the time it is his turn is left alone, both ways.
/// [pool- or job-thread]
#pragma once

#include "rows.hpp"

#include <whatsflow/sdk/call_context.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing {

struct By;

struct PlanVersionRow {
    std::int64_t version = 1;
    sdk::Instant made_at{};
    std::string made_by;
    std::int64_t subscriptions = 0;  ///< that are on it and not over
};

struct MoveWanted {
    std::string plan;
    std::int64_t from = 0, to = 0;
    bool with_price = false;
};

/// What a move changes for those who pay in one currency at one rhythm.
struct MoneyMoved {
    std::string currency, interval;
    std::int64_t subscriptions = 0;
    Amount before = 0, after = 0;  ///< of all of them, each period
};
struct MoveSample {
    TenantId tenant;
    SubscriptionId id;
    std::string currency;
    Amount before = 0, after = 0;  ///< each period, quantity included
    LocalDate on;                  ///< when the price changes
    bool agreed = false;           ///< a price of its own: it stays
};
struct MovePreview {
    std::int64_t subscriptions = 0, agreed = 0;
    std::vector<MoneyMoved> money;
    std::vector<MoveSample> sample;  ///< a few
};

enum class MoveState { running, done, undoing, undone };
std::string_view to_text(MoveState state);

struct PlanMove {
    std::string id;
    MoveWanted wanted;
    MoveState state = MoveState::running;
    std::int64_t total = 0, moved = 0, skipped = 0, undone = 0, kept = 0;
    std::string asked_by, asked_label, reason;
    sdk::Instant begun_at{};
    std::string reached;
};

/// A subscription of a move that something is to be said about.
struct MoveException {
    TenantId tenant;
    SubscriptionId id;
    std::string state;  ///< `skipped` when it was not moved, `kept` when it was not moved back
    std::string why;    ///< a code
};

class PlanMoves {
public:
    virtual ~PlanMoves() = default;

    /// Newest first.
    virtual sdk::Result<std::vector<PlanVersionRow>> versions(const sdk::CallContext& context,
                                                              const std::string& plan) = 0;
    /// Errors `billing.unknown_version`, `billing.no_change`.
    virtual sdk::Result<MovePreview> preview(const sdk::CallContext& context, const MoveWanted& wanted) = 0;
    /// Its id. Errors besides those of preview(): `billing.move_running` while another one of the plan is.
    virtual sdk::Result<std::string> begin(const sdk::CallContext& context, const MoveWanted& wanted, const By& by) = 0;
    /// Each back to where it was; a move that is not done yet goes no further. Error `billing.move_over`.
    virtual sdk::Result<void> undo(const sdk::CallContext& context, const std::string& id, const By& by) = 0;
    virtual sdk::Result<std::optional<PlanMove>> find(const sdk::CallContext& context, const std::string& id) = 0;
    /// Newest first; of one plan, or of all.
    virtual sdk::Result<Slice<PlanMove>> list(const sdk::CallContext& context, const std::string& plan,
                                              const std::string& after, int limit) = 0;
    virtual sdk::Result<std::vector<MoveException>> exceptions(const sdk::CallContext& context, const std::string& id,
                                                               int limit) = 0;
};

}  // namespace whatsflow::billing
