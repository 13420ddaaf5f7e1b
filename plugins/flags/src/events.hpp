/// \file
/// What flags tell others.
#pragma once

#include <whatsflow/sdk/event.hpp>

namespace whatsflow::flags {

/// Somebody got a variant of a flag whose impressions are counted. Recorded in the outbox once for each
/// person, flag, variant and UTC day, some seconds after the answer; the envelope's time is the answer's.
///
/// Analytics call it `$feature_flag_called`, with `$feature_flag` and `$feature_flag_response`.
struct FlagExposed {
    static constexpr sdk::EventType kType{"flags.flag_exposed", 1};
    std::string flag;
    std::string variant;      ///< its name, or `on`, `off`, `disabled`
    std::string person;       ///< the targeting key: a tenant, a user, a session
    std::string environment;  ///< `production`

    static constexpr auto fields() {
        return std::make_tuple(sdk::field("flag", &FlagExposed::flag), sdk::field("variant", &FlagExposed::variant),
                               sdk::field("person", &FlagExposed::person),
                               sdk::field("environment", &FlagExposed::environment));
    }
};

}  // namespace whatsflow::flags
