/// \file
/// A payment provider that does what the story says.
#pragma once

#include "story.hpp"

#include <deque>
#include <map>

namespace whatsflow::billing::scenario {

class ScriptedProvider {
public:
    void expect(const std::vector<Outcome>& outcomes) { next_.assign(outcomes.begin(), outcomes.end()); }

    ChargeAnswered charge(const ChargeRequest& request);
    /// What it says when asked about a charge whose outcome is not known.
    ChargeAnswered look_up(const PaymentId& payment) const;

private:
    std::deque<Outcome> next_;
    std::map<PaymentId, Outcome::Kind> open_;
};

}  // namespace whatsflow::billing::scenario
