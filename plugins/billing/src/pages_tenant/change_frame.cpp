#include "change_frame.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

/// Why a confirmation was refused, and what the person had chosen.
struct Refused {
    std::string objection, provider;
    int status = 200;
};

json fields_model(const WantedChange& wanted) {
    auto fields = json::array();
    for (const auto& [name, value] : wanted.fields) fields.push_back({{"name", name}, {"value", value}});
    return fields;
}

/// Who has no method yet chooses a provider, if there is something to pay.
json providers_model(const TenantFront& front, const Preview& shown, const std::string& chosen) {
    if (shown.due_now <= 0 || front.impersonated()) return false;
    const auto methods = front.desk.methods(front.request.context, front.tenant());
    const auto providers = front.desk.providers(front.request.context);
    if (!methods || !methods->empty() || !providers) return false;
    const auto ready = ready_providers(*providers);
    if (ready.empty()) return false;
    return {{"legend", front.words("change.pay_with")}, {"choices", provider_choices(ready, chosen)}};
}

/// A change ends renewals that a provider takes by itself: it cannot take another amount.
json renewals_note(const TenantFront& front, const Account& account) {
    const auto* live = account.live_subscription();
    if (live == nullptr || !live->provider_run) return false;
    auto name = live->provider_run->provider;
    if (const auto providers = front.desk.providers(front.request.context))
        for (const auto& each : *providers)
            if (each.id == name) name = each.info.name;
    return front.words("change.renewals_note", {{"provider", name}, {"date", front.words.date(live->period().to)}});
}

TenantAnswer frame(const TenantFront& front, const Standing& standing, const WantedChange& wanted,
                   const Refused& refused) {
    const auto& words = front.words;
    const auto& account = standing.account;
    json model{{"title", wanted.title},
               {"header", header_of(wanted.heading, words("change.lead"),
                                    json::array({{{"label", words("nav")}, {"link_path", "/billing"}},
                                                 {{"label", wanted.back_label}, {"link_path", wanted.back_path}}}))},
               {"form_path", wanted.path},
               {"back_path", wanted.back_path},
               {"back_text", wanted.back_text},
               {"fields", fields_model(wanted)},
               {"guards", guard_fields(account)},
               {"blocked", false},
               {"objection", refused.objection.empty() ? json(false) : json(refused.objection)},
               {"may_change", !front.impersonated()},
               {"from", false},
               {"trial_note", false},
               {"renewals_note", renewals_note(front, account)},
               {"documents", json::array()},
               {"next", false},
               {"providers", false}};
    const Request asked{wanted.command, {}, {}, std::nullopt, false};
    const auto shown = front.desk.preview(front.request.context, front.tenant(), asked);
    if (!shown) {
        if (!shown.error().code.starts_with("billing.")) return shown.error();
        model["blocked"] = words.refusal(shown.error());
        return sdk::page("billing/tenant_change", std::move(model), refused.status == 200 ? 422 : refused.status);
    }
    model["due_now"] = words.money(shown->due_now, account.profile.currency);
    wanted.tell(model, *shown);
    for (const auto& invoice : shown->invoices)
        model["documents"].push_back(document_model(front, *standing.catalogue, account, invoice));
    if (shown->next_renewal)
        model["next"] = {{"heading", words("change.next", {{"date", words.date(shown->next_renewal->issued_on)}})},
                         {"document", document_model(front, *standing.catalogue, account, *shown->next_renewal)}};
    model["providers"] = providers_model(front, *shown, refused.provider);
    return sdk::page("billing/tenant_change", std::move(model), refused.status);
}

/// What was asked for is in the fingerprint of the form, so that a repeated one is known as such even after
/// the first has turned a subscription into a change.
std::string fingerprint_of(const WantedChange& wanted) {
    auto text = wanted.path;
    for (const auto& [name, value] : wanted.fields) text += " " + value;
    return text;
}

}  // namespace

TenantAnswer preview_change(const TenantFront& front, const Standing& standing, const WantedChange& wanted) {
    return frame(front, standing, wanted, {});
}

TenantAnswer confirm_change(const TenantFront& front, const Standing& standing, const sdk::Fields& form,
                            const WantedChange& wanted) {
    const auto request = guarded(front, form, wanted.command, fingerprint_of(wanted));
    if (!request) return request.error();
    const auto all = front.desk.providers(front.request.context);
    if (!all) return all.error();
    const auto providers = ready_providers(*all);
    auto chosen = std::ranges::find(providers, form.get("provider"), &ProviderRow::id);
    if (chosen == providers.end()) chosen = providers.begin();
    const auto provider = chosen == providers.end() ? std::string() : chosen->id;
    const auto done =
        front.desk.act(front.request.context, front.tenant(), *request, front.by(), pay_with(front, provider));
    if (!done) {
        if (!done.error().code.starts_with("billing.")) return done.error();
        return frame(
            front, standing, wanted,
            {front.words.refusal(done.error()), provider, done.error().code == "billing.version_conflict" ? 409 : 422});
    }
    if (done->checkout)
        return lead_to(front, *done->checkout, chosen == providers.end() ? provider : chosen->info.name);
    return sdk::redirect_to(wanted.next_path(done->account));
}

}  // namespace whatsflow::billing
