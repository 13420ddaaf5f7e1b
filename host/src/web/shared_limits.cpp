#include "web/shared_limits.hpp"

#include <whatsflow/sdk/id.hpp>

#include <nlohmann/json.hpp>

#include <utility>

namespace whatsflow::web {
namespace {

/// Clients that one text names: those that matter to a limit are few.
constexpr std::size_t kMostNamed = 256;

}  // namespace

SharedLimits::SharedLimits(RateLimiter& limiter, std::function<void(const std::string&)> tell,
                           std::chrono::milliseconds every)
    : limiter_(limiter), tell_(std::move(tell)), node_(sdk::make_uuid()), thread_([this, every] { work(every); }) {}

SharedLimits::~SharedLimits() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    stopping_.notify_all();
    thread_.join();
}

void SharedLimits::work(std::chrono::milliseconds every) {
    std::unique_lock lock(mutex_);
    while (!stopping_.wait_for(lock, every, [this] { return stop_; })) {
        const auto spent = limiter_.spent_since_last(kMostNamed);
        if (spent.empty()) continue;
        auto list = nlohmann::json::array();
        for (const auto& each : spent) list.push_back({each.key, each.tokens});
        tell_(nlohmann::json{{"node", node_}, {"spent", std::move(list)}}.dump(
            -1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
}

void SharedLimits::hear(const std::string& text) {
    const auto told = nlohmann::json::parse(text, nullptr, false);
    if (!told.is_object() || told.value("node", nlohmann::json()) == node_) return;
    const auto list = told.value("spent", nlohmann::json::array());
    if (!list.is_array()) return;
    for (const auto& each : list) {
        if (!each.is_array() || each.size() != 2 || !each[0].is_string() || !each[1].is_number()) continue;
        limiter_.spend({each[0].get<std::string>(), each[1].get<double>()});
    }
}

}  // namespace whatsflow::web
