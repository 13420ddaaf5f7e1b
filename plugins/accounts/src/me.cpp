#include "me.hpp"

#include "signed_in.hpp"

#include <algorithm>

namespace whatsflow::accounts {

using nlohmann::json;

sdk::Result<Person> me(const Office& office, const sdk::Request& request) {
    if (!request.identity) return nothing_there();
    auto person = find_person(office.database(), request.context, request.identity->subject);
    if (!person) return person.error();
    if (!*person) return nothing_there();
    return std::move(**person);
}

sdk::Result<std::optional<sdk::Response>> confirm_it_is_me(const Office& office, const sdk::Request& request,
                                                           const Person& person, const sdk::Secret& password,
                                                           Objections& objections) {
    if (password.empty()) {
        objections.push_back(objection("current_password", "required"));
        return std::optional<sdk::Response>{};
    }
    auto wait = brake(office, request, "app.reauthentication", person.id);
    if (!wait || *wait) return wait;
    const auto right = knows_password(office, person, password);
    if (!right) return right.error();
    if (*right) return std::optional<sdk::Response>{};
    const auto counted =
        office.throttle().call(&sdk::LoginThrottle::failed, request.context, std::string_view("app.reauthentication"),
                               std::string_view(person.id), std::string_view(request.remote_address));
    if (!counted) return counted.error();
    objections.push_back(objection("current_password", "wrong"));
    return std::optional<sdk::Response>{};
}

sdk::Result<void> audit_person(const Office& office, sdk::SqlExecutor& where, const sdk::Request& request,
                               const std::string& action, const Person& person, json before, json after,
                               std::string reason) {
    const sdk::AuditEntry entry{.action = action,
                                .subject = {"user", person.id, person.name + " <" + person.email + ">"},
                                .tenant = request.context.tenant,
                                .before = std::move(before),
                                .after = std::move(after),
                                .reason = std::move(reason)};
    return office.host().audit().append(where, request.context, sdk::actor_of(request), entry);
}

json my_tabs(const Office& office, const sdk::Request& request, std::string_view current) {
    json tabs = json::array();
    for (const auto* name : {"account", "security"})
        tabs.push_back({{"label", office.text(request.locale, std::string("tabs.") + name)},
                        {"tab_path", std::string("/") + name},
                        {"is_current", current == name},
                        {"count", false}});
    return tabs;
}

std::string done_notice(const Office& office, const sdk::Request& request) {
    const auto done = request.query.get("done");
    const bool plain = !done.empty() && done.size() < 40 &&
                       std::ranges::all_of(done, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return plain ? office.text_or(request.locale, "notices." + done, "") : std::string{};
}

}  // namespace whatsflow::accounts
