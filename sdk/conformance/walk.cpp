#include "walk.hpp"

namespace whatsflow::conformance {

void walk(const std::filesystem::path& path, const WalkOptions& options, Report& report) {
    const auto folder = check_folder(path, report);
    if (folder.id().empty() || !std::filesystem::exists(folder.library())) return;
    const wf_plugin_v1* entry = load_plugin(folder, report);
    if (entry == nullptr) return;
    check_lives(folder, *entry, options, report);

    StartedPlugin plugin(folder, *entry, options, report);
    if (!plugin.running()) return;
    check_hostile_input(plugin, report);
    if (options.kind == "payment_provider") check_payment_provider(plugin, options.scenario, report);
    if (options.kind == "analytics_sink") check_analytics_sink(plugin, report);
    if (options.kind == "tax_provider") check_tax_provider(plugin, report);
    check_log(plugin, report);
}

}  // namespace whatsflow::conformance
