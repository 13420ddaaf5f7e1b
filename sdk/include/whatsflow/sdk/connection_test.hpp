/// \file
/// Trying out a plugin's settings: does the provider take our key, does the server answer?
///
/// Offered by plugins that talk to somebody else; the panel shows a button for it beside the
/// plugin's settings. It changes nothing and costs nothing.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <string>

namespace whatsflow::sdk {

/// Properties: {"plugin", the providing plugin's id}.
class ConnectionTest : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.connection_test", 1};

    /// [pool-thread] What was found, in one sentence; an error with what to do otherwise.
    virtual Result<std::string> test_connection(const CallContext& context) = 0;

protected:
    ~ConnectionTest() override;
};

}  // namespace whatsflow::sdk
