#include <whatsflow/sdk/price_list.hpp>

namespace whatsflow::sdk {

PriceList::~PriceList() = default;

}  // namespace whatsflow::sdk
