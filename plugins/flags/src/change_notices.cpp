#include "change_notices.hpp"

#include <chrono>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

/// A page that nobody looks at may leave after this.
constexpr int kInactiveSeconds = 120;

std::string topic_of(const std::string& environment) {
    return "flags." + environment;
}

}  // namespace

std::shared_ptr<const std::string> ChangeNotices::event_streams(const std::string& environment) const {
    // Asked with every answer; made once a day, which is how long an address stays the same.
    const auto day = std::chrono::floor<std::chrono::days>(clock_.now()).time_since_epoch().count();
    const std::lock_guard lock(mutex_);
    if (day_ != day) known_.clear();
    day_ = day;
    auto& text = known_[environment];
    if (text) return text;
    std::string made;
    if (streams_)
        if (const auto address = streams_.call(&sdk::EventStreams::address, topic_of(environment)))
            made = json::array({{{"type", "sse"}, {"url", *address}, {"inactivityDelaySec", kInactiveSeconds}}}).dump();
    return text = std::make_shared<const std::string>(std::move(made));
}

void ChangeNotices::changed(const std::string& environment) {
    if (!streams_) return;
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    // A hint: who does not hear it sees the change when it asks the next time.
    static_cast<void>(streams_.call(&sdk::EventStreams::publish, topic_of(environment),
                                    json{{"type", "refetchEvaluation"}, {"lastModified", now}}));
}

}  // namespace whatsflow::flags
