#include "email_change.hpp"

#include "checks.hpp"
#include "letters.hpp"
#include "links.hpp"
#include "me.hpp"
#include "security_page.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kChangeLife = std::chrono::hours{24};
constexpr const char* kChangeSides[] = {"old", "new"};

std::string purpose_of(std::string_view side) {
    return "email_" + std::string(side);
}

/// Both links carry the same change; a new request ends the links of an older one.
sdk::Result<void> send_both(const Office& office, sdk::Transaction& tx, const sdk::Request& request,
                            const Person& person, const std::string& email) {
    const auto change = sdk::make_uuid();
    for (const std::string side : kChangeSides) {
        const Link link{person.id, {{"change", change}, {"email", email}, {"old", person.email}}};
        const auto token = make_link(office, tx, request.context, purpose_of(side), link, kChangeLife, OlderLinks::end);
        if (!token) return token.error();
        const Letter letter{"email_change_" + side,
                            change,
                            side == "old" ? person.email : email,
                            person.name,
                            person.locale,
                            {{"new_email", email},
                             {"link_url", office.app_url("/account/email/" + side + "/" + *token)},
                             {"forgot_url", office.app_url("/forgot")}}};
        if (auto posted = post_letter(office, tx, request.context, letter); !posted) return posted;
    }
    return sdk::ok();
}

sdk::Result<sdk::Response> request_change(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    SecurityTrouble trouble{"email", {}, lowered(tidy(form->get("email")))};
    check_email(trouble.objections, "email", trouble.typed_email);
    if (trouble.typed_email == person->email) trouble.objections.push_back(objection("email", "same"));
    auto wait =
        confirm_it_is_me(office, request, *person, sdk::Secret{form->get("current_password")}, trouble.objections);
    if (!wait) return wait.error();
    if (*wait) return std::move(**wait);
    if (!trouble.objections.empty()) return security_page(office, request, *person, trouble);
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto taken = find_person_by_email(tx, request.context, trouble.typed_email);
        if (!taken) return taken.error();
        if (auto kept = audit_person(office, tx, request, "user.email_change_requested", *person,
                                     {{"email", person->email}}, {{"email", trouble.typed_email}});
            !kept)
            return kept;
        // A taken address looks like any other from here; its owner hears of nothing.
        return *taken ? sdk::ok() : send_both(office, tx, request, *person, trouble.typed_email);
    });
    if (!done) return done.error();
    return sdk::redirect_to("/security?done=email_requested");
}

bool is_side(std::string_view text) {
    return text == "old" || text == "new";
}

sdk::Result<sdk::Response> show_confirmation(Office& office, const sdk::Request& request) {
    const auto side = request.parameters.get("side");
    const auto token = request.parameters.get("token");
    if (!is_side(side)) return nothing_there();
    const auto link = find_link(office, office.database(), request.context, purpose_of(side), token);
    if (!link) return link.error();
    if (!*link) return dead_link_page();
    Form form(office, request, "/account/email/" + side + "/" + token, "email_change.submit");
    return kept_from_others(sdk::page("accounts/email_change", {{"form", form.model()},
                                                                {"old_email", (*link)->facts.value("old", "")},
                                                                {"new_email", (*link)->facts.value("email", "")}}));
}

/// Is the other side's link still unused? Then this confirmation is only the first.
sdk::Result<bool> other_side_waits(sdk::Transaction& tx, const sdk::CallContext& context, const Link& link,
                                   std::string_view side) {
    const auto rows = tx.query(context, "SELECT facts FROM accounts_links WHERE user_id = ? AND purpose = ?",
                               {link.user_id, purpose_of(side == "old" ? "new" : "old")});
    if (!rows) return rows.error();
    return std::ranges::any_of(*rows, [&](const sdk::Row& row) {
        return json::parse(row.text("facts")).value("change", "") == link.facts.value("change", "-");
    });
}

sdk::Result<void> take_over_address(Office& office, sdk::Transaction& tx, const sdk::Request& request,
                                    const Link& link) {
    const auto person = find_person(tx, request.context, link.user_id);
    if (!person) return person.error();
    if (!*person) return sdk::ok();
    const auto email = link.facts.value("email", "");
    const auto changed =
        tx.execute(request.context, "UPDATE accounts_users SET email = ?, version = version + 1 WHERE id = ?",
                   {email, (*person)->id});
    if (!changed) return changed.error();
    if (auto found = index_person(tx, request.context, (*person)->id, email, (*person)->name, (*person)->phone); !found)
        return found;
    return audit_person(office, tx, request, "user.email_changed", **person, {{"email", (*person)->email}},
                        {{"email", email}});
}

enum class Consent { dead, first, both };

sdk::Result<sdk::Response> confirm_change(Office& office, const sdk::Request& request) {
    const auto side = request.parameters.get("side");
    if (!is_side(side)) return nothing_there();
    auto outcome = Consent::dead;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        outcome = Consent::dead;
        const auto link = use_link(office, tx, request.context, purpose_of(side), request.parameters.get("token"));
        if (!link) return link.error();
        if (!*link) return sdk::ok();
        const auto waits = other_side_waits(tx, request.context, **link, side);
        if (!waits) return waits.error();
        outcome = *waits ? Consent::first : Consent::both;
        return *waits ? sdk::ok() : take_over_address(office, tx, request, **link);
    });
    // Somebody else took the address meanwhile: nothing to explain to whoever holds the link.
    if (!done && done.error().code == "database.duplicate") return dead_link_page();
    if (!done) return done.error();
    if (outcome == Consent::dead) return dead_link_page();
    return sdk::page("accounts/email_changed", {{"both", outcome == Consent::both}});
}

}  // namespace

sdk::Result<void> register_email_change(Office& office) {
    return Routes(office, sdk::Site::app)
        .sign_in_post("/security/email", "account.security.manage", "Asks for another address", &request_change)
        .get("/account/email/{side}/{token}", "public", "Asks to confirm another address", &show_confirmation)
        .sign_in_post("/account/email/{side}/{token}", "public", "Confirms another address", &confirm_change)
        .done();
}

}  // namespace whatsflow::accounts
