// `config check`, `config show`.
#include "boot/commands.hpp"
#include "boot/configuration_of.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"
#include "config/show.hpp"

#include <cstdio>

namespace whatsflow::boot {

int config_check(const CommandLine& line) {
    auto core = core_of(line, Purpose::inspect);
    if (!core) return refuse(core.error());
    (*core)->plugins().find_all();
    if (auto checked = (*core)->check_plugin_settings(*(*core)->configuration()); !checked) return refuse(checked.error());
    say("The configuration is valid.");
    return 0;
}

int config_show(const CommandLine& line) {
    auto configuration = configuration_of(line);
    if (!configuration) return refuse(configuration.error());
    if (line.json)
        print_result(config::show(*configuration), {}, true, "");
    else
        std::fputs(config::show_toml(*configuration).c_str(), stdout);
    return 0;
}

}  // namespace whatsflow::boot
