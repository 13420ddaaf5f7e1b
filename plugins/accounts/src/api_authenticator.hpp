/// \file
/// Who is asking, on the api site: a token in the headers, its scopes as permissions.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/identity.hpp>

namespace whatsflow::accounts {

class ApiAuthenticator final : public sdk::Authenticator {
public:
    explicit ApiAuthenticator(const Office& office) : office_(office) {}

    sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request& request) override;

private:
    const Office& office_;
};

/// Plain or as `Bearer` in Authorization, else X-API-Key. Empty: there is none.
std::string token_in(const sdk::Headers& headers);

}  // namespace whatsflow::accounts
