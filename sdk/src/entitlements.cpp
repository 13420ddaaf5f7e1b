#include <whatsflow/sdk/entitlements.hpp>

namespace whatsflow::sdk {

std::string_view to_text(MeterLimit limit) {
    static constexpr std::string_view kNames[] = {"hard", "soft", "grace", "unlimited"};
    return kNames[static_cast<std::size_t>(limit)];
}

}  // namespace whatsflow::sdk
