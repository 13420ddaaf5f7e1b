/// \file
/// Flags for plugins, in process: the platform's own first, then those of the project `default`.
#pragma once

#include "board.hpp"
#include "exposures.hpp"

#include <whatsflow/sdk/feature_flags.hpp>

namespace whatsflow::flags {

class FlagService final : public sdk::FeatureFlags {
public:
    FlagService(const Board& board, const sdk::Clock& clock, Exposures& exposures)
        : board_(board), clock_(clock), exposures_(exposures) {}

    sdk::Result<sdk::FlagDetails<bool>> boolean(std::string_view key, bool fallback,
                                                const sdk::FlagContext& context) const override;
    sdk::Result<sdk::FlagDetails<std::string>> string(std::string_view key, const std::string& fallback,
                                                      const sdk::FlagContext& context) const override;
    sdk::Result<sdk::FlagDetails<double>> number(std::string_view key, double fallback,
                                                 const sdk::FlagContext& context) const override;
    sdk::Result<sdk::FlagDetails<nlohmann::json>> object(std::string_view key, const nlohmann::json& fallback,
                                                         const sdk::FlagContext& context) const override;

private:
    template <class T>
    sdk::FlagDetails<T> ask(std::string_view key, const T& fallback, const sdk::FlagContext& context,
                            bool (nlohmann::json::*fits)() const noexcept) const;

    const Board& board_;
    const sdk::Clock& clock_;
    Exposures& exposures_;
};

}  // namespace whatsflow::flags
