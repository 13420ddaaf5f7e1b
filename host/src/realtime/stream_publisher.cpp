#include "realtime/stream_publisher.hpp"

#include "realtime/publisher.hpp"

namespace whatsflow::realtime {
namespace {

sdk::Result<void> checked(const std::string& topic) {
    if (is_topic(topic)) return sdk::ok();
    return sdk::fail("realtime.bad_topic", "A topic is of letters, digits, '.', '_' and '-', not '" + topic + "'.");
}

}  // namespace

sdk::Result<std::string> StreamPublisher::address(const std::string& topic) {
    if (auto good = checked(topic); !good) return good.error();
    return addresses_.of(topic, clock_.now());
}

sdk::Result<void> StreamPublisher::publish(const std::string& topic, const nlohmann::json& data) {
    if (auto good = checked(topic); !good) return good;
    // One line: JSON has no line breaks but as \n.
    const auto text = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > kMostData)
        return sdk::fail("realtime.too_large", "An event holds at most 16 KiB; send where to look instead.");
    signals_.publish(kTopic, std::string(kStreamChannel) + topic + "\nevent: message\nid: " +
                                 std::to_string(sdk::to_micros(clock_.now())) + "\ndata: " + text + "\n\n");
    return sdk::ok();
}

}  // namespace whatsflow::realtime
