// Where a tenant stands: plan, next charge, meters, what is owed, credit, codes.
#include "tenant_pages.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

/// What people call it: `PayHere`.
std::string provider_title(const TenantFront& front, const std::string& id) {
    if (const auto all = front.desk.providers(front.request.context))
        for (const auto& each : *all)
            if (each.id == id) return each.info.name;
    return id;
}

json facts_of(const TenantFront& front, const Standing& standing, const Subscription& subscription) {
    const auto& words = front.words;
    auto facts = json::array();
    const auto add = [&](const char* key, const std::string& value) {
        facts.push_back({{"term", words(std::string("overview.") + key)},
                         {"value", value},
                         {"fact_status", false},
                         {"fact_path", false},
                         {"is_code", false},
                         {"is_copied", false}});
    };
    add("price", price_line(front, standing, subscription));
    if (const auto add_ons = add_ons_line(front, standing, subscription); !add_ons.empty()) add("add_ons", add_ons);
    add("period", words.span(subscription.period()));
    if (subscription.state == SubscriptionState::trialing && subscription.trial_end)
        add("trial_end", words.date(*subscription.trial_end));
    if (subscription.provider_run)
        add("renewals",
            words("overview.renewals_text",
                  {{"provider", provider_title(front, subscription.provider_run->provider)},
                   {"amount", words.money(subscription.provider_run->amount, standing.account.profile.currency)}}));
    for (const auto& draft : standing.account.waiting_drafts) {
        add("upcoming", words("overview.upcoming_text", {{"date", words.date(draft.finalise_on)}}));
        facts.back()["fact_path"] = "/billing/invoices";
    }
    if (subscription.cancel_at) add("ends", words.date(*subscription.cancel_at));
    if (subscription.pause_at) add("pauses", words.date(*subscription.pause_at));
    if (subscription.resume_at) add("resumes", words.date(*subscription.resume_at));
    if (subscription.scheduled)
        add("scheduled",
            words("overview.scheduled_text", {{"plan", title_of(*standing.catalogue, subscription.scheduled->plan)},
                                              {"date", words.date(subscription.scheduled->effective_on)}}));
    return facts;
}

/// What the next renewal charges: the engine runs it on a copy.
void add_next_charge(const TenantFront& front, const Standing& standing, const Subscription& subscription,
                     json& model) {
    if (subscription.cancel_at || subscription.pause_at || subscription.state == SubscriptionState::paused) return;
    const Request nothing_changes{SetTimeZone{standing.account.profile.time_zone}, {}, {}, std::nullopt, false};
    const auto shown = front.desk.preview(front.request.context, front.tenant(), nothing_changes);
    if (!shown || !shown->next_renewal) return;
    const auto& renewal = *shown->next_renewal;
    model["next_charge"] = {{"amount", front.words.money(renewal.amount_due(), renewal.currency)},
                            {"note", front.words("overview.next_on", {{"date", front.words.date(renewal.issued_on)}})}};
}

json open_invoices(const TenantFront& front, const Standing& standing) {
    auto rows = json::array();
    for (const auto& invoice : standing.account.invoices) {
        if (!is_owed(invoice)) continue;
        const bool refused = invoice.dunning.has_value();
        rows.push_back(
            {{"number", invoice.number},
             {"invoice_path", "/billing/invoices/" + sdk::encode_url(invoice.id.text())},
             {"pay_path", "/billing/invoices/" + sdk::encode_url(invoice.id.text()) + "/pay"},
             {"amount", front.words.money(invoice.amount_due(), invoice.currency)},
             {"refused", refused},
             {"note",
              front.words(refused ? "overview.refused" : "overview.due", {{"date", front.words.date(invoice.due_on)}})},
             {"button",
              front.words("overview.pay", {{"amount", front.words.money(invoice.amount_due(), invoice.currency)}})}});
    }
    return rows;
}

json method_line(const TenantFront& front) {
    const auto methods = front.desk.methods(front.request.context, front.tenant());
    if (!methods) return false;
    for (const auto& method : *methods)
        if (method.is_default)
            return front.words("methods.line",
                               {{"brand", method.brand.empty() ? method.kind : method.brand}, {"last4", method.last4}});
    return false;
}

json code_field(const TenantFront& front, const std::string& typed, const std::string& objection) {
    json field{{"id", "code"},          {"label", front.words("codes.label")},
               {"is_line", true},       {"type", "text"},
               {"value", typed},        {"most", "64"},
               {"optional", true},      {"unmarked", true},
               {"autocomplete", "off"}, {"hint", front.words("codes.hint")},
               {"error", false},        {"invalid", false}};
    for (const auto* unset : {"is_password", "is_text", "is_choice", "is_cards", "is_check", "is_switch", "is_date",
                              "is_code", "is_file", "placeholder", "prefix", "suffix", "readonly", "field_name"})
        field[unset] = false;
    if (!objection.empty()) field["error"] = objection, field["invalid"] = true;
    return field;
}

json notice_of(const TenantFront& front) {
    static const std::set<std::string> kGood{"paid",   "changed", "scheduled", "canceled", "kept",  "paused", "resumed",
                                             "coupon", "gift",    "open",      "add_on",   "trial", "begun"};
    const auto done = front.request.query.get("done");
    if (done == "not_paid")
        return {{"is_warning", true},
                {"is_success", false},
                {"is_error", false},
                {"alert_title", false},
                {"alert_text", front.words("done.not_paid")},
                {"link_path", false}};
    if (!kGood.contains(done)) return false;
    return {{"is_success", true},
            {"is_warning", false},
            {"is_error", false},
            {"alert_title", false},
            {"alert_text", front.words("done." + done)},
            {"link_path", false}};
}

