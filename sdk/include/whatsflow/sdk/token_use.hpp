/// \file
/// How a program uses an API token of a scope: an example, shown to whoever made such a token.
///
///     host.contribute(TokenUse{"orders:read", "orders.uses.list", "curl '{api}/v1/orders' -H 'Authorization:
///     {token}'"});
///
/// In the code {api} becomes the address of the api site, {token} the token and {id} its id.
#pragma once

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::sdk {

struct TokenUse {
    static constexpr SlotId kSlot{"whatsflow.slot.token_use", 1};
    std::string scope;  ///< `flags:client`
    std::string title;  ///< key of a text, unique within the plugin
    std::string code;
    int order = 100;

    Contribution to_contribution() const;
    static TokenUse from(const Contribution& contribution);
};

}  // namespace whatsflow::sdk
