#include "data/sql_text.hpp"

#include <algorithm>
#include <cctype>

namespace whatsflow::data {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}
bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

/// Behind the comment that begins at `at`, or `at` itself.
std::size_t behind_comment(std::string_view sql, std::size_t at) {
    const auto here = sql.substr(at);
    if (here.starts_with("--")) return std::min(sql.find('\n', at), sql.size());
    if (here.starts_with("/*") && !here.starts_with("/*!") && !here.starts_with("/*M!")) {
        const auto end = sql.find("*/", at + 2);
        return end == std::string_view::npos ? sql.size() : end + 2;
    }
    return at;
}

/// Behind the quoted text that begins at `at`; a doubled quote is part of it.
std::size_t behind_quoted(std::string_view sql, std::size_t at) {
    const char quote = sql[at];
    for (auto i = at + 1; i < sql.size(); ++i) {
        if (sql[i] != quote) continue;
        if (i + 1 < sql.size() && sql[i + 1] == quote) {
            ++i;
            continue;
        }
        return i + 1;
    }
    return sql.size();
}

std::string unquoted(std::string_view quoted) {
    const char quote = quoted.front();
    quoted.remove_prefix(1);
    if (!quoted.empty() && quoted.back() == quote) quoted.remove_suffix(1);
    std::string out;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
        out.push_back(quoted[i]);
        if (quoted[i] == quote) ++i;
    }
    return out;
}

bool is_quote(char c) {
    return c == '\'' || c == '"' || c == '`';
}

std::string trimmed(std::string text) {
    while (!text.empty() && is_space(text.back())) text.pop_back();
    const auto first = std::find_if_not(text.begin(), text.end(), is_space);
    text.erase(text.begin(), first);
    return text;
}

}  // namespace

std::vector<std::string> split_statements(std::string_view sql) {
    std::vector<std::string> statements;
    std::string current;
    const auto finish = [&] {
        auto statement = trimmed(std::move(current));
        if (!statement.empty()) statements.push_back(std::move(statement));
        current.clear();
    };
    for (std::size_t i = 0; i < sql.size();) {
        if (const auto behind = behind_comment(sql, i); behind != i) {
            current.push_back(' ');
            i = behind;
        } else if (is_quote(sql[i])) {
            const auto end = behind_quoted(sql, i);
            current.append(sql.substr(i, end - i));
            i = end;
        } else if (sql[i] == ';') {
            finish();
            ++i;
        } else {
            current.push_back(sql[i++]);
        }
    }
    finish();
    return statements;
}

std::vector<SqlToken> tokens_of(std::string_view statement) {
    std::vector<SqlToken> tokens;
    for (std::size_t i = 0; i < statement.size();) {
        if (const auto behind = behind_comment(statement, i); behind != i) {
            i = behind;
        } else if (is_space(statement[i])) {
            ++i;
        } else if (is_quote(statement[i])) {
            const auto end = behind_quoted(statement, i);
            const auto kind = statement[i] == '\'' ? SqlToken::Kind::string : SqlToken::Kind::quoted_name;
            tokens.push_back({kind, unquoted(statement.substr(i, end - i)), i});
            i = end;
        } else if (is_word(statement[i])) {
            auto end = i;
            while (end < statement.size() && is_word(statement[end])) ++end;
            std::string word(statement.substr(i, end - i));
            std::transform(word.begin(), word.end(), word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            tokens.push_back({SqlToken::Kind::word, std::move(word), i});
            i = end;
        } else {
            tokens.push_back({SqlToken::Kind::symbol, std::string(1, statement[i]), i});
            ++i;
        }
    }
    return tokens;
}

bool only_reads(std::string_view statement) {
    const auto tokens = tokens_of(statement);
    const auto is = [](const SqlToken& token, std::string_view word) {
        return token.kind == SqlToken::Kind::word && token.text == word;
    };
    if (tokens.empty() || !is(tokens.front(), "SELECT")) return false;
    return std::none_of(tokens.begin(), tokens.end(), [&](const SqlToken& token) {
        return is(token, "INTO") || is(token, "FOR") || is(token, "LOCK") || is(token, "NEXTVAL") ||
               is(token, "GET_LOCK");
    });
}

}  // namespace whatsflow::data
