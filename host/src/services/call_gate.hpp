/// \file
/// The gate in front of one provider: calls are counted in and out, so that a provider can
/// be stopped when nobody is inside any more. The registry only hands it on; the plugin
/// runtime implements it.
#pragma once

#include <string_view>

namespace whatsflow::services {

/// [thread-safe] enter() and the leave() that follows it happen on one thread.
class CallGate {
public:
    virtual ~CallGate() = default;

    /// Counts a call in. False when the provider takes no more calls.
    virtual bool enter() noexcept = 0;
    virtual void leave() noexcept = 0;
    /// Counts a fault against the provider. `what` is for the log only.
    virtual void fault(std::string_view what) noexcept = 0;
};

}  // namespace whatsflow::services
