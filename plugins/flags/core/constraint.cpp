#include "constraint.hpp"

#include "moment.hpp"

#include <array>
#include <charconv>

namespace whatsflow::flags {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
bool same_letters(std::string_view a, std::string_view lowered) {
    return std::ranges::equal(a, lowered, [](char x, char y) { return lower(x) == y; });
}

std::vector<std::string> tidy_values(const Place& place) {
    std::vector<std::string> values;
    for (const auto& value : place.texts("values"))
        if (const auto text = trimmed(value); !text.empty()) values.emplace_back(text);
    return values;
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size() && i < 20; ++i) text += (i ? ", " : "") + values[i];
    return values.size() > 20 ? text + " and " + std::to_string(values.size() - 20) + " more" : text;
}

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // clang 16 does not deduce it for an aggregate

}  // namespace

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<double> number_of(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double number = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number != number) return std::nullopt;
    return number;
}

Constraint Constraint::never(std::string why) {
    Constraint constraint;
    constraint.operator_ = "never";
    constraint.value_in_words_ = std::move(why);
    return constraint;
}

Constraint Constraint::compile(const Place& place, const std::string& whose, std::vector<std::string>& warnings) {
    Constraint constraint;
    constraint.field_ = place.text_or("contextName", "");
    constraint.operator_ = place.text_or("operator", "");
    constraint.inverted_ = place.flag_or("inverted", false);
    const auto values = tidy_values(place);
    constraint.value_in_words_ = values.empty() ? place.text_or("value", "") : joined(values);
    std::string problem;
    constraint.test_ = compile_test(place, constraint.operator_, problem);
    if (!problem.empty()) warnings.push_back(whose + ": " + problem + " It is kept and evaluates to false.");
    return constraint;
}

Constraint::Test Constraint::compile_text(Text::Where where, const Place& place, std::string& problem) {
    Text text{where, {}, place.flag_or("caseInsensitive", false), {}};
    for (auto& value : tidy_values(place)) {
        if (!text.any_case || is_ascii(value)) {
            if (text.any_case) std::ranges::transform(value, value.begin(), lower);
            text.values.push_back(std::move(value));
            continue;
        }
        const auto expression =
            (where == Text::Where::start ? "\\A" : "") + exactly(value) + (where == Text::Where::end ? "\\z" : "");
        std::string reason;
        if (auto pattern = Pattern::compile(expression, Letters::any_case, reason))
            text.beyond_ascii.push_back(std::move(pattern));
        else
            problem = "A value is too long to be compared without regard to capitals.";
    }
    return text;
}

Constraint::Test Constraint::compile_test(const Place& place, const std::string& name, std::string& problem) {
    const auto order_of = [](std::string_view word) -> std::optional<Order> {
        if (word == "EQ") return Order::equal;
        if (word == "GT") return Order::greater;
        if (word == "LT") return Order::less;
        if (word == "GTE") return Order::greater_or_equal;
        if (word == "LTE") return Order::less_or_equal;
        return std::nullopt;
    };
    if (name == "IN" || name == "NOT_IN") {
        OneOf one_of{tidy_values(place), name == "IN"};
        std::ranges::sort(one_of.values);
        return one_of;
    }
    if (name == "STR_STARTS_WITH") return compile_text(Text::Where::start, place, problem);
    if (name == "STR_ENDS_WITH") return compile_text(Text::Where::end, place, problem);
    if (name == "STR_CONTAINS") return compile_text(Text::Where::anywhere, place, problem);
    const auto value = place.text_or("value", "");
    if (name.starts_with("NUM_"))
        if (const auto order = order_of(std::string_view(name).substr(4))) return Number{*order, number_of(value)};
    if (name.starts_with("SEMVER_"))
        if (const auto order = order_of(std::string_view(name).substr(7)))
            return Version{*order, SemanticVersion::parse(trimmed(value))};
    if (name == "DATE_AFTER") return Moment{Order::greater, parse_moment(trimmed(value))};
    if (name == "DATE_BEFORE") return Moment{Order::less, parse_moment(trimmed(value))};
    if (name == "REGEX") {
        const auto letters = place.flag_or("caseInsensitive", false) ? Letters::any_case : Letters::exact;
        std::string reason;
        auto pattern = Pattern::compile(value, letters, reason);
        if (pattern) return Matches{std::move(pattern)};
        problem = "The regular expression '" + value.substr(0, 80) + "' is refused: " + reason + ".";
        return Never{};
    }
    if (name == "IN_CIDR") {
        InRange in_range;
        for (const auto& each : tidy_values(place))
            if (const auto range = AddressRange::parse(each)) in_range.ranges.push_back(*range);
        return in_range;
    }
    problem = "The operator '" + name.substr(0, 80) + "' is unknown.";
    return Never{};
}

