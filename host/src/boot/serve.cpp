#include "boot/commands.hpp"
#include "boot/configuration_of.hpp"
#include "boot/output.hpp"
#include "boot/server.hpp"
#include "boot/web_settings.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::boot {
namespace {

/// The logins that a fresh installation begins with, as plugins offer them. Each asks its own
/// plugin to make the account, so this runs when the server serves and never elsewhere.
std::string first_logins(Core& core) {
    std::string text;
    for (const auto site : kAllSites) {
        for (const auto& contribution : core.plugins().contributions(sdk::FirstLogin::kSlot, site)) {
            if (!contribution.render) continue;
            sdk::Request request;
            request.site = site;
            request.context.request_id = sdk::make_uuid();
            const auto view = contribution.render(request);
            if (!view) {
                core.log("server").error("the first login was not made",
                                         {{"plugin", contribution.plugin}, {"reason", view.error().message}});
                continue;
            }
            if (view->name.empty()) continue;
            const auto line = [&](const char* key) {
                const auto value = view->model.find(key);
                if (value != view->model.end() && value->is_string())
                    text += "  " + std::string(key) + ": " + value->get<std::string>() + "\n";
            };
            text += "First login of " + std::string(sdk::to_text(site)) + ":\n";
            line("email");
            line("password");
            line("note");
        }
    }
    return text;
}

}  // namespace

int serve(const CommandLine& line) {
    const Signals signals;
    auto configuration = configuration_of(line);
    if (!configuration) return refuse(configuration.error());
    auto run_folder = RunFolder::open(line.data);
    if (!run_folder) return refuse(run_folder.error());
    if (auto claimed = run_folder->claim(); !claimed) return refuse(claimed.error());

    const bool safe_mode = line.has("--safe");
    auto core = Core::assemble(std::move(*configuration), {.installation = Installation::find(),
                                                           .data = std::filesystem::absolute(line.data),
                                                           .purpose = Purpose::serve,
                                                           .safe_mode = safe_mode});
    if (!core) return refuse(core.error());
    Server server(std::move(*core), std::move(*run_folder), [&line] { return configuration_of(line); });
    if (auto started = server.start(); !started) return refuse(started.error());
    say("WhatsFlow is ready" + std::string(safe_mode ? " (safe mode: no plugins)" : "") + ".\n" + server.addresses() +
        first_logins(server.core()) + "Stop it with Ctrl+C.");
    server.run(signals);
    return 0;
}

}  // namespace whatsflow::boot
