#include "views/template_source.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace whatsflow::views {

namespace {

constexpr std::size_t kDeepestSection = 32;
constexpr std::array<std::string_view, 6> kLoadTime{"t",           "asset",          "format_number", "format_money",
                                                    "format_date", "format_datetime"};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.' || c == '/';
    });
}

/// Reads one file from its start to its end, once.
class Reader {
public:
    Reader(TemplateSource& source, Problems& problems) : source_(source), text_(source.text), problems_(problems) {}

    void read() {
        while (at_ < text_.size()) {
            const auto open = text_.find("{{", at_);
            add_text(open == std::string_view::npos ? text_.size() : open);
            if (open == std::string_view::npos) break;
            if (!read_tag()) return;
        }
        for (const auto& section : open_) {
            complain(section.position, "the section `" + section.name + "` is never closed.",
                     "Add {{/" + section.name + "}}.");
        }
    }

private:
    struct Open {
        std::string name;
        std::size_t position;
    };

    void complain(std::size_t position, std::string message, std::string remedy) {
        problems_.push_back({source_.file, line_at(text_, position), excerpt_at(text_, position), std::move(message),
                             std::move(remedy)});
    }

    /// Lines are counted as the reading goes on: counting from the start each time is quadratic.
    std::size_t line_of(std::size_t position) {
        line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                     text_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
        counted_ = position;
        return line_;
    }

    void add_text(std::size_t end) {
        if (end == at_) return;
        source_.tags.push_back(
            {Tag::Kind::text, std::string(text_.substr(at_, end - at_)), {}, at_, end, line_of(at_), {}});
        at_ = end;
    }

    /// The line holds nothing but the tag from `begin` to `end`: mustache then drops the line.
    bool stands_alone(std::size_t begin, std::size_t end) const {
        auto left = begin;
        while (left > 0 && (text_[left - 1] == ' ' || text_[left - 1] == '\t')) --left;
        if (left > 0 && text_[left - 1] != '\n') return false;
        const auto right = text_.find_first_not_of(" \t\r", end);
        return right == std::string_view::npos || text_[right] == '\n';
    }

    /// Takes the blanks before the tag back and skips the rest of its line. Returns the blanks.
    std::string drop_line(std::size_t end) {
        std::string indent;
        if (!source_.tags.empty() && source_.tags.back().kind == Tag::Kind::text) {
            auto& before = source_.tags.back().name;
            const auto keep = before.find_last_not_of(" \t");
            const auto size = keep == std::string::npos ? 0 : keep + 1;
            indent = before.substr(size);
            before.resize(size);
            if (before.empty()) source_.tags.pop_back();
        }
        const auto newline = text_.find('\n', end);
        at_ = newline == std::string_view::npos ? text_.size() : newline + 1;
        return indent;
    }

    bool read_tag() {
        const auto begin = at_;
        const bool triple = text_.substr(begin, 3) == "{{{";
        const std::string_view closing = triple ? "}}}" : "}}";
        const auto inside = begin + (triple ? 3 : 2);
        const auto close = text_.find(closing, inside);
        if (close == std::string_view::npos) {
            complain(begin, "a tag is opened and never closed.", "Close it with " + std::string(closing) + ".");
            return false;
        }
        const auto end = close + closing.size();
        auto content = trimmed(text_.substr(inside, close - inside));
        const char sigil = triple ? '&' : (content.empty() ? '\0' : content.front());
        if (!triple && !content.empty() && std::string_view("#^/>!=&").find(sigil) != std::string_view::npos) {
            content = trimmed(content.substr(1));
        }
        return add_tag(sigil, std::string(content), begin, end);
    }

