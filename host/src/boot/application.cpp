#include "boot/application.hpp"

#include "boot/web_settings.hpp"
#include "security/key_file.hpp"
#include "views/compress.hpp"

namespace whatsflow::boot {
namespace {

std::optional<std::string> compress_page(std::string_view bytes, web::Encoding encoding) {
    const auto compressed = views::compress(bytes, views::Effort::best);
    const auto& wanted = encoding == web::Encoding::brotli ? compressed.brotli : compressed.gzip;
    if (!wanted) return std::nullopt;
    return *wanted;
}

web::WebDependencies dependencies_of(Core& core, std::function<web::Readiness()> readiness) {
    web::WebDependencies dependencies{
        .renderer = core.views(), .assets = core.views(), .log = core.log("http"), .clock = core.clock()};
    dependencies.authenticator = [&core](sdk::Site site) {
        auto found = core.services().find(sdk::Authenticator::kId, {{"site", std::string(sdk::to_text(site))}});
        return found.empty() ? sdk::ServiceHandle<sdk::Authenticator>{}
                             : sdk::ServiceHandle<sdk::Authenticator>{std::move(found.front())};
    };
    dependencies.contributions = [&core](const sdk::SlotId& slot, sdk::Site site) {
        return core.plugins().shared_contributions(slot, site);
    };
    dependencies.live = [configuration = core.configuration()](sdk::Site site) {
        return live_updates(*configuration, site);
    };
    dependencies.readiness = std::move(readiness);
    dependencies.metrics = [&core] { return core.metrics().render(); };
    dependencies.compress = compress_page;
    dependencies.observe = request_observer(core.metrics());
    dependencies.fault = [&core](const std::string& plugin, std::string_view what) {
        core.plugins().report_fault(plugin, what);
    };
    return dependencies;
}

}  // namespace

sdk::Result<std::unique_ptr<web::WebApplication>> make_application(Core& core,
                                                                   std::function<web::Readiness()> readiness) {
    const auto configuration = core.configuration();
    web::WebOptions options = web_options(*configuration);
    options.locales = core.views().locales();
    if (core.options().purpose == Purpose::serve) {
        auto key = security::load_or_make_key(core.options().data / "keys", "csrf");
        if (!key) return key.error();
        options.csrf_key = *key;
    }
    auto application = web::WebApplication::make(dependencies_of(core, std::move(readiness)), std::move(options));
    if (!application) return application.error();
    auto set = (*application)->set_routes(web_routes(core.plugins(), !configuration->production));
    if (!set) return set.error();
    return application;
}

}  // namespace whatsflow::boot
