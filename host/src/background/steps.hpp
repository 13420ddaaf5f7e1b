/// \file
/// Named points of work that must survive a crash at any of them. Tests stop the process
/// there; the server passes nothing and the points cost a comparison.
#pragma once

#include <functional>
#include <string_view>

namespace whatsflow::background {

using Steps = std::function<void(std::string_view step)>;

inline void passing(const Steps& steps, std::string_view step) {
    if (steps) steps(step);
}

}  // namespace whatsflow::background
