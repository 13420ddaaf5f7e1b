#include "sign_in_places.hpp"

#include "session_list.hpp"

#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/notifications.hpp>

namespace whatsflow::accounts {
namespace {

constexpr const char* kTellJob = "accounts.tell_of_new_place";

std::string agent_of(const sdk::Request& request) {
    return browser_of(request.headers.find("User-Agent").value_or(""));
}

/// Was it seen before? It is now.
sdk::Result<bool> knew_place(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                             const std::string& user, const std::string& digest) {
    const auto again =
        tx.execute(context, "UPDATE accounts_sign_in_places SET seen_at = ? WHERE user_id = ? AND digest = ?",
                   {office.now(), user, digest});
    if (!again) return again.error();
    if (*again > 0) return true;
    const auto others =
        tx.query_one(context, "SELECT 1 AS yes FROM accounts_sign_in_places WHERE user_id = ? LIMIT 1", {user});
    if (!others) return others.error();
    const auto stored =
        tx.execute(context, "INSERT INTO accounts_sign_in_places (user_id, digest, seen_at) VALUES (?, ?, ?)",
                   {user, digest, office.now()});
    if (!stored) return stored.error();
    return !others->has_value();
}

sdk::Result<void> remember_place(const Office& office, const sdk::Request& request, const Person& person,
                                 const sdk::TenantId& tenant) {
    const auto& context = request.context;
    const auto digest = digest_of(office, agent_of(request) + "\n" + network_of(request.remote_address));
    if (!digest) return digest.error();
    return office.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto known = knew_place(office, tx, context, person.id, *digest);
        if (!known) return known.error();
        if (*known || tenant.empty()) return sdk::ok();
        sdk::JobRequest job;
        job.kind = kTellJob;
        job.payload = {{"user", person.id},
                       {"tenant", tenant.text()},
                       {"browser", agent_of(request)},
                       {"address", request.remote_address},
                       {"cause", sdk::make_uuid()}};
        const auto queued = office.host().jobs().enqueue(tx, context, job);
        if (!queued) return queued.error();
        return sdk::ok();
    });
}

sdk::Result<void> tell_of_place(const Office& office, const sdk::JobRun& run) {
    const auto notifier = sdk::find_service<sdk::Notifier>(office.host(), {{"site", "app"}});
    if (!notifier) return sdk::ok();
    const auto& facts = run.payload();
    const sdk::TenantId tenant{facts.value("tenant", "")};
    const auto person = find_person(office.database(), run.context(), facts.value("user", ""));
    if (!person) return person.error();
    if (!*person || (*person)->status != "active") return sdk::ok();
    const auto& locale = (*person)->locale;
    auto browser = facts.value("browser", "");
    if (browser.empty()) browser = office.text(locale, "sessions.unknown");
    const TextValues values{{"browser", browser}, {"address", facts.value("address", "")}};
    return notifier.call(&sdk::Notifier::notify_person, sdk::on_behalf_of(run.context(), tenant), tenant, (*person)->id,
                         sdk::Notification{.idempotency_key = "accounts.new_place:" + facts.value("cause", ""),
                                           .category = "security",
                                           .title = office.text(locale, "sessions.new_place", values),
                                           .text = office.text(locale, "sessions.new_place_text", values),
                                           .path = "/security"});
}

}  // namespace

std::string network_of(std::string_view address) {
    if (address.find('.') != std::string_view::npos && address.find(':') == std::string_view::npos)
        return std::string(address.substr(0, address.rfind('.')));
    // The first four groups are the subscriber's; a short form has fewer before its gap.
    std::size_t groups = 0;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (address[i] != ':') continue;
        if (++groups == 4 || (i + 1 < address.size() && address[i + 1] == ':'))
            return std::string(address.substr(0, i));
    }
    return std::string(address);
}

void note_place(const Office& office, const sdk::Request& request, const Person& person, const sdk::TenantId& tenant) {
    const auto done = remember_place(office, request, person, tenant);
    if (!done)
        office.host().log().warn("the place of a sign-in was not noted",
                                 {{"request_id", request.context.request_id}, {"code", done.error().code}});
}

sdk::Result<void> register_sign_in_places(Office& office) {
    return office.host().jobs().handle(kTellJob, [&office](sdk::JobRun& run) { return tell_of_place(office, run); });
}

}  // namespace whatsflow::accounts
