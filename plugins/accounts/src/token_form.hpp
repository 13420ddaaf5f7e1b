/// \file
/// The form and the list of tokens, for a tenant's page and for staff's.
#pragma once

#include "api_tokens.hpp"
#include "checks.hpp"
#include "forms.hpp"

namespace whatsflow::accounts {

struct TokenInput {
    std::string label;
    std::vector<std::string> scopes;
    std::string origins;
    std::string environment;
    std::string days;
};

TokenInput fresh_token();
TokenInput read_token(const sdk::Fields& form);
Objections object_to_token(const Office& office, const TokenInput& input);
/// For nobody yet: whose it is and who makes it is the page's to say.
TokenRequest token_request_of(const Office& office, const TokenInput& input);

/// Posts to `path`; `accounts/tokens` draws it.
nlohmann::json token_form(const Office& office, const sdk::Request& request, const std::string& path,
                          const TokenInput& input, const Objections& objections);
/// Each with a confirmation that posts to `path`, `/<id>/revoke`.
nlohmann::json token_rows(const Office& office, const sdk::Request& request, const std::string& path,
                          const std::vector<ApiToken>& tokens);
/// The page that shows a new token, this once, and how programs use it.
sdk::Response token_made_page(const Office& office, const sdk::Request& request, const TokenRequest& wanted,
                              const MadeToken& made, const std::string& back_path);

}  // namespace whatsflow::accounts
