// What staff changes about plugins while the server runs, and what the operator's file says beside it.
#include "boot/core.hpp"
#include "config/json_schema.hpp"
#include "config/plugin_section.hpp"

#include <algorithm>

namespace whatsflow::boot {
namespace {

using config::Configuration;

/// `/limits/max` as the panel names it: `limits.max`.
std::string field_of(std::string pointer) {
    if (!pointer.empty()) pointer.erase(0, 1);
    std::ranges::replace(pointer, '/', '.');
    return pointer;
}

}  // namespace

sdk::Result<void> Core::take_in_choices() {
    // A look leaves the data folder alone, but what it shows is what would run.
    auto choices = PluginChoices::load(options_.data, facilities_->own_vault());
    if (!choices) return choices.error();
    choices_ = std::move(*choices);
    operators_ = configuration_;
    use(choices_->over(*operators_));
    return sdk::ok();
}

void Core::use(Configuration configuration) {
    auto shared = std::make_shared<const Configuration>(std::move(configuration));
    const std::lock_guard lock(configuration_mutex_);
    configuration_ = std::move(shared);
}

sdk::Result<void> Core::switch_plugin(const std::string& id, bool on) {
    const std::lock_guard change(change_mutex_);
    const auto& required = operators_->plugins.required;
    if (!on && std::ranges::find(required, id) != required.end())
        return sdk::fail("plugins.required", id + " is named in plugins.required of the configuration; only the "
                                                  "operator can take it out of there.");
    if (auto switched = on ? plugins_->enable(id) : plugins_->disable(id); !switched) return switched;
    log("plugins").info(on ? "staff switched a plugin on" : "staff switched a plugin off", {{"plugin", id}});
    return choices_->keep_switch(id, on);
}

sdk::Result<void> Core::configure_plugin(const std::string& id, const nlohmann::json& settings) {
    const std::lock_guard change(change_mutex_);
    const auto states = plugins_->status();
    const auto state = std::ranges::find(states, id, &plugins::PluginStatus::id);
    if (state == states.end()) return sdk::fail("plugins.unknown", "There is no plugin " + id + ".");
    const auto schema = settings_schema_of(state->directory);
    if (!schema) return sdk::fail("plugins.no_settings", id + " has no settings.");

    auto wanted = with_kept_secrets(*schema, settings, choices_->settings(id),
                                    config::written_section(choices_->over(*operators_), id));
    if (!wanted) return wanted.error();
    auto trial = choices_->over(*operators_, id, *wanted);
    auto section = config::plugin_section(trial, id, *schema);
    if (!section) {
        auto error = section.error();
        const auto written = config::with_defaults(*schema, config::written_section(trial, id));
        for (const auto& violation : config::find_violations(*schema, written))
            error.fields.push_back({field_of(violation.pointer), "invalid", violation.message});
        return error;
    }
    if (auto taken_over = plugins_->reconfigure(id, *section); !taken_over) {
        if (taken_over.error().code != "plugins.not_running") {
            // What ran before runs on with what it had.
            if (taken_over.error().code == "plugins.refused" && !plugins_->enable(id))
                log("plugins").error("a plugin does not start with its old settings either", {{"plugin", id}});
            return taken_over;
        }
    }
    if (auto kept = choices_->keep_settings(id, *schema, *wanted); !kept) return kept;
    use(std::move(trial));
    log("plugins").info("staff changed the settings of a plugin", {{"plugin", id}});
    return sdk::ok();
}

}  // namespace whatsflow::boot
