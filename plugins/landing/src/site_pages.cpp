#include "site_pages.hpp"

#include "campaign.hpp"
#include "consent.hpp"
#include "contact_form.hpp"
#include "contact_messages.hpp"
#include "sitemap.hpp"

#include <whatsflow/sdk/notifications.hpp>

#include <chrono>
#include <filesystem>
#include <system_error>

namespace whatsflow::landing {

using nlohmann::json;
using sdk::Permission;
using sdk::Request;
using sdk::Response;
using sdk::Site;

namespace {

struct ListedPage {
    const char* path;
    const char* template_file;  ///< its date is the page's date in the sitemap
};

constexpr ListedPage kListedPages[] = {
    {"/", "home.mustache"},           {"/features", "features.mustache"}, {"/pricing", "pricing.mustache"},
    {"/about", "about.mustache"},     {"/contact", "contact.mustache"},   {"/terms", "legal/terms.md"},
    {"/privacy", "legal/privacy.md"}, {"/cookies", "legal/cookies.md"},   {"/refunds", "legal/refunds.md"}};

Operator read_operator(const sdk::Config& config) {
    Operator company{config.text("company_name"),
                     config.text("company_address"),
                     config.text("contact_email"),
                     config.text("jurisdiction"),
                     {}};
    for (const json& link : config.value("social"))
        company.social.emplace_back(link.at("label").get<std::string>(), link.at("url").get<std::string>());
    return company;
}

/// `2026-03-10`, or nothing when the file cannot be asked.
std::string day_of(const std::string& file) {
    std::error_code error;
    const auto changed = std::filesystem::last_write_time(file, error);
    if (error) return {};
    const auto instant =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::file_clock::to_sys(changed));
    return sdk::to_rfc3339(instant).substr(0, 10);
}

sdk::Route described(sdk::Route route, std::string summary) {
    route.summary = std::move(summary);
    return route;
}

sdk::Route cached(std::string path, std::string summary, sdk::RouteHandler handler) {
    auto route = sdk::get(Site::landing, std::move(path), Permission::everyone(), std::move(handler));
    route.caching = sdk::Caching::shared;
    return described(std::move(route), std::move(summary));
}

}  // namespace

SitePages::SitePages(sdk::Host& host, const sdk::Config& config)
    : host_(host), company_(read_operator(config)), pricing_(read_pricing(config.all())) {}

sdk::Result<void> SitePages::register_routes() {
    if (auto done = register_navigation(); !done) return done;
    if (auto done = register_pages(); !done) return done;
    if (auto done = register_contact(); !done) return done;
    if (auto done = register_consent(); !done) return done;
    return register_for_machines();
}

sdk::Result<void> SitePages::register_navigation() {
    const auto entry = [](const char* name, const char* icon, int order) {
        return sdk::NavigationEntry{
            Site::landing, "main", std::string("landing.nav.") + name, icon, std::string("/") + name, "public", order};
    };
    for (const auto& each : {entry("features", "sparkles", 10), entry("pricing", "tag", 20), entry("about", "info", 30),
                             entry("contact", "mail", 40)}) {
        if (auto done = host_.contribute(each); !done) return done;
    }
    return sdk::ok();
}

Pricing SitePages::pricing_for(const Request& request) const {
    const auto list = sdk::find_service<sdk::PriceList>(host_);
    if (!list) return pricing_;
    const auto live = list.call(&sdk::PriceList::prices, request.context);
    if (!live) {
        host_.log().warn("the price list cannot be read; the settings' prices are shown",
                         {{"code", live.error().code}, {"why", live.error().message}});
        return pricing_;
    }
    return with_live_prices(pricing_, *live, request.query.get("currency"));
}

Visit SitePages::visit(const Request& request) const {
    return {company_, pricing_for(request), host_.site_url(Site::landing), campaign_of(request.query),
            [this, locale = request.locale](std::string_view key) {
                return host_.translate(locale, "landing." + std::string(key));
            }};
}

