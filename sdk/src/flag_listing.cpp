#include <whatsflow/sdk/flag_listing.hpp>

namespace whatsflow::sdk {

FlagListing::~FlagListing() = default;

}  // namespace whatsflow::sdk
