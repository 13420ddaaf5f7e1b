#include "search_words.hpp"

#include "checks.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::accounts {
namespace {

constexpr std::size_t kLongestWord = 120;
constexpr std::size_t kMostSearched = 4;
constexpr int kLooked = 3000;  ///< index entries that one search looks at
constexpr int kCommon = 1000;  ///< a word with so many is not counted further

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

/// Whoever is called at +94 77 123 4567 is also asked for as 077 123 4567: the number is found by
/// what follows a country code of one, two or three digits.
void add_endings_of_number(std::string_view text, std::set<std::string>& words) {
    constexpr std::size_t kShortest = 6;
    if (!text.starts_with('+')) return;
    const auto digits = digits_of_number(text);
    for (std::size_t code = 1; code <= 3 && digits.size() >= code + kShortest; ++code)
        words.insert(cut(digits.substr(code)));
}

/// A number as people write it, with blanks and a leading zero; empty when it is none.
std::string number_typed(std::string_view typed) {
    constexpr std::size_t kShortest = 6;
    std::string together;
    for (const char c : typed)
        if (c != ' ' && c != '(' && c != ')') together += c;
    auto digits = digits_of_number(together);
    if (digits.size() < kShortest) return {};
    digits.erase(0, digits.find_first_not_of('0'));
    return digits;
}

/// The search walks along the first word. A page further on stays with the word of its cursor.
sdk::Result<void> put_rarest_first(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& kind,
                                   std::vector<std::string>& words, const std::string& walked_along) {
    if (words.size() < 2) return sdk::ok();
    std::size_t best = 0;
    std::int64_t fewest = kCommon + 1;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!walked_along.empty() && !walked_along.starts_with(words[i])) continue;
        const auto row = where.query_one(context,
                                         "SELECT COUNT(*) AS n FROM (SELECT 1 FROM accounts_words WHERE kind = ? AND "
                                         "word >= ? AND word < ? LIMIT " +
                                             std::to_string(kCommon) + ") few",
                                         {kind, words[i], end_of(words[i])});
        if (!row) return row.error();
        const auto count = (*row)->integer("n");
        if (count >= fewest) continue;
        fewest = count;
        best = i;
    }
    std::swap(words.front(), words[best]);
    return sdk::ok();
}

}  // namespace

std::vector<std::string> words_of(const std::vector<std::string>& texts) {
    std::set<std::string> words;
    for (const auto& text : texts) {
        add_endings_of_number(text, words);
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
    if (auto number = number_typed(typed.substr(0, 200)); !number.empty()) return {std::move(number)};
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

sdk::Result<WordPage> find_by_words(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& kind,
                                    std::vector<std::string> words, const std::string& cursor, int limit) {
    WordPage page;
    if (words.empty()) return page;
    std::string after_word;
    std::string after_id;
    if (const auto bar = cursor.rfind('|'); bar != std::string::npos) {
        after_word = cursor.substr(0, bar);
        after_id = cursor.substr(bar + 1);
    }
    if (auto chosen = put_rarest_first(where, context, kind, words, after_word); !chosen) return chosen.error();
    if (after_word.empty()) after_word = words.front();
    const std::string window =
        "SELECT subject_id AS id, word FROM accounts_words WHERE kind = ? AND word < ? AND word >= ? AND (word > ? OR "
        "subject_id > ?) ORDER BY word, subject_id LIMIT ";
    const sdk::DbValues stretch{kind, end_of(words.front()), after_word, after_word, after_id};

    // Somebody with two words of this beginning is found by the first of them only.
    std::string sql = "SELECT c.id, c.word FROM (" + window + std::to_string(kLooked) +
                      ") c WHERE NOT EXISTS (SELECT 1 FROM accounts_words s WHERE s.kind = ? AND s.subject_id = c.id "
                      "AND s.word >= ? AND s.word < c.word)";
    auto values = stretch;
    values.insert(values.end(), {kind, words.front()});
    for (std::size_t i = 1; i < words.size(); ++i) {
        sql +=
            " AND EXISTS (SELECT 1 FROM accounts_words o WHERE o.kind = ? AND o.subject_id = c.id AND o.word >= ? AND "
            "o.word < ?)";
        values.insert(values.end(), {kind, words[i], end_of(words[i])});
    }
    sql += " ORDER BY c.word, c.id LIMIT ?";
    values.emplace_back(limit);
    const auto rows = where.query(context, sql, values);
    if (!rows) return rows.error();
    for (const auto& row : *rows) page.hits.push_back({row.text("id"), row.text("word") + "|" + row.text("id")});
    if (page.hits.size() == static_cast<std::size_t>(limit)) return page;
    const auto last = where.query_one(context, window + "1 OFFSET " + std::to_string(kLooked - 1), stretch);
    if (!last) return last.error();
    if (*last) page.next = (*last)->text("word") + "|" + (*last)->text("id");
    return page;
}

}  // namespace whatsflow::accounts
