#include "fields.hpp"

#include <algorithm>
#include <numeric>

namespace whatsflow::billing::scenario {
namespace {

std::size_t edits_between(const std::string& left, const std::string& right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t l = 1; l <= left.size(); ++l) {
        std::size_t diagonal = std::exchange(row[0], l);
        for (std::size_t r = 1; r <= right.size(); ++r) {
            const auto change = diagonal + (left[l - 1] == right[r - 1] ? 0 : 1);
            diagonal = row[r];
            row[r] = std::min({row[r] + 1, row[r - 1] + 1, change});
        }
    }
    return row.back();
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace

void bad_file(const std::string& place, const std::string& sentence) {
    throw BadFile{place, sentence};
}

std::string nearest(const std::string& word, const std::vector<std::string>& words) {
    std::string best;
    std::size_t distance = word.size() / 2 + 1;
    for (const auto& each : words)
        if (const auto edits = edits_between(word, each); edits < distance) {
            best = each;
            distance = edits;
        }
    return best;
}

Fields::Fields(const nlohmann::json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) bad_file(place_, "must be an object, with keys in braces.");
}

std::string Fields::place(const std::string& key) const {
    return place_.empty() ? key : place_ + "." + key;
}

bool Fields::has(const std::string& key) {
    const auto* value = raw(key);
    return value != nullptr && !value->is_null();
}

const nlohmann::json* Fields::raw(const std::string& key) {
    known_.push_back(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
}

const nlohmann::json& Fields::needed(const std::string& key) {
    const auto* value = raw(key);
    if (value == nullptr) bad_file(place(key), "is missing.");
    return *value;
}

std::string Fields::text(const std::string& key) {
    const auto& value = needed(key);
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
        bad_file(place(key), "must be a text in quotes.");
    return value.get<std::string>();
}

std::string Fields::text_or(const std::string& key, std::string fallback) {
    return has(key) ? text(key) : fallback;
}

std::int64_t Fields::whole(const std::string& key, std::int64_t least, std::int64_t most) {
    const auto& value = needed(key);
    const bool too_large = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
    if (!value.is_number_integer() || too_large || value.get<std::int64_t>() < least ||
        value.get<std::int64_t>() > most)
        bad_file(place(key),
                 "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
    return value.get<std::int64_t>();
}

std::int64_t Fields::whole_or(const std::string& key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    return has(key) ? whole(key, least, most) : fallback;
}

std::optional<std::int64_t> Fields::maybe_whole(const std::string& key, std::int64_t least, std::int64_t most) {
    return has(key) ? std::optional(whole(key, least, most)) : std::nullopt;
}

bool Fields::yes_or(const std::string& key, bool fallback) {
    if (!has(key)) return fallback;
    const auto& value = needed(key);
    if (!value.is_boolean()) bad_file(place(key), "must be true or false.");
    return value.get<bool>();
}

LocalDate Fields::date(const std::string& key) {
    const auto read = read_date(text(key));
    if (!read) bad_file(place(key), "must be a date, such as \"2026-03-10\".");
    return *read;
}

std::optional<LocalDate> Fields::maybe_date(const std::string& key) {
    return has(key) ? std::optional(date(key)) : std::nullopt;
}

Decimal Fields::decimal(const std::string& key) {
    const auto read = read_decimal(text(key));
    if (!read) bad_file(place(key), "must be a decimal number in quotes, such as \"0.4\".");
    return *read;
}

Interval Fields::interval(const std::string& key) {
    const auto read = read_interval(text(key));
    if (!read) bad_file(place(key), "must be day, week, month, quarter or year.");
    return *read;
}

std::size_t Fields::choice(const std::string& key, const std::vector<std::string>& words, std::size_t fallback) {
    if (!has(key)) return fallback;
    const auto word = text(key);
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) bad_file(place(key), "is '" + word + "'; it must be one of " + listed(words) + ".");
    return static_cast<std::size_t>(found - words.begin());
}

void Fields::each(const std::string& key, const std::function<void(const nlohmann::json&, const std::string&)>& read) {
    if (!has(key)) return;
    const auto& list = needed(key);
    if (!list.is_array()) bad_file(place(key), "must be a list in brackets.");
    for (std::size_t at = 0; at < list.size(); ++at) read(list[at], place(key) + "[" + std::to_string(at) + "]");
}

void Fields::finish() const {
    for (const auto& [key, value] : object_.items()) {
        if (std::ranges::find(known_, key) != known_.end()) continue;
        const auto near = nearest(key, known_);
        auto keys = known_;
        std::ranges::sort(keys);
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        bad_file(place(key), "is an unknown key; " +
                                 (near.empty() ? "there are " + listed(keys) : "did you mean '" + near + "'?") +
                                 (near.empty() ? "." : ""));
    }
}

}  // namespace whatsflow::billing::scenario
