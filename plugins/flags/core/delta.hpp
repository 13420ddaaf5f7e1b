/// \file
/// Definitions told as changes: `{"events": [{"type": "hydration", …}, {"type": "feature-updated", …}]}`.
#pragma once

#include <nlohmann/json.hpp>

namespace whatsflow::flags {

/// What is there after all changes, as `{"version", "features", "segments"}`; a document that tells no
/// changes as it is. Changes of an unknown kind are passed over, as clients do. Throws Malformed.
nlohmann::json folded(nlohmann::json document);

}  // namespace whatsflow::flags
