/// \file
/// Tries a plugin without trusting it: `whatsflow plugins check`.
///
/// The library is opened in a process of its own with a time limit, so that one that crashes
/// or hangs while it is loaded is a sentence and not the end of the program that asked.
#pragma once

#include "plugins/discovery.hpp"

#include <chrono>
#include <filesystem>

namespace whatsflow::plugins {

struct PluginReport {
    Manifest manifest;
    std::filesystem::path folder;
    std::string sentence;  ///< what was found, for people
};

/// `path` is a plugin's folder, its library or its plugin.json. Error: why the plugin would be
/// refused. Opens the library, compares its descriptor, creates and destroys the object; does
/// not start it.
sdk::Result<PluginReport> check(const std::filesystem::path& path,
                                std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace whatsflow::plugins
