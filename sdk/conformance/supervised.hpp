/// \file
/// Runs the walk in a process of its own, because a plugin may end it.
#pragma once

#include "walk.hpp"

#include <chrono>
#include <filesystem>
#include <functional>

namespace whatsflow::conformance {

/// Walks in a child process and hands over each finding as it comes. When the child dies,
/// the last finding says during which step. Returns the number of failures.
std::size_t walk_supervised(const std::filesystem::path& folder, const WalkOptions& options,
                            std::chrono::seconds deadline, const std::function<void(const Finding&)>& listener);

}  // namespace whatsflow::conformance
