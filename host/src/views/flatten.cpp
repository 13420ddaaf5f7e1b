#include "views/flatten.hpp"

#include <whatsflow/sdk/http.hpp>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace whatsflow::views {

namespace {

constexpr std::size_t kDeepestPartial = 16;
constexpr std::size_t kLargestTemplate = std::size_t{1} << 20U;
constexpr std::size_t kDeepestFlattenedSection = 64;

class Splicer {
public:
    Splicer(const std::string& locale, const Surroundings& surroundings, FlatTemplate& out, Problems& problems)
        : locale_(locale), surroundings_(surroundings), out_(out), problems_(problems) {}

    void splice(const TemplateSource& source, const std::string& indent) {
        stack_.push_back(&source);
        for (const auto& tag : source.tags) {
            if (out_.text.size() > kLargestTemplate) {
                if (!std::exchange(too_large_, true)) {
                    complain(source, tag, "with its partials the template is larger than 1 MiB.",
                             "Use fewer partials.");
                }
                break;
            }
            append(source, tag, indent);
        }
        stack_.pop_back();
    }

    void append_text_of_key(const TemplateSource& source, const Tag& tag) {
        const auto* text = surroundings_.texts->find(locale_, tag.name);
        if (text != nullptr) return append_text(source, tag, *text);
        const auto* other = surroundings_.texts->find(locale_, tag.name + "_other");
        if (other == nullptr) {
            complain(source, tag, "there is no text `" + tag.name + "` in en.", "Add it to locales/en.json.");
            return;
        }
        const auto* one = surroundings_.texts->find(locale_, tag.name + "_one");
        if (one == nullptr) return append_text(source, tag, *other);
        put("{{#?$one count}}", source, tag);
        append_text(source, tag, *one);
        put("{{/?$one count}}{{^?$one count}}", source, tag);
        append_text(source, tag, *other);
        put("{{/?$one count}}", source, tag);
        out_.origins.try_emplace("count", origin(source, tag));
    }

private:
    static std::string origin(const TemplateSource& source, const Tag& tag) {
        return source.file + ":" + std::to_string(tag.line);
    }

    void complain(const TemplateSource& source, const Tag& tag, std::string message, std::string remedy) {
        problems_.push_back(
            {source.file, tag.line, excerpt_at(source.text, tag.position), std::move(message), std::move(remedy)});
    }

    void append(const TemplateSource& source, const Tag& tag, const std::string& indent) {
        if (!indent.empty() && !out_.text.empty() && out_.text.back() == '\n' && tag.kind != Tag::Kind::partial) {
            out_.text += indent;
        }
        switch (tag.kind) {
            case Tag::Kind::text: put(indented(tag.name, indent), source, tag); return;
            case Tag::Kind::variable: append_value("{{", tag.name, "}}", source, tag); return;
            case Tag::Kind::unescaped: append_value("{{{", tag.name, "}}}", source, tag); return;
            case Tag::Kind::section: open_section('#', source, tag); return;
            case Tag::Kind::inverted: open_section('^', source, tag); return;
            case Tag::Kind::close:
                if (depth_ > 0) --depth_;  // the source may be unbalanced, which was told already
                put("{{/?" + tag.name + "}}", source, tag);
                return;
            case Tag::Kind::partial: append_partial(source, tag, indent); return;
            case Tag::Kind::translate: append_text_of_key(source, tag); return;
            case Tag::Kind::asset: append_asset(source, tag); return;
            case Tag::Kind::format: append_value("{{", "$" + tag.detail + " " + tag.name, "}}", source, tag); return;
        }
    }

    static std::string indented(const std::string& text, const std::string& indent) {
        if (indent.empty()) return text;
        std::string lines;
        for (std::size_t at = 0; at < text.size();) {
            const auto newline = text.find('\n', at);
            const auto end = newline == std::string::npos ? text.size() : newline + 1;
            if (at != 0 && text[at] != '\n') lines += indent;
            lines.append(text, at, end - at);
            at = end;
        }
        return lines;
    }

