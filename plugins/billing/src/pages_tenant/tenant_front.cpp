#include "tenant_front.hpp"

#include <charconv>
#include <utility>

namespace whatsflow::billing {

using nlohmann::json;

sdk::Result<Standing> standing_of(const TenantFront& front) {
    const auto& context = front.request.context;
    auto catalogue = front.desk.catalogue(context);
    if (!catalogue) return catalogue.error();
    auto account = front.desk.account(context, front.tenant());
    if (!account) return account.error();
    auto now = front.desk.now(context, front.tenant());
    if (!now) return now.error();
    const auto today = account->today(*now);
    return Standing{std::move(*catalogue), std::move(*account), *now, today};
}

sdk::Error nothing_there() {
    return {"billing.nothing_there", "There is no such page."};
}

json guard_fields(const Account& account) {
    return json::array({{{"name", "key"}, {"value", sdk::make_uuid()}},
                        {{"name", "version"}, {"value", std::to_string(account.profile.version)}}});
}

sdk::Result<Request> guarded(const TenantFront& front, const sdk::Fields& form, Command command,
                             std::string fingerprint) {
    const auto broken = sdk::Error{"billing.bad_form", "The form is incomplete. Open the page again."};
    const auto key = tidy_code(form.get("key"));
    if (key.empty()) return broken;
    const auto version = form.get("version");
    std::int64_t expected = 0;
    const auto [end, wrong] = std::from_chars(version.data(), version.data() + version.size(), expected);
    if (wrong != std::errc{} || end != version.data() + version.size() || expected < 0) return broken;
    Request request{std::move(command), key, std::move(fingerprint), expected, front.impersonated()};
    return request;
}

std::vector<ProviderRow> ready_providers(const std::vector<ProviderRow>& providers) {
    std::vector<ProviderRow> ready;
    for (const auto& provider : providers)
        if (provider.info.missing_settings.empty()) ready.push_back(provider);
    return ready;
}

json provider_choices(const std::vector<ProviderRow>& providers, const std::string& chosen) {
    auto choices = json::array();
    for (const auto& provider : providers)
        choices.push_back({{"value", provider.id},
                           {"label", provider.info.name},
                           {"text", false},
                           {"selected", provider.id == chosen || (chosen.empty() && choices.empty())}});
    return choices;
}

json other_ways(const TenantFront& front) {
    auto ways = json::array();
    const auto providers = front.desk.providers(front.request.context);
    const auto methods = front.desk.methods(front.request.context, front.tenant());
    if (!providers || !methods) return ways;
    bool is_first = methods->empty();
    for (const auto& provider : ready_providers(*providers)) {
        if (!std::exchange(is_first, false))
            ways.push_back({{"value", provider.id},
                            {"label", front.words("overview.pay_with", {{"provider", provider.info.name}})}});
    }
    return ways;
}

PayWith pay_with(const TenantFront& front, std::string provider, std::string_view back_path) {
    const auto back = front.host.site_url(sdk::Site::app) + std::string(back_path);
    const auto& person = *front.request.identity;
    const auto space = person.name.find(' ');
    PayWith pay;
    pay.provider = std::move(provider);
    pay.return_url = back + "?done=paid";
    pay.cancel_url = back + "?done=not_paid";
    pay.customer.first_name = person.name.substr(0, space);
    if (space != std::string::npos) pay.customer.last_name = person.name.substr(space + 1);
    pay.customer.email = person.email;
    pay.locale = front.request.locale;
    return pay;
}

namespace {

/// `https://pay.example` of `https://pay.example/x?y`; empty for what is no web address.
std::string web_origin(const std::string& url) {
    if (!url.starts_with("https://") && !url.starts_with("http://")) return {};
    for (const char c : url)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '"' || c == ';' || c == '\'') return {};
    const auto host = url.find("//") + 2;
    return url.substr(0, url.find_first_of("/?#", host));
}

}  // namespace

sdk::Response lead_to(const TenantFront& front, const Checkout& checkout, const std::string& provider_name) {
    const auto& page = checkout.page;
    const auto target = page.form ? page.form->action : page.url;
    const auto origin = web_origin(target);
    if (origin.empty()) return sdk::problem(502, "billing.bad_checkout", front.words("errors.bad_checkout"));
    auto fields = json::array();
    if (page.form)
        for (const auto& [name, value] : page.form->fields) fields.push_back({{"name", name}, {"value", value}});
    auto response = sdk::page("billing/tenant_checkout",
                              {{"title", front.words("checkout.title")},
                               {"heading", front.words("checkout.heading", {{"provider", provider_name}})},
                               {"button", front.words("checkout.button", {{"provider", provider_name}})},
                               {"checkout_url", target},
                               {"is_form", page.form.has_value()},
                               {"fields", std::move(fields)},
                               {"form_origins", json::array({origin})}});
    // After a form, browsers follow a redirect only where the page's policy lets forms go.
    if (!page.form) response.header("Refresh", "0; url=" + target);
    response.header("Cache-Control", "no-store");
    return response;
}

std::string tidy_code(std::string_view text, std::size_t most) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    if (text.size() > most) return {};
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return {};
    return std::string(text);
}

json header_of(std::string heading, std::string lead, json crumbs) {
    return {{"heading", std::move(heading)},
            {"lead", lead.empty() ? json(false) : json(std::move(lead))},
            {"breadcrumbs", std::move(crumbs)},
            {"actions", json::array()},
            {"chip", false},
            {"chip_status", false}};
}

json status_of(const TenantWords& words, std::string_view group, std::string_view state) {
    const std::string code(state);
    const auto tone = code == "paid" || code == "active" || code == "succeeded"              ? "good"
                      : code == "trialing" || code == "pending" || code == "unknown"         ? "busy"
                      : code == "open" || code == "past_due" || code == "incomplete"         ? "warn"
                      : code == "suspended" || code == "declined" || code == "uncollectible" ? "bad"
                                                                                             : "idle";
    return {{"status", tone}, {"status_text", words(std::string(group) + "." + code)}};
}

bool is_owed(const Invoice& invoice) {
    return invoice.state == InvoiceState::open && invoice.amount_due() > 0;
}

}  // namespace whatsflow::billing
