#include "moment.hpp"

#include <charconv>

namespace whatsflow::flags {
namespace {

/// Reads a text from the left, and remembers when it was not as expected.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int number = 0;
        if (rest_.size() < count) good_ = false;
        for (std::size_t i = 0; good_ && i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') good_ = false;
            number = number * 10 + (rest_[i] - '0');
        }
        if (good_) rest_.remove_prefix(count);
        return number;
    }
    bool takes(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char wanted) { good_ = takes(wanted) && good_; }
    int fraction_in_micros() {
        int micros = 0;
        int unit = 100'000;
        bool any = false;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), unit /= 10) {
            micros += unit * (rest_.front() - '0');
            any = true;
        }
        good_ = good_ && any;
        return micros;
    }
    bool done() const { return good_ && rest_.empty(); }
    bool ended() const { return rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace

std::optional<sdk::Instant> parse_moment(std::string_view text) {
    using namespace std::chrono;
    Reader reader(text);
    const int years = reader.digits(4);
    reader.expect('-');
    const auto months = static_cast<unsigned>(reader.digits(2));
    reader.expect('-');
    const auto days_ = static_cast<unsigned>(reader.digits(2));
    const year_month_day date{year{years}, month{months}, day{days_}};
    microseconds time{0};
    if (!reader.ended()) {
        if (!reader.takes('T') && !reader.takes('t')) reader.expect(' ');
        const int hour = reader.digits(2);
        reader.expect(':');
        const int minute = reader.digits(2);
        int second = 0;
        int micros = 0;
        if (reader.takes(':')) {
            second = reader.digits(2);
            if (reader.takes('.')) micros = reader.fraction_in_micros();
        }
        if (hour > 24 || minute > 59 || second > 60) return std::nullopt;
        time = hours{hour} + minutes{minute} + seconds{second} + microseconds{micros};
        const bool east = reader.takes('+');
        if (east || reader.takes('-')) {
            const int offset_hours = reader.digits(2);
            reader.takes(':');
            const auto offset = hours{offset_hours} + minutes{reader.digits(2)};
            time += east ? -microseconds(offset) : microseconds(offset);
        } else if (!reader.takes('Z')) {
            reader.takes('z');
        }
    }
    if (!reader.done() || !date.ok()) return std::nullopt;
    return sdk::Instant{sys_days{date}.time_since_epoch() + time};
}

}  // namespace whatsflow::flags
