#include "background/back_off.hpp"

#include <algorithm>
#include <random>

namespace whatsflow::background {

sdk::Milliseconds pause_after(int attempts, const BackOff& plan) {
    thread_local std::minstd_rand random(std::random_device{}());
    auto pause = plan.first.count();
    for (int i = 1; i < attempts && pause < plan.longest.count(); ++i) pause *= plan.factor;
    pause = std::min<std::int64_t>(pause, plan.longest.count());
    return sdk::Milliseconds{std::uniform_int_distribution<std::int64_t>(pause - pause / 4, pause + pause / 4)(random)};
}

}  // namespace whatsflow::background
