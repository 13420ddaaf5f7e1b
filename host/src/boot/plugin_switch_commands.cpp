// `plugins check`, `plugins enable`, `plugins disable`.
#include "boot/commands.hpp"
#include "boot/configuration_of.hpp"
#include "boot/core_of.hpp"
#include "boot/output.hpp"
#include "boot/plugin_choices.hpp"
#include "config/config_file_edit.hpp"
#include "config/nearest_name.hpp"
#include "plugins/check.hpp"

#include <algorithm>

namespace whatsflow::boot {
namespace {

/// The ids that are enabled by the configuration of this command line, and all that are known.
struct Known {
    std::vector<std::string> enabled;
    std::vector<std::string> all;
};

sdk::Result<Known> known_plugins(const CommandLine& line) {
    auto core = core_of(line, Purpose::inspect);
    if (!core) return core.error();
    (*core)->plugins().find_all();
    Known known;
    for (const auto& plugin : (*core)->plugins().status()) {
        known.all.push_back(plugin.id);
        if (plugin.state != plugins::State::disabled) known.enabled.push_back(plugin.id);
    }
    const auto& listed = (*core)->configuration()->plugins.enabled;
    if (!listed) return known;
    known.enabled = *listed;
    auto choices = PluginChoices::load(line.data, nullptr);
    if (!choices) return choices.error();
    for (const auto& [id, on] : (*choices)->switched()) {
        std::erase(known.enabled, id);
        if (on) known.enabled.push_back(id);
    }
    return known;
}

int write_enabled(const CommandLine& line, const std::vector<std::string>& ids, const std::string& what) {
    const std::string file = configuration_file_of(line).string();
    if (auto written = config::set_enabled_plugins(file, ids); !written) return refuse(written.error());
    // The last word counts: what staff switched in the panel before is over.
    auto choices = PluginChoices::load(line.data, nullptr);
    if (!choices) return refuse(choices.error());
    if (auto forgotten = (*choices)->forget_switch(line.words.back()); !forgotten) return refuse(forgotten.error());
    say(line.words.back() + " is " + what + " in " + file +
        ". A running server takes it over on SIGHUP (systemctl reload whatsflow).");
    return 0;
}

}  // namespace

int plugins_check(const CommandLine& line) {
    const auto report = plugins::check(line.words[2]);
    const std::string& sentence = report ? report->sentence : report.error().message;
    if (line.json)
        print_result({{"ok", static_cast<bool>(report)}, {"reason", sentence}}, {}, true, "");
    else if (report)
        print_result(sentence, {}, false, "");
    else
        say(sentence);
    return report ? 0 : 1;
}

int plugins_enable(const CommandLine& line) {
    const std::string& id = line.words[2];
    auto known = known_plugins(line);
    if (!known) return refuse(known.error());
    if (std::ranges::find(known->all, id) == known->all.end()) {
        const auto nearest = config::nearest_name(id, known->all);
        say("There is no plugin " + id + " in any of plugins.directories." +
            (nearest ? " Did you mean " + *nearest + "?" : " `whatsflow plugins list` shows all."));
        return 1;
    }
    if (std::ranges::find(known->enabled, id) != known->enabled.end()) {
        say(id + " is enabled already.");
        return 0;
    }
    known->enabled.push_back(id);
    return write_enabled(line, known->enabled, "enabled");
}

int plugins_disable(const CommandLine& line) {
    const std::string& id = line.words[2];
    auto known = known_plugins(line);
    if (!known) return refuse(known.error());
    if (std::erase(known->enabled, id) == 0) {
        say(id + " is not enabled.");
        return std::ranges::find(known->all, id) == known->all.end() ? 1 : 0;
    }
    return write_enabled(line, known->enabled, "disabled");
}

}  // namespace whatsflow::boot
