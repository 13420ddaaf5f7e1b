/// \file
/// The event com.example.template.example_happened.
#pragma once

#include <whatsflow/sdk/event.hpp>

#include <string>
#include <tuple>

namespace example {

/// What happened, who publishes it, and when. Fields are only ever added at the end, with a
/// default; anything else is a new version.
struct ExampleHappened {
    static constexpr whatsflow::sdk::EventType kType{"com.example.template.example_happened", 1};

    std::string subject;  ///< id of what it happened to

    static constexpr auto fields() {
        return std::make_tuple(whatsflow::sdk::field("subject", &ExampleHappened::subject));
    }
};

}  // namespace example
