#include "notifier.hpp"

#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/realtime.hpp>

namespace whatsflow::app {
namespace {

sdk::Result<void> judge_notification(const sdk::TenantId& tenant, const sdk::Notification& notification) {
    if (tenant.empty()) return sdk::fail("notifications.no_tenant", "A notification in the app needs a tenant.");
    if (notification.idempotency_key.empty() || notification.idempotency_key.size() > 150)
        return sdk::fail("notifications.bad_key", "The idempotency key must have 1 to 150 bytes.");
    if (notification.title.empty()) return sdk::fail("notifications.no_title", "A notification needs a title.");
    const bool known = std::ranges::find(kNoticeCategories, notification.category) != kNoticeCategories.end();
    if (!known)
        return sdk::fail("notifications.unknown_category", "There is no category " + notification.category + ".");
    const auto& path = notification.path;
    if (!path.empty() && (path.front() != '/' || path.starts_with("//") || path.size() > 300))
        return sdk::fail("notifications.bad_path", "The path must lead to a page of the app.");
    return sdk::ok();
}

}  // namespace

sdk::Result<void> AppNotifier::notify_roles(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                            const std::vector<std::string>& roles,
                                            const sdk::Notification& notification) {
    if (auto judged = judge_notification(tenant, notification); !judged) return judged;
    const auto directory = sdk::find_service<sdk::Directory>(host_);
    const auto own = sdk::on_behalf_of(context, tenant);
    const auto members = directory.call(&sdk::Directory::members, own, tenant, roles);
    if (!members) return members.error();
    for (const auto& member : *members)
        if (auto told = tell(own, member.id.text(), member, notification); !told) return told;
    return sdk::ok();
}

sdk::Result<void> AppNotifier::notify_person(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                             const std::string& subject, const sdk::Notification& notification) {
    if (auto judged = judge_notification(tenant, notification); !judged) return judged;
    return tell(sdk::on_behalf_of(context, tenant), subject, std::nullopt, notification);
}

sdk::Result<void> AppNotifier::tell(const sdk::CallContext& context, const std::string& user,
                                    const std::optional<sdk::MemberProfile>& known,
                                    const sdk::Notification& notification) {
    const auto added = notices_.add(context, user, notification, host_.clock().now());
    if (!added) return added.error();
    if (*added) show_live(user, notification);
    // A repeat goes on to the mailer, which knows the key: the first try may have ended between.
    return mail(context, user, known, notification);
}

void AppNotifier::show_live(const std::string& user, const sdk::Notification& notification) {
    const auto realtime = sdk::find_service<sdk::Realtime>(host_);
    if (!realtime) return;
    const sdk::RealtimeMessage message{
        "user:" + user,
        "notification",
        {{"title", notification.title}, {"text", notification.text}, {"path", notification.path}}};
    if (const auto sent = realtime.call(&sdk::Realtime::publish, message); !sent)
        host_.log().info("a notification was not shown live", {{"code", sent.error().code}});
}

sdk::Result<void> AppNotifier::mail(const sdk::CallContext& context, const std::string& user,
                                    const std::optional<sdk::MemberProfile>& known,
                                    const sdk::Notification& notification) {
    if (!notification.urgent) {
        const auto chosen = preferences_.of(context, user);
        if (!chosen) return chosen.error();
        if (!chosen->at(notification.category)) return sdk::ok();
    }
    const auto mailer = sdk::find_service<sdk::Mailer>(host_);
    if (!mailer) return sdk::ok();
    const auto member = known ? sdk::Result<std::optional<sdk::MemberProfile>>(known) : find_member(context, user);
    if (!member) return member.error();
    if (!*member || (*member)->email.empty()) return sdk::ok();
    sdk::MailMessage message;
    message.idempotency_key = "app.notice:" + notification.idempotency_key + ":" + user.substr(0, 36);
    message.to = {{(*member)->email, (*member)->name}};
    message.locale = (*member)->locale.empty() ? "en" : (*member)->locale;
    message.content = notification.letter ? *notification.letter : letter_of(**member, message.locale, notification);
    const auto taken = mailer.call(&sdk::Mailer::send, context, message);
    if (!taken) return taken.error();
    return sdk::ok();
}

sdk::View AppNotifier::letter_of(const sdk::MemberProfile& member, const std::string& locale,
                                 const sdk::Notification& notification) const {
    const auto link =
        host_.site_url(sdk::Site::app) + (notification.path.empty() ? "/notifications" : notification.path);
    return {"app/mail/notification",
            {{"name", member.name},
             {"title", notification.title},
             {"text", notification.text},
             {"link_url", link},
             {"action_url", link},
             {"action_label", host_.translate(locale, "app.notices.open_it")},
             {"settings_url", host_.site_url(sdk::Site::app) + "/settings"}}};
}

sdk::Result<std::optional<sdk::MemberProfile>> AppNotifier::find_member(const sdk::CallContext& context,
                                                                        const std::string& user) {
    const auto directory = sdk::find_service<sdk::Directory>(host_);
    const auto members = directory.call(&sdk::Directory::members, context, context.tenant, std::vector<std::string>{});
    if (!members) return members.error();
    for (const auto& member : *members)
        if (member.id.text() == user) return std::optional{member};
    return std::optional<sdk::MemberProfile>{};
}

}  // namespace whatsflow::app
