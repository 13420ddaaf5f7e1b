/// \file
/// Answers as text, with everything that does not depend on who asks written when the rules are
/// compiled: a hundred flags are then answered by putting pieces one after another.
#pragma once

#include "evaluation.hpp"

namespace whatsflow::flags {

/// Fills the prepared pieces of a compiled flag.
void spell(Feature& feature);

/// `{"key", "reason", "value", "variant"}` of OFREP, or `{"key", "errorCode", "errorDetails"}` where
/// the payload is not what its type says. False in that case. The flag is known.
bool append_evaluation(std::string& text, const Answer& answer);

/// `{"name", "enabled", "impressionData", "variant"}` of Unleash's frontend interface. The flag is on.
void append_toggle(std::string& text, const Answer& answer);

}  // namespace whatsflow::flags
