#include <whatsflow/sdk/api_operation.hpp>

namespace whatsflow::sdk {

Contribution ApiOperation::to_contribution() const {
    Contribution contribution;
    contribution.slot = kSlot.text();
    contribution.site = Site::api;
    contribution.key = std::string(to_text(method)) + " " + pattern;
    contribution.data = {
        {"method", std::string(to_text(method))}, {"pattern", pattern}, {"operation", operation}, {"schemas", schemas}};
    return contribution;
}

ApiOperation ApiOperation::from(const Contribution& contribution) {
    ApiOperation described;
    const auto method = contribution.data.value("method", "GET");
    for (const auto each :
         {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del, Method::options})
        if (to_text(each) == method) described.method = each;
    described.pattern = contribution.data.value("pattern", "");
    described.operation = contribution.data.value("operation", nlohmann::json::object());
    described.schemas = contribution.data.value("schemas", nlohmann::json::object());
    return described;
}

}  // namespace whatsflow::sdk
