#include "exposures.hpp"

#include "core/bucket.hpp"
#include "events.hpp"

namespace whatsflow::flags {
namespace {

constexpr std::int64_t kMicrosOfADay = 86'400'000'000;
constexpr std::int64_t kDaysKept = 8;
constexpr std::size_t kLongestWord = 255;
constexpr std::size_t kAtOnce = 500;

std::int64_t day_at(sdk::Instant at) {
    return sdk::to_micros(at) / kMicrosOfADay;
}

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
    return (hash ^ std::hash<std::string_view>{}(text)) * 0x9e3779b97f4a7c15u;
}

}  // namespace

void Exposures::note(std::string_view environment, std::string_view flag, std::string_view variant,
                     std::string_view person) {
    // Names that long come from nobody's code.
    if (person.empty() || flag.size() > kLongestWord || variant.size() > kLongestWord || person.size() > kLongestWord)
        return;
    const auto at = host_.clock().now();
    const auto hash = mixed(mixed(mixed(mixed(1, environment), flag), variant), person);
    const std::lock_guard lock(mutex_);
    if (const auto today = day_at(at); today != day_ || noted_.size() >= kMostRemembered) {
        day_ = today;
        noted_.clear();
    }
    if (noted_.contains(hash)) return;
    if (waiting_.size() >= kMostWaiting) {
        ++dropped_;
        return;
    }
    noted_.insert(hash);
    waiting_.push_back({std::string(environment), std::string(flag), std::string(variant), std::string(person), at});
}

void Exposures::tell() {
    std::vector<Exposure> told;
    {
        const std::lock_guard lock(mutex_);
        told.swap(waiting_);
    }
    while (!told.empty()) {
        const auto few = std::min(told.size(), kAtOnce);
        std::vector<Exposure> some(told.end() - static_cast<std::ptrdiff_t>(few), told.end());
        if (auto done = write(some); !done) {
            host_.log().warn("exposures wait", {{"code", done.error().code}});
            break;
        }
        told.resize(told.size() - few);
    }
    if (!told.empty()) {
        const std::lock_guard lock(mutex_);
        const auto room = kMostWaiting - std::min(kMostWaiting, waiting_.size());
        if (told.size() > room) {
            dropped_ += told.size() - room;
            told.resize(room);
        }
        waiting_.insert(waiting_.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
    }
    if (const auto dropped = dropped_.load(); dropped != dropped_said_) {
        host_.log().warn("exposures were dropped", {{"since the start", std::to_string(dropped)}});
        dropped_said_ = dropped;
    }
}

sdk::Result<void> Exposures::write(const std::vector<Exposure>& told) {
    sdk::CallContext context;
    context.request_id = "flags.exposures";
    forget_old_days(context);
    const std::string insert =
        host_.database().dialect() == sdk::Dialect::sqlite ? "INSERT OR IGNORE" : "INSERT IGNORE";
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        for (const auto& each : told) {
            const auto fresh =
                tx.execute(context,
                           insert +
                               " INTO flags_exposures (day, digest, environment, name, variant) VALUES (?, ?, ?, "
                               "?, ?)",
                           {day_at(each.at),
                            digest_of(each.environment + '\n' + each.flag + '\n' + each.variant + '\n' + each.person),
                            each.environment, each.flag, each.variant});
            if (!fresh) return fresh.error();
            if (*fresh == 0) continue;
            auto envelope = sdk::make_envelope(FlagExposed{each.flag, each.variant, each.person, each.environment});
            envelope.occurred_at = each.at;
            if (auto done = host_.outbox().append(tx, context, std::move(envelope)); !done) return done;
        }
        return sdk::ok();
    });
}

void Exposures::forget_old_days(const sdk::CallContext& context) {
    const auto today = day_at(host_.clock().now());
    if (tidied_ == today) return;
    if (host_.database().execute(context, "DELETE FROM flags_exposures WHERE day < ?", {today - kDaysKept}))
        tidied_ = today;
}

}  // namespace whatsflow::flags