sdk::Result<void> SitePages::register_pages() {
    const auto add = [this](std::string path, std::string view, json (*model)(const Visit&), std::string summary) {
        return host_.route(
            cached(std::move(path), std::move(summary), [this, view = std::move(view), model](const Request& request) {
                return sdk::page(view, model(visit(request)));
            }));
    };
    const auto add_policy = [this](std::string path, std::string summary) {
        return host_.route(cached(path, std::move(summary), [this, path](const Request& request) {
            return sdk::page("landing/legal" + path, common_model(visit(request), path));
        }));
    };
    if (auto done = add("/", "landing/home", &home_model, "Home"); !done) return done;
    if (auto done = add("/features", "landing/features", &features_model, "Features"); !done) return done;
    if (auto done = add("/pricing", "landing/pricing", &pricing_model, "Plans and prices"); !done) return done;
    if (auto done = add("/about", "landing/about", &about_model, "About"); !done) return done;
    if (auto done = add_policy("/terms", "Terms of service"); !done) return done;
    if (auto done = add_policy("/privacy", "Privacy policy"); !done) return done;
    if (auto done = add_policy("/cookies", "Cookie policy"); !done) return done;
    return add_policy("/refunds", "Refund policy");
}

sdk::Result<void> SitePages::register_contact() {
    auto show = sdk::get(Site::landing, "/contact", Permission::everyone(),
                         [this](const Request& request) { return show_contact(request); });
    if (auto done = host_.route(described(std::move(show), "Contact form")); !done) return done;
    auto receive = sdk::post(Site::landing, "/contact", Permission::everyone(),
                             [this](const Request& request) { return receive_contact(request); });
    receive.limits.body_bytes = 32 * 1024;
    receive.limits.rate_class = sdk::RateClass::login;
    return host_.route(described(std::move(receive), "Stores a message from the contact form"));
}

Response SitePages::show_contact(const Request& request) const {
    const auto seen = visit(request);
    auto model = contact_model(seen);
    ContactInput empty;
    empty.topic = request.query.get("topic");
    model.update(contact_form_model(empty, {}, seen.texts, host_.clock().now()));
    model["sent"] = request.query.get("sent") == "1";
    model["csrf_token"] = request.csrf_token;
    return sdk::page("landing/contact", std::move(model));
}

Response SitePages::receive_contact(const Request& request) {
    const auto form = request.form();
    if (!form) return sdk::problem(400, form.error());
    const auto input = read_contact_input(*form);
    const auto now = host_.clock().now();
    if (const auto errors = objections(input, now); !errors.empty()) {
        const auto seen = visit(request);
        auto model = contact_model(seen);
        model.update(contact_form_model(input, errors, seen.texts, now));
        model["sent"] = false;
        model["csrf_token"] = request.csrf_token;
        return sdk::page("landing/contact", std::move(model), 422);
    }
    const auto id = store_message(host_.database(), request.context, input, request.locale, now);
    if (!id) {
        host_.log().error("contact message not stored", {{"code", id.error().code}, {"why", id.error().message}});
        return sdk::problem(503, "contact.not_stored",
                            "Your message could not be stored just now. Please go back and send it again in a minute.");
    }
    if (auto told = sdk::publish(host_.events(), ContactMessageReceived{*id, input.topic, request.locale}); !told)
        host_.log().warn("contact message stored, but not announced",
                         {{"message_id", *id}, {"why", told.error().message}});
    tell_staff(request, *id, input);
    return sdk::redirect_to("/contact?sent=1");
}

