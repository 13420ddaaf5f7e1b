#include "time/system_clock.hpp"

namespace whatsflow::time {

sdk::Instant SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace whatsflow::time
