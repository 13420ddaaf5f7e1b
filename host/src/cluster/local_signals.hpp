/// \file
/// Signals on one node: a call of everybody who subscribed.
#pragma once

#include "cluster/signals.hpp"

#include <memory>

namespace whatsflow::cluster {

class LocalSignals final : public Signals {
public:
    LocalSignals();

    void publish(const std::string& topic, const std::string& text) override;
    [[nodiscard]] sdk::Registration subscribe(const std::string& topic, Callback callback) override;

private:
    struct State;
    std::shared_ptr<State> state_;  ///< shared with registrations, which may live longer
};

}  // namespace whatsflow::cluster
