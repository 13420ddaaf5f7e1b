#include "views/formats.hpp"

#include "time/time_zones.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace whatsflow::views {

namespace {

using Months = std::array<std::string_view, 12>;

constexpr Months kEnglish{"January", "February", "March",     "April",   "May",      "June",
                          "July",    "August",   "September", "October", "November", "December"};
constexpr Months kSinhala{"ජනවාරි",    "පෙබරවාරි", "මාර්තු",    "අප්‍රේල්",
                          "මැයි",      "ජූනි",      "ජූලි",      "අගෝස්තු",
                          "සැප්තැම්බර්", "ඔක්තෝබර්",  "නොවැම්බර්", "දෙසැම්බර්"};
constexpr Months kTamil{"ஜனவரி", "பிப்ரவரி", "மார்ச்",    "ஏப்ரல்",   "மே",    "ஜூன்",
                        "ஜூலை",  "ஆகஸ்ட்",    "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்"};

bool is_language(std::string_view locale, std::string_view language) {
    return locale.substr(0, locale.find('-')) == language;
}

const Months& months_of(std::string_view locale) {
    if (is_language(locale, "si")) return kSinhala;
    if (is_language(locale, "ta")) return kTamil;
    return kEnglish;
}

/// Commas into a run of digits: the last three, then three by three, or two by two in Tamil.
std::string grouped(std::string_view digits, std::string_view locale) {
    const std::size_t further = is_language(locale, "ta") ? 2 : 3;
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const auto left = digits.size() - i;
        if (i != 0 && (left == 3 || (left > 3 && (left - 3) % further == 0))) out += ',';
        out += digits[i];
    }
    return out;
}

std::string grouped_decimal(std::string_view decimal, std::string_view locale) {
    std::string sign;
    if (decimal.starts_with('-')) {
        sign = "-";
        decimal.remove_prefix(1);
    }
    const auto point = decimal.find('.');
    auto out = sign + grouped(decimal.substr(0, point), locale);
    if (point != std::string_view::npos) out += decimal.substr(point);
    return out;
}

std::string_view sign_of(std::string_view currency) {
    if (currency == "USD") return "$";
    if (currency == "EUR") return "€";
    if (currency == "GBP") return "£";
    return {};
}

}  // namespace

std::string format_number(std::int64_t number, std::string_view locale) {
    return grouped_decimal(std::to_string(number), locale);
}

std::string format_number(double number, std::string_view locale, int decimals) {
    if (!std::isfinite(number)) return "–";
    std::array<char, 400> buffer{};
    const auto size = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, number);
    std::string text(buffer.data(), static_cast<std::size_t>(size));
    if (text.find('.') != std::string::npos) {
        text.resize(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return grouped_decimal(text == "-0" ? "0" : text, locale);
}

std::string format_money(const sdk::Money& money, std::string_view locale) {
    auto amount = grouped_decimal(money.decimal(), locale);
    const auto sign = sign_of(money.currency);
    if (sign.empty()) return money.currency + "\u00a0" + amount;  // the space does not break
    if (amount.starts_with('-')) return "-" + std::string(sign) + amount.substr(1);
    return std::string(sign) + amount;
}

std::string format_date(sdk::Instant instant, std::string_view locale, std::string_view zone) {
    const auto shown = time::wall_clock(instant, zone).value_or(instant);
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(shown)};
    const auto month = static_cast<unsigned>(day.month());
    return std::to_string(static_cast<unsigned>(day.day())) + " " + std::string(months_of(locale).at(month - 1)) + " " +
           std::to_string(static_cast<int>(day.year()));
}

std::string format_datetime(sdk::Instant instant, std::string_view locale, std::string_view zone) {
    const auto local = time::wall_clock(instant, zone);
    const auto hours = sdk::to_rfc3339(local.value_or(instant));
    return format_date(instant, locale, zone) + ", " + hours.substr(hours.find('T') + 1, 5) + (local ? "" : " UTC");
}

bool is_one(std::int64_t count, std::string_view locale) {
    return count == 1 || (count == 0 && is_language(locale, "si"));
}

}  // namespace whatsflow::views
