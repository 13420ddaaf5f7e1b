#include "retention.hpp"

namespace whatsflow::app {
namespace {

constexpr const char* kForgetJob = "app.forget_old";

sdk::Result<void> forget(sdk::Host& host, const Settings& settings, sdk::JobRun& run) {
    const auto context = sdk::across_tenants(run.context(), "app.retention");
    const auto now = host.clock().now();
    // What still waits is not forgotten, however old it is.
    const auto deliveries = host.database().execute(
        context, "DELETE FROM app_webhook_deliveries WHERE created_at < ? AND state IN ('delivered', 'failed')",
        {now - settings.keep_deliveries});
    if (!deliveries) return deliveries.error();
    const auto notices = host.database().execute(context, "DELETE FROM app_notifications WHERE created_at < ?",
                                                 {now - settings.keep_notifications});
    if (!notices) return notices.error();
    return sdk::ok();
}

}  // namespace

sdk::Result<void> start_retention(sdk::Host& host, const Settings& settings) {
    auto done = host.jobs().handle(
        kForgetJob, [&host, &settings](sdk::JobRun& run) { return forget(host, settings, run); }, {.at_once = 1});
    if (!done) return done;
    return host.jobs().schedule({.name = kForgetJob, .kind = kForgetJob, .every = std::chrono::hours(24)});
}

}  // namespace whatsflow::app
