#include "plugins/library.hpp"

#include <whatsflow/abi/fingerprint.hpp>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>

namespace whatsflow::plugins {
namespace {

using Libraries = std::map<std::string, boost::dll::shared_library>;

/// Never emptied and never destroyed, on purpose: see the header.
Libraries& opened_libraries() {
    static auto* const libraries = new Libraries();
    return *libraries;
}

sdk::Error incompatible(const std::string& why) {
    return sdk::fail("plugins.incompatible", why);
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

sdk::Result<const wf_plugin_v1*> check(const wf_plugin_v1* entry, const Manifest& manifest) {
    const std::string rebuild = " Rebuild it with find_package(WhatsFlowSDK " WF_SDK_VERSION_TEXT ").";
    if (!entry) return incompatible("its entry function returned nothing. Export the plugin with WHATSFLOW_PLUGIN().");
    if (entry->struct_size < sizeof(wf_plugin_v1))
        return incompatible("its descriptor has " + std::to_string(entry->struct_size) + " bytes, this host needs " +
                            std::to_string(sizeof(wf_plugin_v1)) + "." + rebuild);
    if (entry->abi_epoch != WF_ABI_EPOCH)
        return incompatible("built for plugin ABI " + std::to_string(entry->abi_epoch) + ", this host speaks ABI " +
                            std::to_string(WF_ABI_EPOCH) + "." + rebuild);
    if (!entry->build || !entry->id || !entry->version || !entry->create || !entry->destroy)
        return incompatible("its descriptor has empty fields. Export the plugin with WHATSFLOW_PLUGIN().");
    if (const auto difference = fingerprint_difference(entry->build, WF_BUILD_FINGERPRINT); !difference.empty())
        return incompatible("its build does not fit this host: " + difference + ". The plugin is \"" + entry->build +
                            "\", the host \"" WF_BUILD_FINGERPRINT "\"." + rebuild);
    if (manifest.id != entry->id || manifest.version != entry->version)
        return incompatible("plugin.json says " + manifest.id + " " + manifest.version + ", the library says " +
                            entry->id + " " + entry->version + ". Install both from one build.");
    return entry;
}

}  // namespace

std::string fingerprint_difference(const std::string& theirs, const std::string& ours) {
    const auto their_words = words_of(theirs);
    const auto our_words = words_of(ours);
    std::string difference;
    const auto add = [&](const std::string& word, const char* who) {
        difference += (difference.empty() ? "" : ", ") + word + " only in " + who;
    };
    for (const auto& word : their_words)
        if (std::ranges::find(our_words, word) == our_words.end()) add(word, "the plugin");
    for (const auto& word : our_words)
        if (std::ranges::find(their_words, word) == their_words.end()) add(word, "the host");
    return difference;
}

sdk::Result<const wf_plugin_v1*> open_library(const Candidate& candidate) {
    static std::mutex mutex;
    std::lock_guard lock(mutex);
    auto& libraries = opened_libraries();
    const auto path = std::filesystem::absolute(candidate.library()).lexically_normal();
    try {
        auto found = libraries.find(path.string());
        const bool opened_before = found != libraries.end();
        if (!opened_before) {
            using boost::dll::load_mode::rtld_local;
            using boost::dll::load_mode::rtld_now;
            boost::dll::shared_library library(path.string(), rtld_now | rtld_local);
            found = libraries.emplace(path.string(), std::move(library)).first;
        }
        if (!found->second.has(WF_PLUGIN_ENTRY_SYMBOL))
            return incompatible(
                "its library does not export " WF_PLUGIN_ENTRY_SYMBOL
                ". Export the plugin with WHATSFLOW_PLUGIN() and build it with whatsflow_add_plugin().");
        const auto entry = found->second.get<const wf_plugin_v1*()>(WF_PLUGIN_ENTRY_SYMBOL);
        if (opened_before && entry() && entry()->version != candidate.manifest.version)
            return incompatible("version " + std::string(entry()->version) +
                                " of it is loaded already, and code is never replaced in a running server. Restart "
                                "the server to use the new one.");
        return check(entry(), candidate.manifest);
    } catch (const std::exception& exception) {
        // Only what() has the loader's words: the error code is always "Bad file descriptor".
        return sdk::fail("plugins.load_failed",
                         std::string("the system's loader refused it: ") + exception.what() +
                             ". Rebuild it against this host's SDK and install the libraries it needs.");
    }
}

}  // namespace whatsflow::plugins
