// Saved payment methods: add on the provider's page, choose the default, remove.
#include "tenant_pages.hpp"

namespace whatsflow::billing {

using nlohmann::json;

namespace {

/// Whole months until the end of the month it is valid in; negative when it is over.
int months_left(const MethodRow& method, LocalDate today) {
    return (method.exp_year - today.year()) * 12 + method.exp_month - today.month();
}

json row_of(const TenantFront& front, const MethodRow& method, LocalDate today) {
    const auto& words = front.words;
    const bool has_expiry = method.exp_year > 0 && method.exp_month >= 1 && method.exp_month <= 12;
    const auto left = has_expiry ? months_left(method, today) : 99;
    const auto path = "/billing/methods/" + sdk::encode_url(method.id);
    const auto line =
        words("methods.line", {{"brand", method.brand.empty() ? method.kind : method.brand}, {"last4", method.last4}});
    json row{{"id", method.id},
             {"line", line},
             {"expiry", has_expiry ? json(words("methods.expires",
                                                {{"month", words("months." + std::to_string(method.exp_month))},
                                                 {"year", std::to_string(method.exp_year)}}))
                                   : json(false)},
             {"is_over", left < 0},
             {"is_expiring", left >= 0 && left <= 1},
             {"is_default", method.is_default},
             {"default_path", path + "/default"}};
    row["remove"] = {{"confirm_id", "remove-" + method.id},
                     {"confirm_title", words("methods.remove_title", {{"method", line}})},
                     {"confirm_text", words("methods.remove_text")},
                     {"confirm_path", path + "/remove"},
                     {"confirm_label", words("methods.remove")},
                     {"is_danger", true},
                     {"typed", false},
                     {"asks_reason", false},
                     {"hidden", json::array()}};
    return row;
}

}  // namespace

TenantAnswer show_methods(const TenantFront& front) {
    const auto standing = standing_of(front);
    if (!standing) return standing.error();
    const auto methods = front.desk.methods(front.request.context, front.tenant());
    if (!methods) return methods.error();
    const auto all = front.desk.providers(front.request.context);
    if (!all) return all.error();
    auto rows = json::array();
    for (const auto& method : *methods) rows.push_back(row_of(front, method, standing->today));
    const auto providers = ready_providers(*all);
    const auto done = front.request.query.get("done");
    static const std::set<std::string> kDone{"default", "removed", "paid", "not_paid"};
    return sdk::page("billing/tenant_methods",
                     {{"title", front.words("methods.title")},
                      {"header", header_of(front.words("methods.title"), front.words("methods.lead"),
                                           json::array({{{"label", front.words("nav")}, {"link_path", "/billing"}}}))},
                      {"done", kDone.contains(done) ? json(front.words("methods.done_" + done)) : json(false)},
                      {"has_methods", !rows.empty()},
                      {"methods", std::move(rows)},
                      {"can_add", !providers.empty()},
                      {"many_providers", providers.size() > 1},
                      {"choices", provider_choices(providers, {})}});
}

TenantAnswer add_method(const TenantFront& front) {
    const auto form = front.request.form();
    if (!form) return form.error();
    const auto all = front.desk.providers(front.request.context);
    if (!all) return all.error();
    const auto providers = ready_providers(*all);
    if (providers.empty()) return sdk::Error{"billing.no_provider", front.words("errors.no_provider")};
    auto chosen = std::ranges::find(providers, form->get("provider"), &ProviderRow::id);
    if (chosen == providers.end()) chosen = providers.begin();
    const auto checkout = front.desk.add_method(front.request.context, front.tenant(),
                                                pay_with(front, chosen->id, "/billing/methods"), front.by());
    if (!checkout) return checkout.error();
    return lead_to(front, *checkout, chosen->info.name);
}

TenantAnswer make_method_default(const TenantFront& front) {
    const auto done = front.desk.set_default_method(front.request.context, front.tenant(),
                                                    front.request.parameters.get("id"), front.by());
    if (!done) return done.error();
    return sdk::redirect_to("/billing/methods?done=default");
}

TenantAnswer remove_method(const TenantFront& front) {
    const auto done =
        front.desk.remove_method(front.request.context, front.tenant(), front.request.parameters.get("id"), front.by());
    if (!done) return done.error();
    return sdk::redirect_to("/billing/methods?done=removed");
}

}  // namespace whatsflow::billing
