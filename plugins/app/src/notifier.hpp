/// \file
/// Tells people of a tenant something: kept, shown live where a page is open, by mail when they
/// wish it or when it is urgent.
#pragma once

#include "notice_preferences.hpp"
#include "notices.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

class AppNotifier final : public sdk::Notifier {
public:
    AppNotifier(sdk::Host& host, Notices& notices, NoticePreferences& preferences)
        : host_(host), notices_(notices), preferences_(preferences) {}

    sdk::Result<void> notify_roles(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                   const std::vector<std::string>& roles,
                                   const sdk::Notification& notification) override;
    sdk::Result<void> notify_person(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                    const std::string& subject, const sdk::Notification& notification) override;

private:
    sdk::Result<void> tell(const sdk::CallContext& context, const std::string& user,
                           const std::optional<sdk::MemberProfile>& known, const sdk::Notification& notification);
    void show_live(const std::string& user, const sdk::Notification& notification);
    sdk::Result<void> mail(const sdk::CallContext& context, const std::string& user,
                           const std::optional<sdk::MemberProfile>& known, const sdk::Notification& notification);
    sdk::View letter_of(const sdk::MemberProfile& member, const std::string& locale,
                        const sdk::Notification& notification) const;
    sdk::Result<std::optional<sdk::MemberProfile>> find_member(const sdk::CallContext& context,
                                                               const std::string& user);

    sdk::Host& host_;
    Notices& notices_;
    NoticePreferences& preferences_;
};

}  // namespace whatsflow::app
