/// \file
/// Telling a person something: stored, shown live on open pages, by e-mail if they wish.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/service.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::sdk {

struct Notification {
    std::string idempotency_key;  ///< the same key reaches the same person once
    std::string category;         ///< `team`, `billing`, `usage`, `security`, `product`
    std::string title;
    std::string text{};
    std::string path{};  ///< where it leads, on the same site
    bool urgent = false; ///< by e-mail whatever the preference says
    /// The mail template instead of the general one, for what deserves a letter of its own.
    std::optional<View> letter{};
};

/// Properties: {"site", "app" | "admin"}. [pool- or job-thread]
class Notifier : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.notifier", 1};

    /// To people of a tenant by role (everybody when empty); for staff the tenant is empty and
    /// the roles are staff roles.
    virtual Result<void> notify_roles(const CallContext& context, const TenantId& tenant,
                                      const std::vector<std::string>& roles, const Notification& notification) = 0;
    virtual Result<void> notify_person(const CallContext& context, const TenantId& tenant, const std::string& subject,
                                       const Notification& notification) = 0;

protected:
    ~Notifier() override;
};

}  // namespace whatsflow::sdk