bool Constraint::holds(const Context& context, const sdk::Clock& clock) const {
    if (std::holds_alternative<Never>(test_)) return false;
    if (const auto* moment = std::get_if<Moment>(&test_)) {
        const auto at = context.current_time ? parse_moment(trimmed(*context.current_time)) : clock.now();
        return (at && moment->value && compare(moment->order, *at, *moment->value)) != inverted_;
    }
    const auto* value = context.find(field_);
    const bool passed = std::visit(Overloaded{[](const Never&) { return false; }, [](const Moment&) { return false; },
                                              [&](const auto& each) { return test(each, value); }},
                                   test_);
    return passed != inverted_;
}

bool Constraint::test(const OneOf& one_of, const std::string* value) {
    if (!value) return !one_of.wanted;
    const bool found = one_of.values.size() < 8 ? std::ranges::find(one_of.values, *value) != one_of.values.end()
                                                : std::ranges::binary_search(one_of.values, *value);
    return found == one_of.wanted;
}

bool Constraint::test(const Text& text, const std::string* value) {
    if (!value) return false;
    const auto passes = [&](const std::string& wanted) {
        const std::string_view all = *value;
        if (wanted.size() > all.size()) return false;
        const auto same = [&](std::string_view part) {
            return text.any_case ? same_letters(part, wanted) : part == wanted;
        };
        switch (text.where) {
            case Text::Where::start: return same(all.substr(0, wanted.size()));
            case Text::Where::end: return same(all.substr(all.size() - wanted.size()));
            case Text::Where::anywhere: break;
        }
        if (!text.any_case) return all.find(wanted) != std::string_view::npos;
        return !std::ranges::search(all, wanted, [](char x, char y) { return lower(x) == y; }).empty();
    };
    return std::ranges::any_of(text.values, passes) ||
           std::ranges::any_of(text.beyond_ascii, [&](const auto& each) { return each->is_found_in(*value); });
}

bool Constraint::test(const Number& number, const std::string* value) {
    const auto given = value ? number_of(*value) : std::nullopt;
    return given && number.value && compare(number.order, *given, *number.value);
}

bool Constraint::test(const Version& version, const std::string* value) {
    const auto given = value ? SemanticVersion::parse(trimmed(*value)) : std::nullopt;
    return given && version.value && compare(version.order, *given, *version.value);
}

bool Constraint::test(const Matches& matches, const std::string* value) {
    return value && matches.pattern->is_found_in(*value);
}

bool Constraint::test(const InRange& in_range, const std::string* value) {
    const auto address = value ? IpAddress::parse(trimmed(*value)) : std::nullopt;
    return address && std::ranges::any_of(in_range.ranges, [&](const auto& each) { return each.contains(*address); });
}

template <class T>
bool Constraint::compare(Order order, const T& a, const T& b) {
    switch (order) {
        case Order::equal: return a == b;
        case Order::greater: return a > b;
        case Order::less: return a < b;
        case Order::greater_or_equal: return a >= b;
        case Order::less_or_equal: return a <= b;
    }
    return false;
}

std::string Constraint::in_words() const {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kWords{
        {{"IN", "is one of"},
         {"NOT_IN", "is none of"},
         {"STR_STARTS_WITH", "starts with"},
         {"STR_ENDS_WITH", "ends with"},
         {"STR_CONTAINS", "contains"},
         {"NUM_EQ", "="},
         {"NUM_GT", ">"},
         {"NUM_GTE", "≥"},
         {"NUM_LT", "<"},
         {"NUM_LTE", "≤"},
         {"DATE_AFTER", "the time is after"},
         {"DATE_BEFORE", "the time is before"},
         {"SEMVER_EQ", "is version"},
         {"SEMVER_GT", "is a version above"},
         {"SEMVER_GTE", "is at least version"},
         {"SEMVER_LT", "is a version below"},
         {"SEMVER_LTE", "is at most version"},
         {"REGEX", "matches"},
         {"IN_CIDR", "is within"},
         {"never", ""}}};
    if (operator_ == "never") return value_in_words_;
    const auto known = std::ranges::find(kWords, operator_, &std::pair<std::string_view, std::string_view>::first);
    std::string text = inverted_ ? "not: " : "";
    if (!is_about_time()) text += field_ + " ";
    text += known == kWords.end() ? std::string_view(operator_) : known->second;
    text += " " + (value_in_words_.empty() ? "nothing" : value_in_words_);
    return segment_.empty() ? text : segment_ + ": " + text;
}

}  // namespace whatsflow::flags
