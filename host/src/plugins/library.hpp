/// \file
/// Opens a plugin's library and finds its descriptor. The only file that knows Boost.DLL.
///
/// Libraries are opened with every symbol resolved at once and kept apart from each other,
/// and they are never closed again: code may still be referred to by a timer, a log record or
/// a thread long after its plugin stopped. To replace code, restart the process.
#pragma once

#include "plugins/discovery.hpp"

#include <whatsflow/abi/plugin_v1.h>
#include <whatsflow/sdk/result.hpp>

namespace whatsflow::plugins {

/// [control-thread] Runs the library's static constructors: check the manifest before.
/// Errors: `plugins.load_failed` with the loader's own words, `plugins.incompatible`. The
/// descriptor stays valid until the process ends.
sdk::Result<const wf_plugin_v1*> open_library(const Candidate& candidate);

/// The words of two build fingerprints that differ, `+asan` for instance; empty when equal.
std::string fingerprint_difference(const std::string& theirs, const std::string& ours);

}  // namespace whatsflow::plugins
