#include "data/migration_lint.hpp"

#include "data/sql_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace whatsflow::data {
namespace {

using Tokens = std::vector<SqlToken>;
using Kind = SqlToken::Kind;

constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {"LONGTEXT", "clients of this size of column crash; use VARCHAR(n) or TEXT, and files for large bodies"},
    {"LONGBLOB", "clients of this size of column crash; use BLOB, and files for large bodies"},
    {"MEDIUMTEXT", "each query allocates 16 MiB for it; use VARCHAR(n) or TEXT, and files for large bodies"},
    {"MEDIUMBLOB", "each query allocates 16 MiB for it; use BLOB, and files for large bodies"},
    {"JSON", "MariaDB makes it a LONGTEXT; use TEXT with CHECK (JSON_VALID(column))"},
    {"DECIMAL", "money is BIGINT minor units and no other number needs it"},
    {"NUMERIC", "money is BIGINT minor units and no other number needs it"},
    {"DEC", "money is BIGINT minor units and no other number needs it"},
    {"FIXED", "money is BIGINT minor units and no other number needs it"},
    {"FLOAT", "it keeps seven digits; money is BIGINT minor units, a measurement is DOUBLE"},
};

// What a migration has no business with: it changes the session, the server or hides code.
constexpr std::array<std::string_view, 16> kStarts = {"ALTER",   "CREATE",   "DROP",   "INSERT", "UPDATE",  "DELETE",
                                                      "REPLACE", "TRUNCATE", "RENAME", "WITH",   "ANALYZE", "OPTIMIZE",
                                                      "SELECT",  "REINDEX",  "VALUES", "EXPLAIN"};
constexpr std::array<std::string_view, 6> kCreatable = {"TABLE", "INDEX", "UNIQUE", "FULLTEXT", "VIEW", "TEMPORARY"};

bool is(const Tokens& tokens, std::size_t at, std::string_view word) {
    return at < tokens.size() && tokens[at].kind == Kind::word && tokens[at].text == word;
}

bool is_name(const Tokens& tokens, std::size_t at) {
    return at < tokens.size() && (tokens[at].kind == Kind::word || tokens[at].kind == Kind::quoted_name);
}

