#include "team_news.hpp"

#include "events.hpp"
#include "people.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

namespace {

/// What happened, as `text` keys under `team.news`; `{who}` is the person it happened to.
struct TeamNews {
    std::string key;
    std::string event_id;
    sdk::TenantId tenant;
    std::string who;
    std::string role;
};

sdk::Notification in_words_of(const Office& office, const TeamNews& news, const std::string& who,
                              const std::string& locale) {
    const TextValues values{{"who", who}, {"role", office.text(locale, "roles." + news.role)}};
    return {.idempotency_key = "team." + news.key + ":" + news.event_id,
            .category = "team",
            .title = office.text(locale, "team.news." + news.key, values),
            .text = office.text(locale, "team.news." + news.key + "_text", values),
            .path = "/team"};
}

/// Everybody who manages the team, but the person whom it is about.
sdk::Result<void> tell_the_managers(Office& office, const TeamNews& news) {
    const auto notifier = sdk::find_service<sdk::Notifier>(office.host(), {{"site", "app"}});
    if (!notifier) return sdk::ok();
    const auto context = sdk::on_behalf_of({}, news.tenant);
    const auto person = find_person(office.database(), context, news.who);
    if (!person) return person.error();
    if (!*person) return sdk::ok();
    const auto managers =
        sdk::find_service<sdk::Directory>(office.host())
            .call(&sdk::Directory::members, context, news.tenant, std::vector<std::string>{"owner", "admin"});
    if (!managers) return managers.error();
    for (const auto& manager : *managers) {
        if (manager.id.text() == news.who) continue;
        if (auto told = notifier.call(&sdk::Notifier::notify_person, context, news.tenant, manager.id.text(),
                                      in_words_of(office, news, (*person)->name, manager.locale));
            !told)
            return told;
    }
    return sdk::ok();
}

sdk::Result<void> tell_the_member(Office& office, const TeamNews& news) {
    const auto notifier = sdk::find_service<sdk::Notifier>(office.host(), {{"site", "app"}});
    if (!notifier) return sdk::ok();
    const auto context = sdk::on_behalf_of({}, news.tenant);
    const auto person = find_person(office.database(), context, news.who);
    if (!person) return person.error();
    if (!*person) return sdk::ok();
    return notifier.call(&sdk::Notifier::notify_person, context, news.tenant, news.who,
                         in_words_of(office, news, (*person)->name, (*person)->locale));
}

}  // namespace

sdk::Result<void> register_team_news(Office& office) {
    auto& outbox = office.host().outbox();
    if (auto done = outbox.subscribe(
            "accounts.news_of_joining", MemberJoined::kType.text(),
            [&office](const sdk::Envelope& envelope) {
                const auto event = sdk::read_event<MemberJoined>(envelope);
                return tell_the_managers(office, {"joined", envelope.id, event.tenant, event.user.text(), event.role});
            });
        !done)
        return done;
    if (auto done = outbox.subscribe(
            "accounts.news_of_leaving", MemberRemoved::kType.text(),
            [&office](const sdk::Envelope& envelope) {
                const auto event = sdk::read_event<MemberRemoved>(envelope);
                return tell_the_managers(office, {"left", envelope.id, event.tenant, event.user.text(), event.role});
            });
        !done)
        return done;
    return outbox.subscribe(
        "accounts.news_of_roles", MemberRoleChanged::kType.text(), [&office](const sdk::Envelope& envelope) {
            const auto event = sdk::read_event<MemberRoleChanged>(envelope);
            return tell_the_member(office, {"role", envelope.id, event.tenant, event.user.text(), event.after});
        });
}

}  // namespace whatsflow::accounts
