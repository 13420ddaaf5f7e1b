#include <whatsflow/sdk/token_use.hpp>

namespace whatsflow::sdk {

Contribution TokenUse::to_contribution() const {
    Contribution contribution;
    contribution.slot = kSlot.text();
    contribution.site = Site::api;
    contribution.key = title;
    contribution.order = order;
    contribution.data = {{"scope", scope}, {"title", title}, {"code", code}};
    return contribution;
}

TokenUse TokenUse::from(const Contribution& contribution) {
    const auto& data = contribution.data;
    return {data.value("scope", ""), data.value("title", ""), data.value("code", ""), contribution.order};
}

}  // namespace whatsflow::sdk
