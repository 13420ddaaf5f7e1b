/// \file
/// All flags at once, for plugins that answer in another protocol.
#pragma once

#include "board.hpp"

#include <whatsflow/sdk/flag_listing.hpp>

namespace whatsflow::flags {

class BoardListing final : public sdk::FlagListing {
public:
    BoardListing(const Board& board, const sdk::Clock& clock) : board_(board), clock_(clock) {}
    sdk::Result<std::vector<sdk::ListedFlag>> evaluate_all(const std::string& environment,
                                                           const sdk::FlagContext& context) const override;

private:
    const Board& board_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::flags
