#include "cluster/redis_signals.hpp"

#include "cluster/redis_connection.hpp"
#include "security/digest.hpp"
#include "security/random.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>

namespace whatsflow::cluster {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kChannel = "whatsflow:signals";
constexpr std::chrono::milliseconds kFirstPause{250};

/// On the wire: node, topic and text, a line each but the last, which is the rest.
struct Message {
    std::string node;
    std::string topic;  ///< empty: a heartbeat
    std::string text;

    [[nodiscard]] std::string encoded() const { return node + "\n" + topic + "\n" + text; }
    static Message decoded(const std::string& bytes) {
        const auto first = std::min(bytes.find('\n'), bytes.size());
        const auto second = bytes.find('\n', std::min(first + 1, bytes.size()));
        if (second == std::string::npos) return {};
        return {bytes.substr(0, first), bytes.substr(first + 1, second - first - 1), bytes.substr(second + 1)};
    }
};

}  // namespace

class RedisSignals::Parts {
public:
    Parts(RedisSignalsOptions options, sdk::Logger& log)
        : options_(std::move(options)), log_(log), node_(security::to_hex(security::random_bytes(8))) {
        sender_ = std::thread([this] { send_until_stopped(); });
        hearer_ = std::thread([this] { hear_until_stopped(); });
    }
    ~Parts() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        sender_.join();
        hearer_.join();
    }

    void publish(const std::string& topic, const std::string& text);
    bool connected() const {
        const std::lock_guard lock(mutex_);
        return sends_ && hears_;
    }
    std::size_t nodes() const;

    LocalSignals local;

private:
    void send_until_stopped();
    void send_over(RedisConnection& connection);
    void hear_until_stopped();
    void hear_over(RedisConnection& connection);
    void take(const std::string& bytes);
    /// One thread has, or has lost, its connection.
    void note(bool Parts::*side, bool works, const std::string& reason);
    /// Waits before the next attempt; false when it is time to stop.
    bool pause(std::chrono::milliseconds& next);
    bool is_stopped() const {
        const std::lock_guard lock(mutex_);
        return stopped_;
    }

    const RedisSignalsOptions options_;
    sdk::Logger& log_;
    const std::string node_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_;
    bool stopped_ = false;
    bool sends_ = false;
    bool hears_ = false;
    enum class Said { nothing, away, joined } said_ = Said::nothing;
    std::map<std::string, Clock::time_point> heard_from_;
    std::thread sender_;
    std::thread hearer_;
};

void RedisSignals::Parts::publish(const std::string& topic, const std::string& text) {
    local.publish(topic, text);
    {
        const std::lock_guard lock(mutex_);
        // Nobody hears it now, and later it would be old.
        if (!sends_ || waiting_.size() >= options_.most_waiting) return;
        waiting_.push_back(Message{node_, topic, text}.encoded());
    }
    changed_.notify_all();
}

std::size_t RedisSignals::Parts::nodes() const {
    const std::lock_guard lock(mutex_);
    std::size_t others = 0;
    const auto since = Clock::now() - options_.patience;
    for (const auto& [node, when] : heard_from_)
        if (node != node_ && when >= since) ++others;
    return others + 1;
}

void RedisSignals::Parts::note(bool Parts::*side, bool works, const std::string& reason) {
    bool joined = false;
    bool again = false;
    bool away = false;
    {
        const std::lock_guard lock(mutex_);
        this->*side = works;
        if (!works) waiting_.clear();
        const bool both = sends_ && hears_;
        joined = both && said_ != Said::joined;
        again = joined && said_ == Said::away;
        away = !works && said_ != Said::away && !stopped_;
        if (joined) said_ = Said::joined;
        if (away) said_ = Said::away;
    }
    if (away) log_.warn("Redis cannot be reached; this node works by itself until it is back", {{"reason", reason}});
    if (joined) log_.info(again ? "Redis is back; the nodes hear each other again" : "joined the other nodes by Redis");
    if (again) local.publish(kRejoined, "");
}

bool RedisSignals::Parts::pause(std::chrono::milliseconds& next) {
    // Not all nodes at the same moment.
    static thread_local std::minstd_rand dice{std::random_device{}()};
    const auto wait = next / 2 + std::chrono::milliseconds(dice() % static_cast<unsigned>(next.count() / 2 + 1));
    next = std::min(next * 2, options_.longest_pause);
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, wait, [this] { return stopped_; });
}

void RedisSignals::Parts::send_until_stopped() {
    auto next_pause = kFirstPause;
    while (!is_stopped()) {
        auto connection = RedisConnection::open(options_.address, options_.patience);
        if (connection) {
            note(&Parts::sends_, true, "");
            next_pause = kFirstPause;
            send_over(**connection);
        } else {
            note(&Parts::sends_, false, connection.error().message);
        }
        if (!pause(next_pause)) return;
    }
}

void RedisSignals::Parts::send_over(RedisConnection& connection) {
    auto next_beat = Clock::now();
    while (true) {
        std::string message;
        bool last = false;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_until(lock, next_beat, [this] { return stopped_ || !waiting_.empty(); });
            last = stopped_ && waiting_.empty();
            if (!waiting_.empty()) {
                message = std::move(waiting_.front());
                waiting_.pop_front();
            }
        }
        if (message.empty()) {
            // The last one wakes our own thread that hears, so that it can end.
            message = Message{node_, "", ""}.encoded();
            next_beat = Clock::now() + options_.heartbeat;
        }
        const auto sent = connection.publish(kChannel, message);
        if (!sent) return note(&Parts::sends_, false, sent.error().message);
        if (last) return;
    }
}

void RedisSignals::Parts::hear_until_stopped() {
    auto next_pause = kFirstPause;
    while (!is_stopped()) {
        auto connection = RedisConnection::open(options_.address, options_.patience);
        auto listening = connection ? (*connection)->subscribe(kChannel) : sdk::Result<void>(connection.error());
        if (listening) {
            note(&Parts::hears_, true, "");
            next_pause = kFirstPause;
            hear_over(**connection);
        } else {
            note(&Parts::hears_, false, listening.error().message);
        }
        if (!pause(next_pause)) return;
    }
}

void RedisSignals::Parts::hear_over(RedisConnection& connection) {
    while (!is_stopped()) {
        const auto bytes = connection.next_message();
        if (!bytes) return note(&Parts::hears_, false, bytes.error().message);
        take(*bytes);
    }
}

void RedisSignals::Parts::take(const std::string& bytes) {
    const auto message = Message::decoded(bytes);
    if (message.node.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        const auto now = Clock::now();
        heard_from_[message.node] = now;
        std::erase_if(heard_from_, [&](const auto& entry) { return now - entry.second > std::chrono::minutes(1); });
    }
    if (message.node != node_ && !message.topic.empty()) local.publish(message.topic, message.text);
}

RedisSignals::RedisSignals(RedisSignalsOptions options, sdk::Logger& log)
    : parts_(std::make_unique<Parts>(std::move(options), log)) {}
RedisSignals::~RedisSignals() = default;

void RedisSignals::publish(const std::string& topic, const std::string& text) {
    parts_->publish(topic, text);
}
sdk::Registration RedisSignals::subscribe(const std::string& topic, Callback callback) {
    return parts_->local.subscribe(topic, std::move(callback));
}
bool RedisSignals::connected() const {
    return parts_->connected();
}
std::size_t RedisSignals::nodes() const {
    return parts_->nodes();
}

}  // namespace whatsflow::cluster
