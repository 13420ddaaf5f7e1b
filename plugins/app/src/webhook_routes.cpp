// The addresses of the page for developers, and the way from an id to its endpoint.
#include "permissions.hpp"
#include "webhook_pages.hpp"

namespace whatsflow::app {

sdk::Result<void> WebhookPages::register_routes() {
    using sdk::Method;
    using sdk::Permission;
    using Show = sdk::Response (WebhookPages::*)(const sdk::Request&);
    struct Page {
        Method method;
        const char* pattern;
        const char* permission;
        Show show;
        const char* summary;
    };
    const Page pages[] = {
        {Method::get, "/developers", permission::developers, &WebhookPages::developers, "Webhooks and API tokens"},
        {Method::get, "/developers/webhooks/new", permission::webhooks, &WebhookPages::new_endpoint,
         "A form for a webhook endpoint"},
        {Method::post, "/developers/webhooks", permission::webhooks, &WebhookPages::create, "Add a webhook endpoint"},
    };
    struct EndpointPage {
        Method method;
        const char* below;
        const char* permission;
        OnEndpoint show;
        const char* summary;
    };
    const EndpointPage endpoint_pages[] = {
        {Method::get, "", permission::developers, &WebhookPages::endpoint, "A webhook endpoint and its deliveries"},
        {Method::get, "/edit", permission::webhooks, &WebhookPages::edit, "Change a webhook endpoint"},
        {Method::post, "", permission::webhooks, &WebhookPages::change, "Change a webhook endpoint"},
        {Method::post, "/enable", permission::webhooks, &WebhookPages::enable, "Switch a webhook endpoint on"},
        {Method::post, "/disable", permission::webhooks, &WebhookPages::disable, "Switch a webhook endpoint off"},
        {Method::post, "/rotate", permission::webhooks, &WebhookPages::rotate, "Make a new signing secret"},
        {Method::post, "/remove", permission::webhooks, &WebhookPages::remove, "Remove a webhook endpoint"},
        {Method::post, "/test", permission::webhooks, &WebhookPages::test, "Send a test event"},
        {Method::get, "/deliveries/{delivery}", permission::developers, &WebhookPages::delivery,
         "One delivery with its answer"},
        {Method::post, "/deliveries/{delivery}/replay", permission::webhooks, &WebhookPages::replay,
         "Send a delivery again"},
    };
    const auto add = [this](Method method, std::string pattern, const char* permission, const char* summary,
                            sdk::RouteHandler handler) {
        auto make = method == Method::get ? &sdk::get : &sdk::post;
        auto route = make(sdk::Site::app, std::move(pattern), Permission::named(permission), std::move(handler));
        route.summary = summary;
        return host_.route(std::move(route));
    };
    for (const auto& page : pages) {
        auto done = add(page.method, page.pattern, page.permission, page.summary,
                        [this, show = page.show](const sdk::Request& request) { return (this->*show)(request); });
        if (!done) return done;
    }
    for (const auto& page : endpoint_pages) {
        auto done =
            add(page.method, std::string("/developers/webhooks/{id}") + page.below, page.permission, page.summary,
                [this, show = page.show](const sdk::Request& request) { return with_endpoint(request, show); });
        if (!done) return done;
    }
    return sdk::ok();
}

sdk::Response WebhookPages::with_endpoint(const sdk::Request& request, OnEndpoint show) {
    const auto found = endpoints_.find(host_.database(), request.context, request.parameters.get("id"));
    if (!found) return sdk::problem(503, found.error());
    if (!*found) return sdk::not_found();
    return (this->*show)(request, **found);
}

}  // namespace whatsflow::app
