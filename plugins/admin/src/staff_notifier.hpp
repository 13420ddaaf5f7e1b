/// \file
/// Tells staff something: kept for the page of notifications, shown live, by e-mail when urgent.
#pragma once

#include "panel.hpp"
#include "staff.hpp"

#include <whatsflow/sdk/notifications.hpp>

namespace whatsflow::admin {

class StaffNotifier final : public sdk::Notifier {
public:
    explicit StaffNotifier(Panel& panel) : panel_(panel) {}

    /// The tenant is empty: staff have none.
    sdk::Result<void> notify_roles(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                   const std::vector<std::string>& roles,
                                   const sdk::Notification& notification) override;
    sdk::Result<void> notify_person(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                    const std::string& subject, const sdk::Notification& notification) override;

private:
    sdk::Result<void> tell(const sdk::CallContext& context, const StaffMember& member,
                           const sdk::Notification& notification);
    sdk::Result<void> mail(const sdk::CallContext& context, const StaffMember& member,
                           const sdk::Notification& notification);

    Panel& panel_;
};

}  // namespace whatsflow::admin