TenantAnswer overview_page(const TenantFront& front, const std::string& typed, const std::string& objection) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const auto& account = standing->account;
    const auto* subscription = account.live_subscription();
    const auto credit = account.credit_balance();
    const auto offer = front.desk.referral_offer(front.request.context, front.tenant());
    auto invoices = open_invoices(front, *standing);
    json model{{"title", front.words("nav")},
               {"header", header_of(front.words("nav"), front.words("overview.lead"))},
               {"notice", notice_of(front)},
               {"may_change", !front.impersonated()},
               {"guards", guard_fields(account)},
               {"subscribed", subscription != nullptr},
               {"chosen", chosen_plan_offer(front, *standing)},
               {"next_charge", false},
               {"method", front.impersonated() ? json(false) : method_line(front)},
               {"meters", meters_of(front, *standing)},
               {"ways", front.impersonated() || invoices.empty() ? json::array() : other_ways(front)},
               {"has_invoices", !invoices.empty()},
               {"invoices", std::move(invoices)},
               {"has_credit", credit > 0},
               {"credit", front.words.money(credit, account.profile.currency)},
               {"code_field", code_field(front, typed, objection)},
               {"referral", false}};
    if (offer && *offer)
        model["referral"] = {
            {"link", front.host.site_url(sdk::Site::app) + "/signup?ref=" + sdk::encode_url((*offer)->code)},
            {"text",
             front.words("referral.text", {{"amount", front.words.money((*offer)->reward, account.profile.currency)},
                                           {"days", front.words.number((*offer)->wait_days)}})}};
    if (subscription != nullptr) {
        model["plan_name"] = title_of(*standing->catalogue, subscription->plan());
        model["state"] = status_of(front.words, "state", to_text(subscription->state));
        model["facts"] = facts_of(front, *standing, *subscription);
        model["is_canceling"] = subscription->cancel_at.has_value();
        // A planned pause is taken back by the same command that ends one.
        model["is_paused"] = subscription->state == SubscriptionState::paused || subscription->pause_at.has_value();
        add_next_charge(front, *standing, *subscription, model);
    }
    return sdk::page("billing/tenant_overview", std::move(model), objection.empty() ? 200 : 422);
}

}  // namespace

std::string price_line(const TenantFront& front, const Standing& standing, const Subscription& subscription) {
    const auto& base = subscription.base();
    auto text =
        front.words("price.per", {{"amount", front.words.money(base.unit_price, standing.account.profile.currency)},
                                  {"interval", front.words.interval(base.interval)}});
    return base.quantity > 1 ? text + " × " + front.words.number(base.quantity) : text;
}

TenantAnswer show_overview(const TenantFront& front) {
    return overview_page(front, {}, {});
}

/// One field for both: a coupon is tried first, what is none may be a gift.
TenantAnswer redeem_code(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto code = tidy_code(form->get("code"));
    const auto typed = form->get("code").substr(0, 64);
    if (code.empty()) return overview_page(front, typed, front.words("errors.code_empty"));
    const auto request = guarded(front, *form, RedeemCoupon{code}, "coupon " + code);
    if (!request) return request.error();
    const auto redeemed = front.desk.act(front.request.context, front.tenant(), *request, front.by());
    if (redeemed) return sdk::redirect_to("/billing?done=coupon");
    if (redeemed.error().code != "billing.unknown_coupon")
        return overview_page(front, typed, front.words.refusal(redeemed.error()));
    const auto gift = front.desk.redeem_gift(front.request.context, front.tenant(), code, front.by());
    if (gift) return sdk::redirect_to("/billing?done=gift");
    if (gift.error().code == "billing.unknown_gift")
        return overview_page(front, typed, front.words("errors.unknown_code"));
    if (gift.error().code.starts_with("billing."))
        return overview_page(front, typed, front.words.refusal(gift.error()));
    return gift.error();
}

TenantAnswer pay_invoice(const TenantFront& front) {
    const InvoiceId id{front.request.parameters.get("id")};
    const auto account = front.desk.with_invoice(front.request.context, front.tenant(), id);
    if (!account) return account.error();
    if (!*account || (*account)->find_invoice(id) == nullptr) return nothing_there();
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto methods = front.desk.methods(front.request.context, front.tenant());
    const auto all = front.desk.providers(front.request.context);
    if (!methods) return methods.error();
    if (!all) return all.error();
    const auto providers = ready_providers(*all);
    const auto& payments = (*account)->payments;
    const bool asked_for = std::ranges::any_of(
        payments, [&](const Payment& each) { return each.invoice == id && each.waits_for_customer(); });
    const bool on_page = methods->empty() || !form->get("provider").empty() || asked_for;
    if (on_page) {
        if (providers.empty()) return sdk::Error{"billing.no_provider", front.words("errors.no_provider")};
        auto chosen = std::ranges::find(providers, form->get("provider"), &ProviderRow::id);
        if (chosen == providers.end()) chosen = providers.begin();
        const auto checkout =
            front.desk.pay_on_page(front.request.context, front.tenant(), id, pay_with(front, chosen->id), front.by());
        if (!checkout) return checkout.error();
        return lead_to(front, *checkout, chosen->info.name);
    }
    const auto request = guarded(front, *form, Pay{id}, "pay " + id.text());
    if (!request) return request.error();
    const auto paid = front.desk.act(front.request.context, front.tenant(), *request, front.by(), pay_with(front, ""));
    if (!paid) return paid.error();
    if (paid->checkout) return lead_to(front, *paid->checkout, paid->checkout->provider);
    const auto* invoice = paid->account.find_invoice(id);
    const bool settled = invoice == nullptr || !is_owed(*invoice);
    return sdk::redirect_to(settled ? "/billing?done=paid" : "/billing?done=not_paid");
}

}  // namespace whatsflow::billing
