/// \file
/// What is wrong with a theme, said so that its author can mend it.
///
/// Loading a theme collects every problem before it gives up: whoever wrote a template wants the
/// whole list, each with the file, the line, the text there and what to write instead.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

struct Problem {
    std::string file;
    std::size_t line = 0;  ///< from 1; 0 when the whole file is meant
    std::string excerpt;   ///< the line in question, shortened
    std::string message;   ///< what is wrong
    std::string remedy;    ///< what to do about it
};

using Problems = std::vector<Problem>;

/// `pages/home.mustache:12: … (remedy) | <excerpt>`, without a newline.
std::string to_text(const Problem& problem);

/// One error with every problem: a line each in the message, and as its fields.
sdk::Error to_error(std::string code, std::string_view headline, const Problems& problems);

/// The line that holds `position`, without indentation, at most 100 bytes.
std::string excerpt_at(std::string_view text, std::size_t position);

/// The number of the line that holds `position`, from 1.
std::size_t line_at(std::string_view text, std::size_t position);

}  // namespace whatsflow::views
