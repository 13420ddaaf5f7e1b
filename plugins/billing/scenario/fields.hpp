/// \file
/// Reads one JSON object strictly: every key is asked for once, and `finish` refuses the rest.
#pragma once

#include "core/amount.hpp"
#include "core/calendar.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::billing::scenario {

/// Stays inside the reader; `read_story` turns it into a `Result`.
struct BadFile {
    std::string place;
    std::string sentence;
};

[[noreturn]] void bad_file(const std::string& place, const std::string& sentence);
/// The nearest of the words, if one is near: for "did you mean".
std::string nearest(const std::string& word, const std::vector<std::string>& words);

class Fields {
public:
    Fields(const nlohmann::json& object, std::string place);

    bool has(const std::string& key);  ///< present and not null
    std::string place(const std::string& key) const;

    std::string text(const std::string& key);
    std::string text_or(const std::string& key, std::string fallback);
    std::int64_t whole(const std::string& key, std::int64_t least, std::int64_t most);
    std::int64_t whole_or(const std::string& key, std::int64_t fallback, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> maybe_whole(const std::string& key, std::int64_t least, std::int64_t most);
    bool yes_or(const std::string& key, bool fallback);
    LocalDate date(const std::string& key);
    std::optional<LocalDate> maybe_date(const std::string& key);
    Decimal decimal(const std::string& key);
    Interval interval(const std::string& key);
    std::size_t choice(const std::string& key, const std::vector<std::string>& words, std::size_t fallback);

    /// Null without the key.
    const nlohmann::json* raw(const std::string& key);
    void each(const std::string& key, const std::function<void(const nlohmann::json&, const std::string& place)>& read);

    /// Refuses keys that nobody asked for.
    void finish() const;

private:
    const nlohmann::json& needed(const std::string& key);

    const nlohmann::json& object_;
    std::string place_;
    std::vector<std::string> known_;
};

}  // namespace whatsflow::billing::scenario
