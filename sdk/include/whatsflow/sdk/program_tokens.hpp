/// \file
/// Tokens of programs, for protocols that carry them elsewhere than in a header: in the body,
/// or as the public id of a site. Provided by whoever owns the accounts.
///
/// Routes with a permission need none of this: the host asks the Authenticator.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk {

struct ProgramToken {
    std::string id;
    TenantId tenant;  ///< empty: the platform's own
    std::string label;
    std::string environment;               ///< `production`
    std::set<std::string> permissions;     ///< scopes: `analytics:capture`
    std::vector<std::string> origins;      ///< of pages that may use it; empty: any
};

/// [pool- or job-thread] Nothing for a token that is unknown, revoked, expired, or of a tenant that is
/// suspended.
class ProgramTokens : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.program_tokens", 1};

    virtual Result<std::optional<ProgramToken>> find_by_secret(const CallContext& context,
                                                               std::string_view secret) = 0;
    /// An id proves nothing: use it only for what anybody may do who knows the id.
    virtual Result<std::optional<ProgramToken>> find_by_id(const CallContext& context, const std::string& id) = 0;

protected:
    ~ProgramTokens() override;
};

}  // namespace whatsflow::sdk
