/// \file
/// An event with what led to it: the chain is printed when events cause each other for ever.
#pragma once

#include <whatsflow/sdk/event.hpp>

#include <memory>
#include <utility>

namespace whatsflow::events {

struct Delivery;
using DeliveryPtr = std::shared_ptr<const Delivery>;

struct Delivery {
    Delivery(sdk::Envelope the_envelope, DeliveryPtr the_cause)
        : envelope(std::move(the_envelope)), cause(std::move(the_cause)) {}

    sdk::Envelope envelope;
    DeliveryPtr cause;
};

}  // namespace whatsflow::events
