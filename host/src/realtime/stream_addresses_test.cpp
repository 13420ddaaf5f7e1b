// Who may listen to an event stream, and for how long.
#include "realtime/stream_addresses.hpp"

#include <gtest/gtest.h>

namespace whatsflow::realtime {
namespace {

using namespace std::chrono_literals;

const sdk::Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + 12h};
const StreamAddresses kOurs{"https://api.example.com", "key"};

/// The parts of an address as a request brings them.
struct Parts {
    std::string topic, until, key;
    explicit Parts(const std::string& address) {
        const auto path = address.find("/streams/") + 9, query = address.find("?until="), sign = address.find("&key=");
        topic = address.substr(path, query - path);
        until = address.substr(query + 7, sign - query - 7);
        key = address.substr(sign + 5);
    }
    bool are_good(sdk::Instant now, const StreamAddresses& whose = kOurs) const {
        return whose.good_until(topic, until, key, now).has_value();
    }
};

TEST(StreamAddresses, AreTheSameUntilMidnight) {
    EXPECT_EQ(kOurs.of("flags.production", kNoon), kOurs.of("flags.production", kNoon + 11h));
    EXPECT_NE(kOurs.of("flags.production", kNoon), kOurs.of("flags.production", kNoon + 12h));
    EXPECT_TRUE(kOurs.of("flags.production", kNoon)
                    .starts_with("https://api.example.com/streams/flags.production?until=1772496000&key="));
}

TEST(StreamAddresses, AreGoodForTheDayAndTheNext) {
    const Parts parts(kOurs.of("flags.production", kNoon));
    EXPECT_TRUE(parts.are_good(kNoon));
    EXPECT_TRUE(parts.are_good(kNoon + 35h));
    EXPECT_FALSE(parts.are_good(kNoon + 36h));
    EXPECT_EQ(kOurs.good_until(parts.topic, parts.until, parts.key, kNoon), 1772496000);
}

TEST(StreamAddresses, AreNotMadeByOthers) {
    const Parts parts(kOurs.of("flags.production", kNoon));
    const auto changed = [&](auto change) {
        auto other = parts;
        change(other);
        return other.are_good(kNoon);
    };
    EXPECT_FALSE(changed([](Parts& p) { p.topic = "flags.development"; }));
    EXPECT_FALSE(changed([](Parts& p) { p.until = "1872496000"; }));
    EXPECT_FALSE(changed([](Parts& p) { p.until += "x"; }));
    EXPECT_FALSE(changed([](Parts& p) { p.until = ""; }));
    EXPECT_FALSE(changed([](Parts& p) { p.key.back() = p.key.back() == 'A' ? 'B' : 'A'; }));
    EXPECT_FALSE(changed([](Parts& p) { p.key = ""; }));
    EXPECT_FALSE(parts.are_good(kNoon, {"https://api.example.com", "other key"}));
}

TEST(StreamAddresses, HaveTopicsOfPlainCharacters) {
    EXPECT_TRUE(is_topic("flags.production_2-b"));
    EXPECT_FALSE(is_topic(""));
    EXPECT_FALSE(is_topic("a/b"));
    EXPECT_FALSE(is_topic("a\nb"));
    EXPECT_FALSE(is_topic(std::string(129, 'a')));
}

}  // namespace
}  // namespace whatsflow::realtime
