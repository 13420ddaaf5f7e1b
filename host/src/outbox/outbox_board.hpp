/// \file
/// Recorded events, their subscribers and the dead letters, as the staff see and change them.
#pragma once

#include "outbox/outbox.hpp"

#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::outbox {

/// [thread-safe] Error `outbox.no_dead_letter` when somebody else was quicker.
class OutboxBoard final : public sdk::OutboxBoard {
public:
    /// All of it outlives the board.
    OutboxBoard(Outbox& outbox, sdk::Database& database, const sdk::Clock& clock)
        : outbox_(outbox), database_(database), clock_(clock) {}

    sdk::Result<sdk::ListPage> recorded(const sdk::CallContext& context, const std::string& type,
                                        const sdk::ListWindow& window) override;
    sdk::Result<nlohmann::json> subscribers(const sdk::CallContext& context) override;
    sdk::Result<sdk::ListPage> dead_letters(const sdk::CallContext& context, const std::string& subscriber,
                                            const sdk::ListWindow& window) override;
    sdk::Result<void> replay(const sdk::CallContext& context, const std::string& dead_letter) override;
    sdk::Result<void> discard(const sdk::CallContext& context, const std::string& dead_letter) override;

private:
    Outbox& outbox_;
    sdk::Database& database_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::outbox
