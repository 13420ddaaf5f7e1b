// What a change of plan costs, and the change itself: one command for both.
#include "tenant_pages.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

/// What was asked for in the address or the form.
struct WantedPlan {
    std::string plan;
    std::optional<Interval> interval;
    std::string coupon;

    explicit WantedPlan(const sdk::Fields& fields)
        : plan(tidy_code(fields.get("plan"))),
          interval(read_interval(fields.get("interval", "month"))),
          coupon(tidy_code(fields.get("coupon"))) {}

    bool sold(const Catalogue& catalogue, const std::string& currency) const {
        const auto* found = catalogue.find_plan(plan);
        return found != nullptr && interval && find_price(found->prices, currency, *interval) != nullptr;
    }
    std::string fingerprint() const { return "plan " + plan + " " + interval->text() + " " + coupon; }
    Command command(const Account& account) const {
        if (account.live_subscription() != nullptr) {
            ChangePlan change;
            change.plan = plan;
            change.interval = *interval;
            return change;
        }
        Subscribe subscribe;
        subscribe.plan = plan;
        subscribe.interval = *interval;
        if (!coupon.empty()) subscribe.coupon = coupon;
        return subscribe;
    }
};

std::string when_text(const TenantFront& front, const Standing& standing, const Preview& shown) {
    const auto& words = front.words;
    const auto& currency = standing.account.profile.currency;
    if (shown.due_now > 0) return words("change.now", {{"amount", words.money(shown.due_now, currency)}});
    if (shown.credit_added > 0) return words("change.credit", {{"amount", words.money(shown.credit_added, currency)}});
    return words("change.nothing_now");
}

TenantAnswer change_page(const TenantFront& front, const Standing& standing, const WantedPlan& wanted,
                         const std::string& objection, const std::string& chosen_provider, int status) {
    const auto& catalogue = *standing.catalogue;
    const auto& account = standing.account;
    const auto& words = front.words;
    const auto* subscription = account.live_subscription();
    const auto name = title_of(catalogue, wanted.plan);
    json model{{"title", words("change.title", {{"plan", name}})},
               {"header", header_of(words(subscription ? "change.title" : "change.title_new", {{"plan", name}}),
                                    words("change.lead"),
                                    json::array({{{"label", words("nav")}, {"link_path", "/billing"}},
                                                 {{"label", words("plans.title")}, {"link_path", "/billing/plans"}}}))},
               {"plan", wanted.plan},
               {"interval", wanted.interval->text()},
               {"coupon", wanted.coupon},
               {"guards", guard_fields(account)},
               {"blocked", false},
               {"objection", objection.empty() ? json(false) : json(objection)},
               {"may_change", !front.impersonated()},
               {"documents", json::array()},
               {"next", false},
               {"providers", false}};
    const Request asked{wanted.command(account), {}, {}, std::nullopt, false};
    const auto shown = front.desk.preview(front.request.context, front.tenant(), asked);
    if (!shown) {
        if (!shown.error().code.starts_with("billing.")) return shown.error();
        model["blocked"] = words.refusal(shown.error());
        return sdk::page("billing/tenant_change", std::move(model), status == 200 ? 422 : status);
    }
    const auto& currency = account.profile.currency;
    if (subscription != nullptr)
        model["from"] = {{"name", title_of(catalogue, subscription->plan())},
                         {"price", price_line(front, standing, *subscription)}};
    model["when"] = when_text(front, standing, *shown);
    const auto* plan = catalogue.find_plan(wanted.plan);
    const bool tried = subscription == nullptr && !account.profile.had_trial && plan != nullptr && plan->trial_days > 0;
    model["trial_note"] =
        tried ? json(words("change.trial_note", {{"date", words.date(standing.today.plus_days(plan->trial_days))}}))
              : json(false);
    model["due_now"] = words.money(shown->due_now, currency);
    for (const auto& invoice : shown->invoices)
        model["documents"].push_back(document_model(front, catalogue, account, invoice));
    if (shown->next_renewal)
        model["next"] = {{"heading", words("change.next", {{"date", words.date(shown->next_renewal->issued_on)}})},
                         {"document", document_model(front, catalogue, account, *shown->next_renewal)}};
    model["confirm"] = shown->due_now > 0 ? words("change.confirm_pay", {{"amount", model["due_now"]}})
                       : tried            ? words("change.confirm_trial")
                                          : words(subscription == nullptr ? "change.confirm_new" : "change.confirm");
    const auto methods = front.impersonated() ? sdk::Result<std::vector<MethodRow>>(std::vector<MethodRow>{})
                                              : front.desk.methods(front.request.context, front.tenant());
    const auto providers = front.desk.providers(front.request.context);
    if (methods && methods->empty() && providers) {
        const auto ready = ready_providers(*providers);
        if (shown->due_now > 0 && !ready.empty())
            model["providers"] = {{"legend", words("change.pay_with")},
                                  {"choices", provider_choices(ready, chosen_provider)}};
    }
    return sdk::page("billing/tenant_change", std::move(model), status);
}

}  // namespace

TenantAnswer show_change(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedPlan wanted(front.request.query);
    if (!wanted.sold(*standing->catalogue, standing->account.profile.currency)) return nothing_there();
    return change_page(front, *standing, wanted, {}, {}, 200);
}

TenantAnswer confirm_change(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const WantedPlan wanted(*form);
    if (!wanted.sold(*standing->catalogue, standing->account.profile.currency)) return nothing_there();
    // What the form was for is in its fingerprint, so that a repeated one is known as such even
    // after the first has turned a subscription into a change.
    const auto request = guarded(front, *form, wanted.command(standing->account), wanted.fingerprint());
    if (!request) return request.error();
    const auto all = front.desk.providers(front.request.context);
    if (!all) return all.error();
    const auto providers = ready_providers(*all);
    auto chosen = std::ranges::find(providers, form->get("provider"), &ProviderRow::id);
    if (chosen == providers.end()) chosen = providers.begin();
    const auto provider = chosen == providers.end() ? std::string() : chosen->id;
    const auto done =
        front.desk.act(front.request.context, front.tenant(), *request, front.by(), pay_with(front, provider));
    if (!done) {
        if (!done.error().code.starts_with("billing.")) return done.error();
        const int status = done.error().code == "billing.version_conflict" ? 409 : 422;
        return change_page(front, *standing, wanted, front.words.refusal(done.error()), provider, status);
    }
    if (done->checkout)
        return lead_to(front, *done->checkout, chosen == providers.end() ? provider : chosen->info.name);
    const auto* now = done->account.live_subscription();
    if (now != nullptr && now->plan() == wanted.plan && now->base().interval == *wanted.interval &&
        now->state != SubscriptionState::incomplete)
        return sdk::redirect_to("/billing?done=changed");
    return sdk::redirect_to(now != nullptr && now->scheduled ? "/billing?done=scheduled" : "/billing?done=open");
}

}  // namespace whatsflow::billing
