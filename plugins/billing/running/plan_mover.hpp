/// \file
/// Plan moves on real tables: see src/plan_moves.hpp for what they promise.
///
/// A subscription, its line in the move's book and the move's counters are one transaction each: a
/// process may die between any two, and the next run of the job goes on behind the last.
#pragma once

#include "teller.hpp"

#include "src/plan_moves.hpp"

namespace whatsflow::billing {

class PlanMover final : public PlanMoves {
public:
    PlanMover(Transitions& transitions, Teller& teller)
        : transitions_(transitions), teller_(teller), host_(transitions.host()) {}

    sdk::Result<std::vector<PlanVersionRow>> versions(const sdk::CallContext& context,
                                                      const std::string& plan) override;
    sdk::Result<MovePreview> preview(const sdk::CallContext& context, const MoveWanted& wanted) override;
    sdk::Result<std::string> begin(const sdk::CallContext& context, const MoveWanted& wanted, const By& by) override;
    sdk::Result<void> undo(const sdk::CallContext& context, const std::string& id, const By& by) override;
    sdk::Result<std::optional<PlanMove>> find(const sdk::CallContext& context, const std::string& id) override;
    sdk::Result<Slice<PlanMove>> list(const sdk::CallContext& context, const std::string& plan,
                                      const std::string& after, int limit) override;
    sdk::Result<std::vector<MoveException>> exceptions(const sdk::CallContext& context, const std::string& id,
                                                       int limit) override;

    /// [job-thread] Goes on with a move until it is over or the context's time is.
    sdk::Result<void> work(const sdk::CallContext& context, const std::string& id);

private:
    /// One batch. True: there may be more.
    sdk::Result<bool> step_forward(const sdk::CallContext& context, const PlanMove& move);
    sdk::Result<bool> step_back(const sdk::CallContext& context, const PlanMove& move);
    sdk::Result<void> move_one(const sdk::CallContext& context, const PlanMove& move, const sdk::Row& row,
                               std::optional<int> price);
    sdk::Result<void> move_back(const sdk::CallContext& context, const PlanMove& move, const sdk::Row& row);
    sdk::Result<void> finish(const sdk::CallContext& context, const PlanMove& move);
    sdk::Result<const Plan*> plan_at(const Catalogue& catalogue, const MoveWanted& wanted) const;
    sdk::Result<void> call_worker(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                                  const std::string& leg);

    Transitions& transitions_;
    Teller& teller_;
    sdk::Host& host_;
};

}  // namespace whatsflow::billing