bool is_symbol(const Tokens& tokens, std::size_t at, char symbol) {
    return at < tokens.size() && tokens[at].kind == Kind::symbol && tokens[at].text[0] == symbol;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

class Linter {
public:
    Linter(std::string_view prefix, std::vector<std::string>& faults) : prefix_(prefix), faults_(faults) {}

    void look_at(const Tokens& tokens) {
        if (tokens.empty()) return;
        look_at_start(tokens);
        look_at_tables(tokens);
        const bool defines =
            is(tokens, 0, "ALTER") || (is(tokens, 0, "CREATE") && (is(tokens, 1, "TABLE") || is(tokens, 2, "TABLE")));
        if (defines) look_at_columns(tokens);
    }

private:
    void look_at_start(const Tokens& tokens) {
        const auto& first = tokens.front();
        if (first.kind != Kind::word || std::find(kStarts.begin(), kStarts.end(), first.text) == kStarts.end())
            faults_.push_back(first.text + " has no place in a migration: it changes tables and rows, nothing else.");
        else if (is(tokens, 0, "CREATE") && tokens.size() > 1 &&
                 std::find(kCreatable.begin(), kCreatable.end(), tokens[1].text) == kCreatable.end())
            faults_.push_back("CREATE " + tokens[1].text +
                              " has no place in a migration: tables, indexes and views only.");
    }

    void look_at_tables(const Tokens& tokens) {
        const bool index = is(tokens, 0, "CREATE") && (is(tokens, 1, "INDEX") || is(tokens, 2, "INDEX"));
        const bool drops_index = is(tokens, 0, "DROP") && is(tokens, 1, "INDEX");
        const bool has_names_of_its_own = is(tokens, 0, "WITH");
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (tokens[i].kind != Kind::word) continue;
            const auto& word = tokens[i].text;
            const bool names_a_table =
                word == "TABLE" || word == "VIEW" || word == "INTO" || word == "REFERENCES" ||
                (i == 0 && (word == "UPDATE" || (word == "TRUNCATE" && !is(tokens, 1, "TABLE")))) ||
                ((index || drops_index) && word == "ON" && i < 8) ||
                (!has_names_of_its_own && (word == "JOIN" || word == "FROM") && !inside_a_call(tokens, i)) ||
                (word == "TO" && is(tokens, 0, "RENAME")) || (word == "TO" && is(tokens, i - 1, "RENAME"));
            if (names_a_table) check_names(tokens, i + 1, word == "TABLE" || word == "FROM");
        }
    }

    /// `TRIM(LEADING '0' FROM number)`: that FROM is not followed by a table.
    static bool inside_a_call(const Tokens& tokens, std::size_t at) {
        int depth = 0;
        for (auto i = at; i-- > 0;) {
            if (is_symbol(tokens, i, ')')) ++depth;
            if (is_symbol(tokens, i, '(') && depth-- == 0)
                return !is(tokens, i + 1, "SELECT") && is_name(tokens, i - 1) && i > 0;
        }
        return false;
    }

    void check_names(const Tokens& tokens, std::size_t at, bool may_be_list) {
        for (const std::string_view skipped : {"TABLE", "IF", "NOT", "EXISTS", "IGNORE", "ONLY", "LATERAL"})
            if (is(tokens, at, skipped)) ++at;
        while (is_name(tokens, at)) {
            const auto name = lower(tokens[at].text);
            if (is_symbol(tokens, at + 1, '.'))
                faults_.push_back("'" + name + ".…' names a table of another database: leave the database's name out.");
            else if (!name.starts_with(prefix_))
                faults_.push_back("'" + name + "' is not a table of this owner: its tables begin with '" + prefix_ +
                                  "'.");
            if (!may_be_list || !is_symbol(tokens, at + 1, ',')) return;
            at += 2;
        }
    }

    void look_at_columns(const Tokens& tokens) {
        for (std::size_t i = 1; i < tokens.size(); ++i) {
            if (tokens[i].kind == Kind::word && is_name(tokens, i - 1))
                for (const auto& [type, reason] : kTypes)
                    if (tokens[i].text == type)
                        faults_.push_back("column '" + lower(tokens[i - 1].text) + "' is " + std::string(type) + ": " +
                                          std::string(reason) + ".");
            check_instant(tokens, i);
            const bool charset = is(tokens, i, "CHARSET") || (is(tokens, i, "SET") && is(tokens, i - 1, "CHARACTER"));
            const auto value = is_symbol(tokens, i + 1, '=') ? i + 2 : i + 1;
            if (charset && is_name(tokens, value) && lower(tokens[value].text) != "utf8mb4")
                faults_.push_back("the character set " + lower(tokens[value].text) +
                                  " has no emoji: leave it out or write utf8mb4.");
        }
    }

    void check_instant(const Tokens& tokens, std::size_t at) {
        if (!is_name(tokens, at) || tokens[at + 1 < tokens.size() ? at + 1 : at].kind != Kind::word) return;
        const auto name = lower(tokens[at].text);
        const bool begins_column =
            is_symbol(tokens, at - 1, '(') || is_symbol(tokens, at - 1, ',') || is(tokens, at - 1, "COLUMN");
        if (!begins_column || !name.ends_with("_at") || at + 1 == tokens.size()) return;
        if (!is(tokens, at + 1, "BIGINT") && !is(tokens, at + 1, "ASC") && !is(tokens, at + 1, "DESC"))
            faults_.push_back("column '" + name + "' is " + tokens[at + 1].text +
                              ": an instant is BIGINT microseconds.");
    }

    std::string prefix_;
    std::vector<std::string>& faults_;
};

}  // namespace

std::vector<std::string> lint_migration(std::string_view table_prefix, std::string_view sql) {
    std::vector<std::string> faults;
    Linter linter(table_prefix, faults);
    for (const auto& statement : split_statements(sql)) linter.look_at(tokens_of(statement));
    return faults;
}

}  // namespace whatsflow::data
