/// \file
/// Short messages from one node to all nodes, itself included: "forget this session", "the
/// flags have changed", "show this on open pages".
///
/// A signal is a hint, not a record: one that is lost must cost freshness, never truth. On one
/// node nothing but memory is involved.
///
///     auto watch = signals.subscribe("flags.changed", [&](const std::string& key) { forget(key); });
///     signals.publish("flags.changed", "new-checkout");
#pragma once

#include <whatsflow/sdk/registration.hpp>

#include <functional>
#include <string>

namespace whatsflow::cluster {

/// [thread-safe]
class Signals {
public:
    using Callback = std::function<void(const std::string& text)>;

    virtual ~Signals() = default;

    /// Subscribers of this node have been called when it returns; other nodes hear it soon, or
    /// never. Does not wait for the network.
    virtual void publish(const std::string& topic, const std::string& text) = 0;
    /// Called on the publisher's thread, or on one of the host's own for signals of other nodes.
    /// Must be quick and must not throw.
    [[nodiscard]] virtual sdk::Registration subscribe(const std::string& topic, Callback callback) = 0;
};

}  // namespace whatsflow::cluster
