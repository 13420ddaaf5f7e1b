// `config check`, `config show`.
#include "boot/commands.hpp"
#include "boot/configuration_of.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"
#include "config/plugin_section.hpp"
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
    auto core = core_of(line, Purpose::inspect);
    if (!core) return refuse(core.error());
    const auto configuration = (*core)->configuration();
    (*core)->plugins().find_all();
    if (auto checked = (*core)->check_plugin_settings(*configuration); !checked) return refuse(checked.error());
    // With the schema at hand it is known which keys are secret, and what the defaults are.
    auto sections = nlohmann::json::object();
    for (const auto& plugin : (*core)->plugins().status()) {
        const auto schema = settings_schema_of(plugin.directory);
        if (!schema) continue;
        if (auto section = config::plugin_section(*configuration, plugin.id, *schema))
            sections[plugin.id] = config::mask_secrets(*schema, std::move(*section));
    }
    if (line.json) {
        auto shown = config::show(*configuration);
        shown["plugins"] = sections;
        print_result(shown, {}, true, "");
        return 0;
    }
    std::string text = config::show_toml(*configuration);
    for (const auto& [id, section] : sections.items())
        for (const auto& [key, value] : section.items()) text += "plugins." + id + "." + key + " = " + value.dump() + "\n";
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace whatsflow::boot
