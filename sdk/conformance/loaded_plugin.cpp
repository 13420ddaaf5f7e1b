#include "loaded_plugin.hpp"

#include <whatsflow/abi/fingerprint.hpp>

#include <dlfcn.h>

#include <array>
#include <cstddef>

namespace whatsflow::conformance {

const wf_plugin_v1* load_plugin(const PluginFolder& folder, Report& report) {
    report.begin("loading the library (its static constructors run now)");
    const auto file = std::filesystem::absolute(folder.library()).string();
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* why = ::dlerror();
        report.failed("load", "The library does not load: " + std::string(why != nullptr ? why : "no reason given"));
        return nullptr;
    }
    report.passed("load", "The library loads with every symbol resolved.");

    const auto entry = reinterpret_cast<wf_plugin_entry_v1_fn>(::dlsym(library, WF_PLUGIN_ENTRY_SYMBOL));
    if (!report.expect(entry != nullptr, "entry", "It exports " WF_PLUGIN_ENTRY_SYMBOL ".",
                       "It does not export " WF_PLUGIN_ENTRY_SYMBOL ": no file says WHATSFLOW_PLUGIN(Class)."))
        return nullptr;
    report.begin("asking for the descriptor");
    const wf_plugin_v1* plugin = entry();
    if (plugin == nullptr || plugin->struct_size < sizeof(wf_plugin_v1) || plugin->build == nullptr ||
        plugin->id == nullptr || plugin->version == nullptr || plugin->create == nullptr ||
        plugin->destroy == nullptr) {
        report.failed("entry.descriptor", "The descriptor is missing, too small or has empty fields.");
        return nullptr;
    }
    report.passed("entry.descriptor", "The descriptor is complete.");
    bool usable = report.expect(plugin->abi_epoch == WF_ABI_EPOCH, "entry.epoch", "It speaks this ABI epoch.",
                                "It speaks ABI epoch " + std::to_string(plugin->abi_epoch) + ", this is " +
                                    std::to_string(WF_ABI_EPOCH) + ". Rebuild it against this SDK.");
    usable &= report.expect(std::string_view(plugin->build) == WF_BUILD_FINGERPRINT, "entry.fingerprint",
                            "Built as " WF_BUILD_FINGERPRINT ".",
                            std::string("Built as '") + plugin->build +
                                "', this is '" WF_BUILD_FINGERPRINT "'. Rebuild it against this SDK.");
    report.expect(folder.id() == plugin->id, "entry.id", "The library and plugin.json have the same id.",
                  std::string("The library says '") + plugin->id + "', plugin.json says '" + folder.id() + "'.");
    report.expect(
        folder.text("version") == plugin->version, "entry.version",
        "The library and plugin.json have the same version.",
        std::string("The library says '") + plugin->version + "', plugin.json says '" + folder.text("version") + "'.");
    report.expect(entry() == plugin, "entry.static", "The descriptor is the same at every call.",
                  "The descriptor moves between calls; it must be static.");
    return usable ? plugin : nullptr;
}

void DestroyPlugin::operator()(sdk::Plugin* plugin) const {
    entry->destroy(reinterpret_cast<wf_plugin*>(plugin));
}

PluginObject create_plugin(const wf_plugin_v1& entry, Report& report) {
    report.begin("creating the plugin");
    std::array<char, 512> why{};
    wf_plugin* plugin = entry.create(why.data(), static_cast<std::uint32_t>(why.size()));
    if (plugin == nullptr) report.failed("create", std::string("create() gave nothing: ") + why.data());
    return PluginObject(reinterpret_cast<sdk::Plugin*>(plugin), DestroyPlugin{&entry});
}

}  // namespace whatsflow::conformance
