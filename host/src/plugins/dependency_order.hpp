/// \file
/// In which order plugins start: whoever provides a service before whoever needs it.
///
/// Ties are broken by id, so a boot is repeatable; stopping is the exact reverse. What cannot
/// be ordered is refused with a sentence: a needed service nobody provides, or a circle.
#pragma once

#include "plugins/manifest.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace whatsflow::plugins {

struct OrderedPlugins {
    std::vector<std::string> order;
    std::map<std::string, std::string> refused;  ///< id → why, as one sentence
};

/// `already_there`: services of the host itself, or of plugins that run already.
OrderedPlugins order_by_dependencies(const std::vector<const Manifest*>& manifests,
                                     const std::set<std::string>& already_there);

}  // namespace whatsflow::plugins
