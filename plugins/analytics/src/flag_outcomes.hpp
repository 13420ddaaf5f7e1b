/// \file
/// What people did after they got a variant of a flag, for roll-outs that are watched: the service
/// whatsflow.flag_outcomes/1.
///
/// Counted from the events of the platform's own sites: `$feature_flag_called` says who got what, as our flags
/// and PostHog's clients tell it. Who got several variants counts for none of them.
#pragma once

#include "pages/office.hpp"

#include <whatsflow/sdk/flag_outcomes.hpp>

namespace whatsflow::analytics {

class OutcomesOfFlags final : public sdk::FlagOutcomes {
public:
    explicit OutcomesOfFlags(const pages::AnalyticsOffice& office) : office_(office) {}

    sdk::Result<std::vector<sdk::VariantOutcome>> outcomes(const sdk::CallContext& context,
                                                           const std::string& environment, const std::string& flag,
                                                           const std::string& goal, sdk::Instant since) override;

private:
    const pages::AnalyticsOffice& office_;
};

}  // namespace whatsflow::analytics
