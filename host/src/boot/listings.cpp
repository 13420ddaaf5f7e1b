#include "boot/listings.hpp"

namespace whatsflow::boot {

nlohmann::json plugin_rows(const plugins::Runtime& runtime) {
    auto rows = nlohmann::json::array();
    for (const auto& plugin : runtime.status())
        rows.push_back({{"id", plugin.id},
                        {"version", plugin.version},
                        {"state", plugins::to_text(plugin.state)},
                        {"provides", plugin.provides},
                        {"needs", plugin.needs},
                        {"reason", plugin.reason},
                        {"directory", plugin.directory}});
    return rows;
}

nlohmann::json event_rows(const events::Bus& bus) {
    auto rows = nlohmann::json::array();
    for (const auto& event : bus.list()) {
        auto subscribers = nlohmann::json::array();
        for (const auto& subscriber : event.subscribers) subscribers.push_back(subscriber.owner);
        rows.push_back({{"name", event.name},
                        {"version", event.version},
                        {"publisher", event.publishers},
                        {"subscribers", subscribers},
                        {"delivery", event.delivery}});
    }
    return rows;
}

}  // namespace whatsflow::boot