/// On their panel, where there is one; the message is stored whatever becomes of this.
void SitePages::tell_staff(const Request& request, const std::string& id, const ContactInput& input) {
    const auto notifier = sdk::find_service<sdk::Notifier>(host_, {{"site", "admin"}});
    if (!notifier) return;
    sdk::Notification news;
    news.idempotency_key = "landing.contact:" + id;
    news.category = "product";
    news.title = host_.translate("en", "landing.contact.staff_title");
    news.text =
        input.name + " <" + input.email + ">: " + host_.translate("en", "landing.contact.topics." + input.topic);
    const auto told = notifier.call(&sdk::Notifier::notify_roles, request.context, sdk::TenantId{},
                                    std::vector<std::string>{"super_admin", "support_admin"}, news);
    if (!told)
        host_.log().warn("staff were not told of a message", {{"message_id", id}, {"why", told.error().message}});
}

sdk::Result<void> SitePages::register_consent() {
    auto show = sdk::get(Site::landing, "/cookies/consent", Permission::everyone(),
                         [this](const Request& request) { return show_consent(request); });
    if (auto done = host_.route(described(std::move(show), "Cookie choice")); !done) return done;
    auto receive = sdk::post(Site::landing, "/cookies/consent", Permission::everyone(),
                             [this](const Request& request) { return receive_consent(request); });
    receive.limits.body_bytes = 4 * 1024;
    return host_.route(described(std::move(receive), "Keeps the cookie choice"));
}

Response SitePages::show_consent(const Request& request) const {
    const auto consent = read_consent(request.cookies.get(kConsentCookie));
    auto model = titled_model(visit(request), "/cookies/consent", "consent");
    model["analytics"] = consent.analytics;
    model["marketing"] = consent.marketing;
    model["saved"] = request.query.get("saved") == "1";
    model["csrf_token"] = request.csrf_token;
    return sdk::page("landing/consent", std::move(model));
}

Response SitePages::receive_consent(const Request& request) const {
    const auto form = request.form();
    if (!form) return sdk::problem(400, form.error());
    const bool all = form->get("choice") == "all";
    const bool none = form->get("choice") == "none";
    const Consent consent{true, all || (!none && form->get("analytics") == "on"),
                          all || (!none && form->get("marketing") == "on")};
    auto response = sdk::redirect_to(safe_return_path(form->get("return_to", "/cookies/consent?saved=1")));
    response.header("Set-Cookie", consent_cookie(consent, request.secure));
    return response;
}

sdk::Result<void> SitePages::register_for_machines() {
    std::vector<SitemapEntry> entries;
    for (const auto& [path, file] : kListedPages)
        entries.push_back({path, day_of(host_.install_directory() + "/templates/" + file)});
    auto sitemap = sdk::get(
        Site::landing, "/sitemap.xml", Permission::everyone(), [this, entries = std::move(entries)](const Request&) {
            return sdk::bytes(sitemap_xml(host_.site_url(Site::landing), entries), "application/xml");
        });
    sitemap.execution = sdk::Execution::loop;
    if (auto done = host_.route(described(std::move(sitemap), "Pages for search engines")); !done) return done;

    auto robots = sdk::get(Site::landing, "/robots.txt", Permission::everyone(),
                           [this](const Request&) { return sdk::text(robots_txt(host_.site_url(Site::landing))); });
    robots.execution = sdk::Execution::loop;
    if (auto done = host_.route(described(std::move(robots), "Rules for robots")); !done) return done;

    auto signup = sdk::get(Site::landing, "/signup", Permission::everyone(), [this](const Request& request) {
        return sdk::redirect_to(signup_location(host_.site_url(Site::app), request.query));
    });
    signup.execution = sdk::Execution::loop;
    if (auto done = host_.route(described(std::move(signup), "Leads to the app's sign-up")); !done) return done;

    auto login = sdk::get(Site::landing, "/login", Permission::everyone(),
                          [this](const Request&) { return sdk::redirect_to(host_.site_url(Site::app) + "/login"); });
    login.execution = sdk::Execution::loop;
    return host_.route(described(std::move(login), "Leads to the app's sign-in"));
}

}  // namespace whatsflow::landing