    /// Two braces that meet where two files meet would become a tag that nobody wrote.
    void put(std::string_view piece, const TemplateSource& source, const Tag& tag) {
        if (!out_.text.empty() && out_.text.back() == '{' && piece.starts_with('{')) {
            complain(source, tag, "a `{` stands right before a tag.", "Put a space between them.");
            return;
        }
        out_.text += piece;
    }

    void append_value(std::string_view open, const std::string& name, std::string_view close,
                      const TemplateSource& source, const Tag& tag) {
        put(std::string(open) + name + std::string(close), source, tag);
        out_.origins.try_emplace(tag.name, origin(source, tag));
    }

    void open_section(char sigil, const TemplateSource& source, const Tag& tag) {
        if (++depth_ == kDeepestFlattenedSection) {
            complain(source, tag, "with its partials the template nests sections more than 64 deep.",
                     "Move the inner part into the model.");
        }
        put(std::string("{{") + sigil + "?" + tag.name + "}}", source, tag);
    }

    void append_partial(const TemplateSource& source, const Tag& tag, const std::string& indent) {
        const auto* partial = surroundings_.partial(tag.name);
        if (partial == nullptr) {
            complain(source, tag, "there is no partial `" + tag.name + "`.",
                     "Add it to partials/ of the theme or templates/partials/ of the plugin.");
        } else if (std::find(stack_.begin(), stack_.end(), partial) != stack_.end()) {
            complain(source, tag, "the partial `" + tag.name + "` contains itself.",
                     "Show nested data with a section over a flat list.");
        } else if (stack_.size() > kDeepestPartial) {
            complain(source, tag, "partials are nested more than 16 deep.", "Splice some of them by hand.");
        } else {
            splice(*partial, indent + tag.indent);
        }
    }

    void append_asset(const TemplateSource& source, const Tag& tag) {
        const auto address = surroundings_.asset_address(tag.name);
        if (address.empty()) {
            complain(source, tag, "there is no asset `" + tag.name + "`.", "Add it to assets/, or correct the name.");
            return;
        }
        put(address, source, tag);
    }

    void append_text(const TemplateSource& source, const Tag& tag, const std::string& text) {
        Problems inside;
        const auto pieces = parse_template(locale_ + ": " + tag.name, text, inside);
        const bool markup = tag.name.ends_with("_html") || !out_.escape_html;
        for (const auto& piece : pieces.tags) {
            if (piece.kind == Tag::Kind::text) {
                put(markup ? piece.name : sdk::escape_html(piece.name), source, tag);
            } else if (piece.kind == Tag::Kind::variable) {
                append_value("{{", piece.name, "}}", source, piece);
                out_.origins[piece.name] = origin(source, tag);
            } else {
                inside.push_back({pieces.file, piece.line, excerpt_at(text, piece.position),
                                  "a text can hold variables only.", "Write {{name}}."});
            }
        }
        problems_.insert(problems_.end(), inside.begin(), inside.end());
    }

    const std::string& locale_;
    const Surroundings& surroundings_;
    FlatTemplate& out_;
    Problems& problems_;
    std::vector<const TemplateSource*> stack_;
    std::size_t depth_ = 0;
    bool too_large_ = false;
};

FlatTemplate empty_for(const TemplateSource& source) {
    FlatTemplate flat;
    const auto format = source.directives.find("format");
    flat.escape_html = format == source.directives.end() || format->second != "text";
    return flat;
}

}  // namespace

FlatTemplate flatten(const TemplateSource& source, const std::string& locale, const Surroundings& surroundings,
                     Problems& problems) {
    auto flat = empty_for(source);
    Splicer(locale, surroundings, flat, problems).splice(source, {});
    return flat;
}

FlatTemplate flatten_text(const TemplateSource& source, const std::string& key, const std::string& locale,
                          const Surroundings& surroundings, Problems& problems) {
    auto flat = empty_for(source);
    // A title reaches the page as a value, which is escaped there.
    flat.escape_html = false;
    const Tag tag{Tag::Kind::translate, key, {}, 0, 0, 1, {}};
    Splicer(locale, surroundings, flat, problems).append_text_of_key(source, tag);
    return flat;
}

}  // namespace whatsflow::views
