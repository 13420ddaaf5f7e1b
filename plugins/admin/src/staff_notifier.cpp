#include "staff_notifier.hpp"

#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/realtime.hpp>

#include <algorithm>

namespace whatsflow::admin {
namespace {

using sdk::Result;

/// What the table can hold and a link may lead to.
Result<void> judge(const sdk::Notification& notification) {
    if (notification.idempotency_key.empty() || notification.idempotency_key.size() > 150)
        return sdk::fail("notifications.bad_key", "A notification needs a key of 1 to 150 bytes.");
    if (notification.title.empty() || notification.title.size() > 200)
        return sdk::fail("notifications.bad_title", "A notification needs a title of at most 200 bytes.");
    const auto& path = notification.path;
    if (!path.empty() && (path.front() != '/' || path.starts_with("//") || path.size() > 300))
        return sdk::fail("notifications.bad_path", "The path must lead to a page of the panel.");
    return sdk::ok();
}

}  // namespace

Result<void> StaffNotifier::notify_roles(const sdk::CallContext& context, const sdk::TenantId&,
                                         const std::vector<std::string>& roles, const sdk::Notification& notification) {
    if (auto judged = judge(notification); !judged) return judged;
    const auto members = list_staff(panel_.host.database(), context);
    if (!members) return members.error();
    for (const auto& member : *members) {
        const bool meant = roles.empty() || std::ranges::find(roles, member.role) != roles.end();
        if (!meant || member.disabled) continue;
        if (auto told = tell(context, member, notification); !told) return told;
    }
    return sdk::ok();
}

Result<void> StaffNotifier::notify_person(const sdk::CallContext& context, const sdk::TenantId&,
                                          const std::string& subject, const sdk::Notification& notification) {
    if (auto judged = judge(notification); !judged) return judged;
    const auto member = find_staff(panel_.host.database(), context, subject);
    if (!member) return member.error();
    if (!*member) return sdk::fail("staff.not_found", "There is no such member of staff.");
    return tell(context, **member, notification);
}

Result<void> StaffNotifier::tell(const sdk::CallContext& context, const StaffMember& member,
                                 const sdk::Notification& notification) {
    const auto added = panel_.host.database().execute(
        context,
        "INSERT INTO admin_notifications (id, staff_id, idempotency_key, category, title, text, path, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {sdk::make_uuid(), member.id, notification.idempotency_key, notification.category.substr(0, 40),
         notification.title, notification.text, notification.path, panel_.host.clock().now()});
    const bool repeated = !added && added.error().code == "database.duplicate";
    if (!added && !repeated) return added.error();
    if (!repeated) {
        const sdk::RealtimeMessage message{
            "staff:" + member.id,
            "notification",
            {{"title", notification.title}, {"text", notification.text}, {"path", notification.path}}};
        const auto shown = sdk::find_service<sdk::Realtime>(panel_.host).call(&sdk::Realtime::publish, message);
        if (!shown) panel_.host.log().debug("a notification was not shown live", {{"code", shown.error().code}});
    }
    // A repeat goes on to the mailer, which knows the key: the first try may have ended between.
    return notification.urgent ? mail(context, member, notification) : sdk::ok();
}

Result<void> StaffNotifier::mail(const sdk::CallContext& context, const StaffMember& member,
                                 const sdk::Notification& notification) {
    const auto mailer = sdk::find_service<sdk::Mailer>(panel_.host);
    if (!mailer) return sdk::ok();
    sdk::MailMessage message;
    message.idempotency_key = "admin.notice:" + notification.idempotency_key + ":" + member.id;
    message.to = {{member.email, member.name}};
    const auto link =
        panel_.host.site_url(sdk::Site::admin) + (notification.path.empty() ? "/notifications" : notification.path);
    message.content =
        sdk::MailText{notification.title, notification.title + "\n\n" + notification.text + "\n\n" + link + "\n", {}};
    const auto taken = mailer.call(&sdk::Mailer::send, context, message);
    return taken ? sdk::ok() : Result<void>(taken.error());
}

}  // namespace whatsflow::admin
