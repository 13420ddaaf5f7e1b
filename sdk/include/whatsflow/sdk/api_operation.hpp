/// \file
/// A route of the api site, described for programmers: it appears in `/openapi.json` and on `/docs`.
///
///     host.contribute(ApiOperation{Method::get, "/v1/invoices/{id}", {
///         {"description", "One invoice with its lines and payments."},
///         {"responses", {{"200", {{"description", "The invoice"}, {"content", …}}}}}}});
///
/// The host adds what it knows itself: the route's summary and permission, the parameters of its
/// pattern, the answers that every route may give. A route that nobody describes is listed with that.
#pragma once

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::sdk {

struct ApiOperation {
    static constexpr SlotId kSlot{"whatsflow.slot.api_operation", 1};
    Method method = Method::get;
    std::string pattern;                                  ///< as the route's
    nlohmann::json operation = nlohmann::json::object();  ///< an Operation Object of OpenAPI 3.1
    nlohmann::json schemas = nlohmann::json::object();    ///< that it refers to by `#/components/schemas/…`

    Contribution to_contribution() const;
    static ApiOperation from(const Contribution& contribution);
};

}  // namespace whatsflow::sdk
