/// \file
/// Who is forgotten here is forgotten at the sinks too: those that can are asked, by a job each that is tried until
/// it is done; those that cannot are named to staff, who do it there by hand.
#pragma once

#include <whatsflow/sdk/analytics_sink.hpp>
#include <whatsflow/sdk/host.hpp>

namespace whatsflow::analytics {

class SinkErasures {
public:
    explicit SinkErasures(sdk::Host& host) : host_(host) {}

    /// `request` names the erasure to the destination, the same at every try.
    sdk::Result<void> ask(const sdk::CallContext& context, const std::string& person, const std::string& request) const;
    /// Names of the sinks that forget nobody by themselves.
    std::vector<std::string> by_hand() const;
    /// [job-thread] One sink, one person.
    sdk::Result<void> run(sdk::JobRun& job) const;

private:
    sdk::Host& host_;
};

sdk::Result<void> register_sink_erasures(sdk::Host& host, const SinkErasures& erasures);

}  // namespace whatsflow::analytics
