/// \file
/// May this request reach its handler? Session before permission before proof of origin.
///
/// The order is a promise: without a session nobody learns whether an id exists or a body is
/// well formed. A page redirects to its site's /login, everything else is refused.
#pragma once

#include "web/csrf.hpp"
#include "web/dependencies.hpp"
#include "web/exchange.hpp"
#include "web/known_tokens.hpp"

#include <whatsflow/sdk/identity.hpp>

#include <optional>

namespace whatsflow::web {

class Gatekeeper {
public:
    Gatekeeper(const WebDependencies& dependencies, const SiteTable& sites, const CsrfTokens& tokens)
        : dependencies_(dependencies), sites_(sites), tokens_(tokens), known_tokens_(dependencies.now) {}

    /// True when `admit` for this route only looks at the request itself, so that it may be
    /// asked on a loop thread.
    [[nodiscard]] static bool decides_from_memory(const sdk::Route& route, sdk::Method method) noexcept;

    /// Who is asking, where that is remembered for routes like this; null: `admit` has to ask, on the pool.
    [[nodiscard]] std::shared_ptr<const sdk::Identity> recall(const sdk::Route& route,
                                                              const sdk::Headers& headers) const;

    /// Fills `request.identity` and the tenant of its context, which crosses to no other. A
    /// response is a refusal.
    [[nodiscard]] std::optional<sdk::Response> admit(sdk::Request& request, const sdk::Route& route,
                                                     const Client& client, const sdk::Identity* known) const;

private:
    [[nodiscard]] std::optional<sdk::Response> check_permission(sdk::Request& request, const sdk::Route& route,
                                                                const Client& client, const sdk::Identity* known) const;
    [[nodiscard]] std::optional<sdk::Response> check_origin(const sdk::Request& request, const sdk::Route& route) const;
    [[nodiscard]] sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request& request) const;
    [[nodiscard]] bool has_valid_token(const sdk::Request& request, const sdk::Route& route) const;

    const WebDependencies& dependencies_;
    const SiteTable& sites_;
    const CsrfTokens& tokens_;
    mutable KnownTokens known_tokens_;
};

}  // namespace whatsflow::web
