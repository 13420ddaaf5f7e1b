/// \file
/// Feature flags: what opens to whom, asked in process, by OFREP and by Unleash's clients.
#pragma once

#include "board.hpp"

#include <whatsflow/sdk/plugin.hpp>

namespace whatsflow::flags {

class FlagsPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    std::optional<Store> store_;
    std::optional<Board> board_;
    sdk::Registration refreshing_;
};

}  // namespace whatsflow::flags
