#include "data/tenant_statement.hpp"

#include "data/sql_text.hpp"

#include <algorithm>
#include <cctype>

namespace whatsflow::data {
namespace {

using Tokens = std::vector<SqlToken>;
using Kind = SqlToken::Kind;

constexpr std::string_view kPlaceholder = ":tenant";

std::string capitals_of(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

bool is_sign(const Tokens& tokens, std::size_t at, char symbol) {
    return at < tokens.size() && tokens[at].kind == Kind::symbol && tokens[at].text[0] == symbol;
}

bool is_identifier(const Tokens& tokens, std::size_t at) {
    return at < tokens.size() && (tokens[at].kind == Kind::word || tokens[at].kind == Kind::quoted_name);
}

bool names(const Tokens& tokens, std::size_t at, std::string_view in_capital_letters) {
    return is_identifier(tokens, at) && capitals_of(tokens[at].text) == in_capital_letters;
}

bool is_tenant_placeholder(const Tokens& tokens, std::size_t at) {
    return is_sign(tokens, at, ':') && at + 1 < tokens.size() && tokens[at + 1].kind == Kind::word &&
           tokens[at + 1].text == "TENANT" && tokens[at + 1].at == tokens[at].at + 1;
}

/// `tenant_id`, `t.tenant_id`: where it ends, or `at` when it is something else.
std::size_t behind_tenant_column(const Tokens& tokens, std::size_t at) {
    if (names(tokens, at, "TENANT_ID")) return at + 1;
    if (is_identifier(tokens, at) && is_sign(tokens, at + 1, '.') && names(tokens, at + 2, "TENANT_ID")) return at + 3;
    return at;
}

bool is_join_of_tenants(const Tokens& tokens, std::size_t at) {
    const auto left = behind_tenant_column(tokens, at);
    if (left == at || !is_sign(tokens, left, '=')) return false;
    return behind_tenant_column(tokens, left + 1) != left + 1;
}

/// `USING (tenant_id)`, `USING (contact_id, tenant_id)`.
bool is_using_tenant(const Tokens& tokens, std::size_t at) {
    if (tokens[at].kind != Kind::word || tokens[at].text != "USING" || !is_sign(tokens, at + 1, '(')) return false;
    for (auto i = at + 2; i < tokens.size() && !is_sign(tokens, i, ')'); ++i)
        if (names(tokens, i, "TENANT_ID")) return true;
    return false;
}

/// A table, not the table of a column: `notes` and `main.notes`, yet not `notes.id`.
bool names_table(const Tokens& tokens, std::size_t at, const TenantTables& tables) {
    if (!is_identifier(tokens, at) || is_sign(tokens, at + 1, '.')) return false;
    return tables.contains(capitals_of(tokens[at].text));
}

}  // namespace

TenantStatement read_statement(std::string_view sql, const TenantTables& tables) {
    TenantStatement seen;
    const auto tokens = tokens_of(sql);
    std::size_t named = 0;
    std::size_t joined = 0;
    std::size_t placeholders = 0;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (is_sign(tokens, i, '?')) {
            ++placeholders;
        } else if (is_tenant_placeholder(tokens, i)) {
            seen.tenant_at.push_back(placeholders++);
            seen.sql.append(sql.substr(copied, tokens[i].at - copied)).push_back('?');
            copied = tokens[i].at + kPlaceholder.size();
            ++i;
        } else if (names_table(tokens, i, tables)) {
            ++named;
            seen.table = tokens[i].kind == Kind::word ? std::string(sql.substr(tokens[i].at, tokens[i].text.size()))
                                                      : tokens[i].text;
        } else if (is_using_tenant(tokens, i)) {
            ++joined;
        }
        // `a.tenant_id = b.tenant_id` is seen at its `a` only: the others follow a dot.
        if (!(i > 0 && is_sign(tokens, i - 1, '.')) && is_join_of_tenants(tokens, i)) ++joined;
    }
    if (!seen.tenant_at.empty()) seen.sql.append(sql.substr(copied));
    if (named > 0 && (seen.tenant_at.empty() || seen.tenant_at.size() + joined < named)) seen.unscoped = seen.table;
    return seen;
}

}  // namespace whatsflow::data
