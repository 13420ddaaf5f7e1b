/// \file
/// What people did after they got a variant of a flag: counted by whoever counts, such as analytics, and asked
/// by whoever rolls a flag out and has to notice that it does harm.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct VariantOutcome {
    std::string variant;         ///< as the event `flags.flag_exposed/1` names it: a variant, `on`, `off`, `disabled`
    std::int64_t people = 0;     ///< who got this one, and no other, since then
    std::int64_t converted = 0;  ///< of them: reached the goal after they first got it
};

/// [pool- or job-thread] Errors: `database.*`, `plugin.*`, and the provider's own.
class FlagOutcomes : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.flag_outcomes", 1};

    /// `goal` is the name of an event as the provider keeps it, such as `payment_succeeded`. Variants that
    /// nobody got are left out.
    virtual Result<std::vector<VariantOutcome>> outcomes(const CallContext& context, const std::string& environment,
                                                         const std::string& flag, const std::string& goal,
                                                         Instant since) = 0;

protected:
    ~FlagOutcomes() = default;
};

}  // namespace whatsflow::sdk
