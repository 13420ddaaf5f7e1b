#include "search_words.hpp"

#include "checks.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::accounts {
namespace {

constexpr std::size_t kLongestWord = 120;
constexpr std::size_t kMostSearched = 4;

/// Greater than any text that begins with `word`: no byte of UTF-8 is 0xff, and the column
/// compares byte by byte.
std::string end_of(const std::string& word) {
    return word + "\xf4\x8f\xbf\xbf";
}

std::string cut(std::string word) {
    if (word.size() <= kLongestWord) return word;
    auto end = kLongestWord;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80) --end;
    return word.substr(0, end);
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : lowered(text)) {
        if (c == ' ' || c == ',' || c == '(' || c == ')') {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::string digits_of_number(std::string_view word) {
    std::string digits;
    for (const char c : word) {
        if (c >= '0' && c <= '9')
            digits += c;
        else if (c != '+' && c != '-' && c != '.' && c != '/')
            return {};
    }
    return digits.size() >= 4 ? digits : std::string{};
}

}  // namespace

std::vector<std::string> words_of(const std::vector<std::string>& texts) {
    std::set<std::string> words;
    for (const auto& text : texts) {
        for (const auto& word : split_words(text)) {
            const auto digits = digits_of_number(word);
            words.insert(cut(digits.empty() ? word : digits));
            if (const auto at = word.find('@'); at != std::string::npos && at + 1 < word.size())
                words.insert(cut(word.substr(at + 1)));
        }
    }
    return {words.begin(), words.end()};
}

std::vector<std::string> searched_words(std::string_view typed) {
    auto words = split_words(typed.substr(0, 200));
    for (auto& word : words) {
        if (auto digits = digits_of_number(word); !digits.empty()) word = std::move(digits);
        word = cut(std::move(word));
    }
    std::ranges::stable_sort(words, std::ranges::greater{}, &std::string::size);
    if (words.size() > kMostSearched) words.resize(kMostSearched);
    return words;
}

sdk::Result<void> store_words(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& kind,
                              const std::string& id, const std::vector<std::string>& texts) {
    const auto cleared =
        where.execute(context, "DELETE FROM accounts_words WHERE kind = ? AND subject_id = ?", {kind, id});
    if (!cleared) return cleared.error();
    for (const auto& word : words_of(texts)) {
        const auto stored = where.execute(
            context, "INSERT INTO accounts_words (kind, subject_id, word) VALUES (?, ?, ?)", {kind, id, word});
        if (!stored) return stored.error();
    }
    return sdk::ok();
}

sdk::Result<std::vector<WordHit>> find_by_words(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                const std::string& kind, const std::vector<std::string>& words,
                                                const std::string& cursor, int limit) {
    std::vector<WordHit> hits;
    if (words.empty()) return hits;
    std::string after_word = words.front();
    std::string after_id;
    if (const auto bar = cursor.rfind('|'); bar != std::string::npos) {
        after_word = cursor.substr(0, bar);
        after_id = cursor.substr(bar + 1);
    }
    std::string sql =
        "SELECT w.subject_id AS id, w.word AS word FROM accounts_words w WHERE w.kind = ? AND w.word < ? AND "
        "w.word >= ? AND (w.word > ? OR w.subject_id > ?) AND NOT EXISTS (SELECT 1 FROM accounts_words s WHERE s.kind "
        "= w.kind AND s.subject_id = w.subject_id AND s.word >= ? AND s.word < w.word)";
    sdk::DbValues values{kind, end_of(words.front()), after_word, after_word, after_id, words.front()};
    for (std::size_t i = 1; i < words.size(); ++i) {
        sql +=
            " AND EXISTS (SELECT 1 FROM accounts_words o WHERE o.kind = w.kind AND o.subject_id = w.subject_id AND "
            "o.word >= ? AND o.word < ?)";
        values.emplace_back(words[i]);
        values.emplace_back(end_of(words[i]));
    }
    sql += " ORDER BY w.word, w.subject_id LIMIT ?";
    values.emplace_back(limit);
    const auto rows = where.query(context, sql, values);
    if (!rows) return rows.error();
    for (const auto& row : *rows) hits.push_back({row.text("id"), row.text("word") + "|" + row.text("id")});
    return hits;
}

}  // namespace whatsflow::accounts
