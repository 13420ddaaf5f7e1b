#include "boot/neighbours.hpp"

#include "boot/core.hpp"

namespace whatsflow::boot {

sdk::Result<std::unique_ptr<Neighbours>> Neighbours::make(Core& core, sessions::SessionStore& sessions) {
    const auto& url = core.configuration()->redis_url;
    if (url.empty()) {
        auto alone = std::make_unique<cluster::LocalSignals>();
        return std::unique_ptr<Neighbours>(new Neighbours(std::move(alone), nullptr, sessions));
    }
    auto address = cluster::parse_redis_url(url);
    if (!address) return address.error();
    if (core.options().purpose != Purpose::serve) {
        auto alone = std::make_unique<cluster::LocalSignals>();
        return std::unique_ptr<Neighbours>(new Neighbours(std::move(alone), nullptr, sessions));
    }
    cluster::RedisSignalsOptions options;
    options.address = std::move(*address);
    auto redis = std::make_unique<cluster::RedisSignals>(std::move(options), core.log("cluster"));
    const auto* seen = redis.get();
    return std::unique_ptr<Neighbours>(new Neighbours(std::move(redis), seen, sessions));
}

Neighbours::Neighbours(std::unique_ptr<cluster::Signals> signals, const cluster::RedisSignals* redis,
                       sessions::SessionStore& sessions)
    : signals_(std::move(signals)),
      redis_(redis),
      realtime_(std::make_unique<realtime::Publisher>(*signals_)),
      sessions_(sessions) {
    hearing_.push_back(
        signals_->subscribe(kSessionChanged, [this](const std::string& id) { sessions_.invalidate(id); }));
    hearing_.push_back(
        signals_->subscribe(cluster::kRejoined, [this](const std::string&) { sessions_.invalidate_all(); }));
    sessions_.on_change([this](const std::string& id) { signals_->publish(kSessionChanged, id); });
}

Neighbours::~Neighbours() {
    sessions_.on_change({});
}

std::string_view Neighbours::redis_state() const {
    if (!redis_) return "not used";
    return redis_->connected() ? "connected" : "away";
}

}  // namespace whatsflow::boot
