#include "event_time.hpp"

#include <chrono>
#include <cstdio>

namespace whatsflow::analytics {
namespace {

/// Reads a text from left to right.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    /// Exactly so many digits.
    std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }
    bool accept(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Digits behind a point, as microseconds.
    int fraction() {
        int value = 0, scale = 100'000;
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            value += (rest_.front() - '0') * scale;
            scale /= 10;
            rest_.remove_prefix(1);
        }
        return value;
    }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// Minutes east of Greenwich.
std::optional<int> zone_in(Reader& reader) {
    if (reader.at_end() || reader.accept('Z') || reader.accept('z')) return 0;
    const bool east = reader.accept('+');
    if (!east && !reader.accept('-')) return std::nullopt;
    const auto hours = reader.digits(2);
    reader.accept(':');
    const auto minutes = reader.at_end() ? std::optional{0} : reader.digits(2);
    if (!hours || !minutes || *hours > 15 || *minutes > 59) return std::nullopt;
    return (east ? 1 : -1) * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<sdk::Instant> read_instant(std::string_view text) {
    using namespace std::chrono;
    Reader reader(text);
    const auto y = reader.digits(4);
    if (!y || !reader.accept('-')) return std::nullopt;
    const auto m = reader.digits(2);
    if (!m || !reader.accept('-')) return std::nullopt;
    const auto d = reader.digits(2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok() || *y < 1970) return std::nullopt;
    const sdk::Instant midnight{sys_days{date}};
    if (reader.at_end()) return midnight;
    if (!reader.accept('T') && !reader.accept('t') && !reader.accept(' ')) return std::nullopt;
    const auto hour = reader.digits(2);
    if (!hour || !reader.accept(':')) return std::nullopt;
    const auto minute = reader.digits(2);
    if (!minute || *hour > 24 || *minute > 59) return std::nullopt;
    int second = 0, fraction = 0;
    if (reader.accept(':')) {
        const auto read = reader.digits(2);
        if (!read || *read > 60) return std::nullopt;
        second = *read;
        if (reader.accept('.') || reader.accept(',')) fraction = reader.fraction();
    }
    const auto zone = zone_in(reader);
    if (!zone || !reader.at_end()) return std::nullopt;
    return midnight + hours{*hour} + minutes{*minute} + seconds{second} + microseconds{fraction} - minutes{*zone};
}

sdk::Instant corrected(std::optional<sdk::Instant> timestamp, std::optional<sdk::Instant> sent_at,
                       sdk::Instant received) {
    if (!timestamp) return received;
    auto at = *timestamp;
    if (sent_at) at += received - *sent_at;
    if (at > received + std::chrono::hours{23} || at < sdk::Instant{}) return received;
    return at;
}

std::string day_text(std::int64_t at) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(sdk::from_micros(at))};
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

std::string compact_day(std::int64_t at) {
    auto text = day_text(at);
    std::erase(text, '-');
    return text;
}

}  // namespace whatsflow::analytics
