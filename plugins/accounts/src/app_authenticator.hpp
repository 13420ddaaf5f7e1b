/// \file
/// Who is asking, in the app: a session's cookie becomes a person, their tenant, their rights.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/identity.hpp>

namespace whatsflow::accounts {

class AppAuthenticator final : public sdk::Authenticator {
public:
    explicit AppAuthenticator(const Office& office) : office_(office) {}

    sdk::Result<std::optional<sdk::Identity>> identify(const sdk::Request& request) override;

private:
    sdk::Result<std::optional<sdk::Identity>> identity_in(const sdk::CallContext& context,
                                                          const sdk::Session& session) const;
    sdk::Result<std::optional<sdk::Row>> person_in_tenant(const sdk::CallContext& context,
                                                          const sdk::Session& session) const;
    /// Somebody who belongs to no tenant at the moment.
    sdk::Result<std::optional<sdk::Row>> person_alone(const sdk::CallContext& context,
                                                      const sdk::Session& session) const;
    /// For somebody who no longer belongs to the tenant of the session: another of theirs.
    sdk::Result<std::optional<sdk::Identity>> move_elsewhere(const sdk::CallContext& context,
                                                             sdk::Session session) const;

    const Office& office_;
};

}  // namespace whatsflow::accounts
