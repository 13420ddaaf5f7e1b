/// \file
/// The answer as OpenFeature speaks of it: value, variant, reason.
#pragma once

#include "evaluation.hpp"

namespace whatsflow::flags {

struct Resolution {
    nlohmann::json value = nullptr;  ///< null: the default in the caller's code
    std::string variant;
    std::string_view reason;
    bool is_broken = false;  ///< the payload is not what its type says
};

/// STATIC, TARGETING_MATCH, SPLIT or DISABLED. The flag is known.
std::string_view reason_of(const Answer& answer);
/// The flag is known.
Resolution resolve(const Answer& answer);

/// Reads OpenFeature's context: `targetingKey` is the user's id unless there is one.
Context context_of_open_feature(const nlohmann::json& context);

}  // namespace whatsflow::flags
