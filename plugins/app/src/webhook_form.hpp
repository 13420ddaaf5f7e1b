/// \file
/// The form of a webhook endpoint: what was sent, what is wrong with it, and its fields again.
#pragma once

#include "webhook_endpoints.hpp"

#include <map>
#include <string>

namespace whatsflow::app {

struct WebhookForm {
    EndpointInput input;
    std::map<std::string, std::string> objections;  ///< field → sentence

    bool is_fine() const { return objections.empty(); }
};

WebhookForm read_webhook_form(const sdk::Host& host, const sdk::Request& request, const sdk::Fields& sent,
                              bool private_addresses);

/// Fields, event choices and the summary of objections, for the template `partials/webhook_fields`.
nlohmann::json webhook_form_model(const sdk::Host& host, const sdk::Request& request, const WebhookForm& form);

}  // namespace whatsflow::app
