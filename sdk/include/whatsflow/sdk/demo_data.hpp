/// \file
/// Demonstration data: what a plugin shows when somebody wants to see the system full.
///
/// `whatsflow demo load` (and `quickstart --demo`) asks every provider of
/// `whatsflow.demo_data/1` in turn. What it makes must look real without naming real people,
/// and loading it twice must not double it.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <string>

namespace whatsflow::sdk {

/// Properties: {"plugin", the providing plugin's id}.
class DemoData : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.demo_data", 1};

    /// [pool-thread] Loads it and says in one sentence what there is now.
    virtual Result<std::string> load(const CallContext& context) = 0;

protected:
    ~DemoData() override;
};

}  // namespace whatsflow::sdk
