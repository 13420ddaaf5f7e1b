#include "boot/commands.hpp"
#include "boot/configuration_of.hpp"
#include "boot/output.hpp"
#include "boot/server.hpp"

namespace whatsflow::boot {

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
        "Stop it with Ctrl+C.");
    server.run(signals);
    return 0;
}

}  // namespace whatsflow::boot
