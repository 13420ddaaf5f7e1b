/// \file
/// The description of the api site for programs, `/openapi.json`, and for people, `/docs`: made from
/// the routes as they are registered and from what plugins say of them (sdk/api_operation.hpp).
#pragma once

#include "web/router.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::web {

struct ApiSource {
    std::string address;  ///< public, of the api site
    std::vector<RouteEntry> routes;
    std::vector<sdk::Contribution> operations;
};

/// OpenAPI 3.1. Routes of other sites, probes and metrics are left out.
[[nodiscard]] nlohmann::json api_document(const ApiSource& source);
/// The same as one page of HTML that needs no script.
[[nodiscard]] std::string api_page(const nlohmann::json& document);

}  // namespace whatsflow::web
