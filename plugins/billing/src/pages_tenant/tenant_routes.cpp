// Who may open which page, and what an error becomes.
#include "tenant_pages.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::billing {
namespace {

using Handler = TenantAnswer (*)(const TenantFront&);
using Piece = sdk::Result<sdk::View> (*)(const TenantFront&);

int status_for(const sdk::Error& error) {
    if (error.code == "billing.nothing_there" || error.code == "billing.unknown_invoice" ||
        error.code == "billing.unknown_method")
        return 404;
    if (error.code == "billing.impersonated") return 403;
    if (error.code == "billing.bad_form" || error.code == "http.bad_form") return 400;
    if (error.code == "billing.version_conflict" || error.code == "billing.key_reused") return 409;
    if (error.code.starts_with("billing.")) return 422;
    return 503;
}

using SharedSeller = std::shared_ptr<const Seller>;

sdk::Route tenant_route(sdk::Host& host, Desk& desk, const SharedSeller& seller, sdk::Method method, const char* path,
                        const char* summary, Handler handler, bool closed_to_staff) {
    const auto answer = [&host, &desk, seller, handler, closed_to_staff](const sdk::Request& request) {
        const TenantFront front{host, desk, request, *seller};
        if (closed_to_staff && front.impersonated())
            return sdk::problem(403, "billing.impersonated", front.words("errors.impersonated"));
        auto page = handler(front);
        if (page) return std::move(*page);
        if (page.error().code == "billing.nothing_there") return sdk::not_found();
        const auto status = status_for(page.error());
        if (status == 503) return sdk::problem(status, page.error());
        return sdk::problem(status, page.error().code, front.words.refusal(page.error()));
    };
    auto route = method == sdk::Method::get
                     ? sdk::get(sdk::Site::app, path, sdk::Permission::named(kManageBilling), answer)
                     : sdk::post(sdk::Site::app, path, sdk::Permission::named(kManageBilling), answer);
    route.summary = summary;
    // A confirmed change may wait for the provider.
    if (method == sdk::Method::post) route.limits.timeout = std::chrono::seconds(30);
    return route;
}

sdk::Result<void> add_pieces(sdk::Host& host, Desk& desk, const SharedSeller& seller) {
    const auto drawn = [&host, &desk, seller](Piece piece) {
        return [&host, &desk, seller, piece](const sdk::Request& request) -> sdk::Result<sdk::View> {
            if (!request.identity || request.identity->tenant.empty()) return sdk::View{};
            return piece(TenantFront{host, desk, request, *seller});
        };
    };
    using sdk::Site;
    const sdk::PermissionDefinition permissions[] = {
        {Site::app, kManageBilling, "billing.app.permissions.manage", {"owner", "admin"}, true},
        {Site::app, kReadUsage, "billing.app.permissions.usage", {"owner", "admin", "agent", "viewer"}, true}};
    for (const auto& permission : permissions)
        if (auto done = host.contribute(permission); !done) return done;
    const sdk::NavigationEntry entry{Site::app,      "workspace", "billing.app.nav", "credit-card", "/billing",
                                     kManageBilling, 70};
    if (auto done = host.contribute(entry); !done) return done;
    const sdk::DashboardCard card{
        Site::app, "billing.plan",   "billing.app.card.title", sdk::DashboardCard::Width::third, kManageBilling,
        20,        drawn(&plan_card)};
    if (auto done = host.contribute(card); !done) return done;
    const sdk::PageBanner banner{Site::app, "billing.standing", kManageBilling, 10, drawn(&billing_banner)};
    if (auto done = host.contribute(banner); !done) return done;
    sdk::Contribution usage;
    usage.slot = "whatsflow.slot.usage_section/1";
    usage.site = Site::app;
    usage.key = "billing.usage";
    usage.order = 10;
    usage.permission = kReadUsage;
    usage.data = {{"title", "billing.app.usage.title"}};
    usage.render = drawn(&usage_section);
    return host.contribute(usage);
}

}  // namespace

sdk::Result<void> register_tenant_pages(sdk::Host& host, Desk& desk, Seller who_sells) {
    const auto seller = std::make_shared<const Seller>(std::move(who_sells));
    struct Entry {
        sdk::Method method;
        const char* path;
        const char* summary;
        Handler handler;
        bool closed_to_staff;
    };
    using enum sdk::Method;
    const Entry entries[] = {
        {get, "/billing", "Plan, next charge, open invoices, credit", &show_overview, false},
        {post, "/billing/codes", "Redeems a coupon or a gift code", &redeem_code, true},
        {post, "/billing/invoices/{id}/pay", "Pays an open invoice", &pay_invoice, true},
        {get, "/billing/plans", "Chooses a plan", &show_plans, false},
        {get, "/billing/change", "What a change of plan costs now and next", &show_change, false},
        {post, "/billing/change", "Changes the plan", &confirm_plan, true},
        {get, "/billing/add-ons", "Add-ons", &show_add_ons, false},
        {get, "/billing/add-ons/change", "What more or fewer of an add-on cost now and next", &show_add_on_change,
         false},
        {post, "/billing/add-ons/change", "Changes how many of an add-on there are", &confirm_add_on_change, true},
        {get, "/billing/methods", "Saved payment methods", &show_methods, true},
        {post, "/billing/methods", "Saves a payment method on the provider's page", &add_method, true},
        {post, "/billing/methods/{id}/default", "Charges this method from now on", &make_method_default, true},
        {post, "/billing/methods/{id}/remove", "Forgets a payment method", &remove_method, true},
        {get, "/billing/invoices", "Invoices, newest first", &show_invoices, false},
        {get, "/billing/invoices/{id}", "One invoice, as a page or with .pdf", &show_invoice, false},
        {get, "/billing/invoices/{invoice}/credit-notes/{id}", "A credit note, printed", &show_credit_note, false},
        {get, "/billing/cancel", "Cancels the subscription", &show_cancel, false},
        {post, "/billing/cancel", "Cancels at the end of the period", &confirm_cancel, true},
        {post, "/billing/keep", "Takes a cancellation back", &keep_subscription, true},
        {post, "/billing/pause", "Pauses at the end of the period", &pause_subscription, true},
        {post, "/billing/resume", "Goes on after a pause", &resume_subscription, true},
        {get, "/billing/history", "Payments and movements of credit", &show_history, false},
    };
    for (const auto& entry : entries)
        if (auto done = host.route(tenant_route(host, desk, seller, entry.method, entry.path, entry.summary,
                                                entry.handler, entry.closed_to_staff));
            !done)
            return done;
    return add_pieces(host, desk, seller);
}

}  // namespace whatsflow::billing
