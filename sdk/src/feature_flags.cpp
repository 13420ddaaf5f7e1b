#include <whatsflow/sdk/feature_flags.hpp>

namespace whatsflow::sdk {

std::string_view to_text(FlagError error) {
    static constexpr std::string_view kNames[] = {
        "PROVIDER_NOT_READY",    "FLAG_NOT_FOUND",  "PARSE_ERROR",    "TYPE_MISMATCH",
        "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "PROVIDER_FATAL", "GENERAL"};
    return kNames[static_cast<std::size_t>(error)];
}

}  // namespace whatsflow::sdk
