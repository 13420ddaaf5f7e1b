/// \file
/// All flags of an environment answered at once, for plugins that speak another protocol of flags.
///
/// Who asks for one flag by its name uses FeatureFlags.
#pragma once

#include <whatsflow/sdk/feature_flags.hpp>

#include <cstdint>
#include <vector>

namespace whatsflow::sdk {

struct ListedFlag {
    std::string key;
    bool enabled = false;
    std::string variant;               ///< empty: it has none
    nlohmann::json payload = nullptr;  ///< of the variant; null: it has none
    std::string reason;                ///< one of flag_reason
    std::int64_t version = 0;          ///< of the definitions: grows with every change
};

/// [any thread] From memory.
class FlagListing : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.flag_listing", 1};

    /// Of the project `default`, in the order of the definitions; an unknown environment has none.
    virtual Result<std::vector<ListedFlag>> evaluate_all(const std::string& environment,
                                                         const FlagContext& context) const = 0;

protected:
    ~FlagListing() override;
};

}  // namespace whatsflow::sdk
