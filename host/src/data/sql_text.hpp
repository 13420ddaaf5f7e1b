/// \file
/// Reading SQL just far enough: where a statement ends, which words it is made of, and
/// whether it may be run twice without harm.
///
/// Strings, quoted names and comments are understood; bodies of
/// triggers and procedures are not, and migrations have none. What MariaDB runs although it
/// looks like a comment (`/*! … */`) is read as the words it is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::data {

struct SqlToken {
    enum class Kind { word, quoted_name, string, symbol };
    Kind kind;
    std::string text;    ///< words in capitals, quoted names and strings without their quotes
    std::size_t at = 0;  ///< where it begins in the statement
};

/// `a; b -- why` is two statements, without the comment at the end; empty ones are left out.
[[nodiscard]] std::vector<std::string> split_statements(std::string_view sql);
[[nodiscard]] std::vector<SqlToken> tokens_of(std::string_view statement);

/// A SELECT that locks nothing. False when in doubt.
[[nodiscard]] bool only_reads(std::string_view statement);

}  // namespace whatsflow::data