    bool add_tag(char sigil, std::string name, std::size_t begin, std::size_t end) {
        if (sigil == '!') return add_comment(name, begin, end);
        if (sigil == '=') {
            complain(begin, "other delimiters than {{ }} are not part of the language.", "Write the tag with {{ }}.");
            return false;
        }
        if (!is_name(name)) {
            complain(begin, "`" + name + "` is not a name.",
                     "Names have letters, digits, `_`, `-`, `.` and, for partials, `/`.");
            at_ = end;
            return true;
        }
        if (sigil == '#' && std::find(kLoadTime.begin(), kLoadTime.end(), name) != kLoadTime.end()) {
            return add_load_time(name, begin, end);
        }
        const auto kind = kind_of(sigil);
        if (kind != Tag::Kind::partial && name.find('/') != std::string::npos) {
            complain(begin, "`" + name + "` is not the name of a value.", "Only partials have `/` in their names.");
        }
        keep_balance(kind, name, begin);
        Tag tag{kind, std::move(name), {}, begin, end, line_of(begin), {}};
        const bool of_a_line = kind != Tag::Kind::variable && kind != Tag::Kind::unescaped;
        if (of_a_line && stands_alone(begin, end)) {
            tag.indent = drop_line(end);
        } else {
            at_ = end;
        }
        source_.tags.push_back(std::move(tag));
        return true;
    }

    static Tag::Kind kind_of(char sigil) {
        switch (sigil) {
            case '#': return Tag::Kind::section;
            case '^': return Tag::Kind::inverted;
            case '/': return Tag::Kind::close;
            case '>': return Tag::Kind::partial;
            case '&': return Tag::Kind::unescaped;
            default: return Tag::Kind::variable;
        }
    }

    void keep_balance(Tag::Kind kind, const std::string& name, std::size_t position) {
        if (kind == Tag::Kind::section || kind == Tag::Kind::inverted) {
            if (open_.size() == kDeepestSection) {
                complain(position, "sections are nested more than 32 deep.", "Move the inner part into the model.");
            }
            open_.push_back({name, position});
        } else if (kind == Tag::Kind::close) {
            if (open_.empty()) {
                complain(position, "{{/" + name + "}} closes what was never opened.",
                         "Remove it, or open {{#" + name + "}}.");
                return;
            }
            if (open_.back().name != name) {
                complain(position, "{{/" + name + "}} closes the section `" + open_.back().name + "`.",
                         "Write {{/" + open_.back().name + "}}.");
            }
            open_.pop_back();
        }
    }

    bool add_comment(std::string_view content, std::size_t begin, std::size_t end) {
        if (begin == 0) read_directives(content);
        if (stands_alone(begin, end)) {
            drop_line(end);
        } else {
            at_ = end;
        }
        return true;
    }

    void read_directives(std::string_view content) {
        while (!content.empty()) {
            const auto semicolon = content.find(';');
            const auto part = content.substr(0, semicolon);
            const auto colon = part.find(':');
            const auto key = trimmed(part.substr(0, colon));
            if (colon != std::string_view::npos &&
                (key == "layout" || key == "format" || key == "title" || key == "description")) {
                source_.directives[std::string(key)] = std::string(trimmed(part.substr(colon + 1)));
            }
            content = semicolon == std::string_view::npos ? std::string_view{} : content.substr(semicolon + 1);
        }
    }

    bool add_load_time(const std::string& what, std::size_t begin, std::size_t inside) {
        const auto close_begin = text_.find("{{", inside);
        const auto close_end = close_begin == std::string_view::npos ? close_begin : text_.find("}}", close_begin);
        const auto expected = "/" + what;
        if (close_end == std::string_view::npos ||
            trimmed(text_.substr(close_begin + 2, close_end - close_begin - 2)) != expected) {
            complain(begin, "{{#" + what + "}} takes a plain name, then {{/" + what + "}}.",
                     "Its content is looked up while the theme loads, so no other tag can be inside.");
            at_ = inside;
            return close_end != std::string_view::npos;
        }
        auto name = std::string(trimmed(text_.substr(inside, close_begin - inside)));
        if (!is_name(name)) {
            complain(begin, "`" + name + "` is not a name.", "Write {{#" + what + "}}name{{/" + what + "}}.");
        }
        const auto kind = what == "t" ? Tag::Kind::translate : what == "asset" ? Tag::Kind::asset : Tag::Kind::format;
        source_.tags.push_back({kind, std::move(name), what, begin, close_end + 2, line_of(begin), {}});
        at_ = close_end + 2;
        return true;
    }

    TemplateSource& source_;
    std::string_view text_;
    Problems& problems_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t counted_ = 0;
    std::vector<Open> open_;
};

}  // namespace

TemplateSource parse_template(std::string file, std::string text, Problems& problems) {
    TemplateSource source{std::move(file), std::move(text), {}, {}};
    Reader(source, problems).read();
    return source;
}

}  // namespace whatsflow::views
