/// \file
/// The template language: a template's text, cut into tags.
///
/// It is mustache without set-delimiter, plus sections that are resolved while the theme loads, so
/// that rendering is only values: `{{#t}}some.key{{/t}}` (a text), `{{#asset}}css/site.css{{/asset}}`
/// (a fingerprinted address), and formats of a value: `{{#format_number}}count{{/format_number}}`,
/// `format_money`, `format_date`, `format_datetime` alike.
/// The first line may say how a view is shown: `{{! layout: none; format: text; title: some.key }}`.
#pragma once

#include "views/problems.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

struct Tag {
    enum class Kind {
        text,       ///< `name` is the text itself
        variable,   ///< {{name}}
        unescaped,  ///< {{{name}}} or {{&name}}
        section,    ///< {{#name}}
        inverted,   ///< {{^name}}
        close,      ///< {{/name}}
        partial,    ///< {{> name}}
        translate,  ///< {{#t}}name{{/t}}
        asset,      ///< {{#asset}}name{{/asset}}
        format,     ///< {{#format_money}}name{{/format_money}}: `detail` is `format_money`
    };
    Kind kind;
    std::string name;
    std::string detail{};
    std::size_t position = 0;  ///< where it starts in the file
    std::size_t end = 0;       ///< one past its last byte in the file
    std::size_t line = 0;
    std::string indent{};  ///< of a partial that stands alone on its line
};

/// One template file, read and balanced: every section is closed, nested at most 32 deep.
struct TemplateSource {
    std::string file;  ///< as it appears in messages
    std::string text;
    std::vector<Tag> tags;
    std::map<std::string, std::string> directives;  ///< of the first line's comment
};

/// Cuts `text` into tags and adds what is wrong with it to `problems`. With problems the tags
/// are incomplete and must not be used.
TemplateSource parse_template(std::string file, std::string text, Problems& problems);

}  // namespace whatsflow::views
