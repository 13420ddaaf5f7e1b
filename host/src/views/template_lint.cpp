#include "views/template_lint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace whatsflow::views {

namespace {

constexpr std::array<std::string_view, 16> kAddressAttributes{
    "href", "src",    "action",  "formaction", "poster",    "data",     "srcset", "xlink:href",
    "cite", "hx-get", "hx-post", "hx-put",     "hx-delete", "hx-patch", "ping",   "background"};
constexpr std::array<std::string_view, 3> kDataScripts{"application/json", "application/ld+json", "text/plain"};

/// Where in the HTML the reading is.
enum class Place { text, comment, tag_name, in_tag, attribute_name, after_name, before_value, quoted, unquoted, raw };

/// What must be the same at the start and the end of a section: else the check could be led astray
/// by a section that is not shown.
struct Position {
    Place place = Place::text;
    char quote = '"';
    bool operator==(const Position&) const = default;
};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool names_an_address(std::string_view name) {
    for (const std::string_view ending : {"url", "path"}) {
        if (!name.ends_with(ending)) continue;
        if (name.size() == ending.size()) return true;
        const char before = name[name.size() - ending.size() - 1];
        if (before == '_' || before == '.') return true;
    }
    return false;
}

/// Walks the HTML between the tags byte by byte and judges each tag by where it stands.
class Walk {
public:
    Walk(const TemplateSource& source, Problems& problems, Medium medium)
        : source_(source), problems_(problems), medium_(medium) {}

    void walk() {
        for (const auto& tag : source_.tags) {
            if (tag.kind == Tag::Kind::text) {
                after_less_than_ = false;
                for (std::size_t i = 0; i < tag.name.size(); ++i) {
                    step(tag.name[i], std::string_view(tag.name).substr(i), tag.position + i);
                }
            } else {
                judge(tag);
            }
        }
        if (at_.place != Place::text) {
            complain(source_.text.size(), "the file ends inside a tag, an attribute or a comment.",
                     "Close it in the same file: a partial is whole HTML.");
        }
    }

private:
    void complain(std::size_t position, std::string message, std::string remedy) {
        problems_.push_back({source_.file, line_at(source_.text, position), excerpt_at(source_.text, position),
                             std::move(message), std::move(remedy)});
    }

    void step(char c, std::string_view rest, std::size_t position) {
        switch (at_.place) {
            case Place::text: step_text(c, rest); return;
            case Place::comment:
                if (c == '>' && recent_.ends_with("--")) at_.place = Place::text;
                remember(c);
                return;
            case Place::tag_name:
                if (is_blank(c) || (c == '/' && !element_.empty()) || c == '>') {
                    at_.place = Place::in_tag;
                    step(c, rest, position);
                } else {
                    element_ += lower(c);
                }
                return;
            case Place::in_tag:
                if (c == '>') {
                    end_tag(position);
                } else if (!is_blank(c) && c != '/') {
                    attribute_.assign(1, lower(c));
                    at_.place = Place::attribute_name;
                }
                return;
            case Place::attribute_name:
            case Place::after_name: step_name(c, rest, position); return;
            case Place::before_value: step_before_value(c, rest, position); return;
            case Place::quoted:
                if (c == at_.quote) {
                    end_attribute(position);
                } else {
                    add_to_value(c);
                }
                return;
            case Place::unquoted:
                if (is_blank(c) || c == '>') {
                    end_attribute(position);
                    step(c, rest, position);
                } else {
                    add_to_value(c);
                }
                return;
            case Place::raw: step_raw(c, rest); return;
        }
    }

    void step_text(char c, std::string_view rest) {
        if (c != '<') return;
        if (rest.size() == 1) {
            after_less_than_ = true;
            return;
        }
        if (rest.starts_with("<!--")) {
            at_.place = Place::comment;
            recent_.clear();
        } else if (std::isalpha(static_cast<unsigned char>(rest[1])) != 0 || rest[1] == '/' || rest[1] == '!') {
            at_.place = Place::tag_name;
            element_.clear();
            closing_ = rest[1] == '/';
            has_src_ = false;
            script_type_.clear();
        }
    }

    void step_name(char c, std::string_view rest, std::size_t position) {
        if (c == '=') {
            at_.place = Place::before_value;
        } else if (c == '>' || c == '/') {
            judge_attribute(position);
            at_.place = Place::in_tag;
            step(c, rest, position);
        } else if (is_blank(c)) {
            at_.place = Place::after_name;
        } else if (at_.place == Place::after_name) {
            judge_attribute(position);
            attribute_.assign(1, lower(c));
            at_.place = Place::attribute_name;
        } else {
            attribute_ += lower(c);
        }
    }

    void step_before_value(char c, std::string_view rest, std::size_t position) {
        if (is_blank(c)) return;
        value_.clear();
        value_depth_ = depth();
        starts_with_literal_ = false;
        if (c == '"' || c == '\'') {
            at_ = {Place::quoted, c};
            return;
        }
        at_.place = Place::unquoted;
        step(c, rest, position);
    }

    void step_raw(char c, std::string_view rest) {
        if (c != '<' || rest.size() < element_.size() + 2 || rest[1] != '/') return;
        const auto name = rest.substr(2, element_.size());
        if (!std::equal(name.begin(), name.end(), element_.begin(), [](char a, char b) { return lower(a) == b; }))
            return;
        at_.place = Place::tag_name;
        element_.clear();
        closing_ = true;
    }

    void remember(char c) {
        recent_ += c;
        if (recent_.size() > 8) recent_.erase(0, 4);
    }

    void add_to_value(char c) {
        // What a section shows only sometimes does not count as the start of an address.
        if (depth() == value_depth_) starts_with_literal_ = true;
        if (value_.size() < 64) value_ += lower(c);
    }

    void end_attribute(std::size_t position) {
        judge_attribute(position);
        at_ = {Place::in_tag, '"'};
    }

    void judge_attribute(std::size_t position) {
        const std::string_view name = attribute_;
        if (name == "style") {
            if (medium_ == Medium::page)
                complain(position, "the content security policy drops style attributes.", "Give it a class.");
        } else if (name.starts_with("on") || name.starts_with("hx-on")) {
            complain(position, "the content security policy drops the handler `" + attribute_ + "`.",
                     "Listen to the event in a script of assets/.");
        } else if (name == "srcdoc") {
            complain(position, "a page inside an attribute cannot be checked.", "Link to a page of its own.");
        } else if (is_address() && runs_code()) {
            complain(position, "the address in `" + attribute_ + "` runs code.",
                     "Use a button and a script of assets/.");
        }
        if (name == "src") has_src_ = true;
        if (name == "type") script_type_ = value_;
        value_.clear();
    }

    bool is_address() const {
        return std::find(kAddressAttributes.begin(), kAddressAttributes.end(), attribute_) != kAddressAttributes.end();
    }

    bool runs_code() const {
        const auto first = value_.find_first_not_of(" \t\r\n");
        return first != std::string::npos &&
               (value_.compare(first, 11, "javascript:") == 0 || value_.compare(first, 9, "vbscript:") == 0);
    }

    void end_tag(std::size_t position) {
        at_ = {};
        if (closing_) return;
        if (element_ == "style") {
            if (medium_ == Medium::page)
                complain(position, "the content security policy drops inline styles.",
                         "Put them into a file of assets/.");
            data_script_ = false;
            at_.place = Place::raw;
        } else if (element_ == "script") {
            if (medium_ == Medium::mail)
                complain(position, "no program for mail runs scripts.", "Remove it, and link to a page.");
            const bool data = std::find(kDataScripts.begin(), kDataScripts.end(), script_type_) != kDataScripts.end();
            if (!has_src_ && !data) {
                complain(position, "the content security policy drops inline scripts.",
                         "Put it into a file of assets/ and name it by src.");
            }
            data_script_ = data;
            at_.place = Place::raw;
        }
    }

    std::size_t depth() const { return sections_.size(); }

    void judge(const Tag& tag) {
        if (after_less_than_) {
            complain(tag.position, "a value stands where the name of an element belongs.",
                     "Choose between whole elements with sections, or write &lt;.");
        }
        switch (tag.kind) {
            case Tag::Kind::section:
            case Tag::Kind::inverted:
                refuse_in_raw(tag);
                end_name(tag);
                sections_.push_back(at_);
                return;
            case Tag::Kind::close: close_section(tag); return;
            case Tag::Kind::partial:
                if (at_.place != Place::text) {
                    complain(tag.position, "a partial stands inside an HTML tag, script or comment.",
                             "Put the whole element into the partial.");
                }
                return;
            case Tag::Kind::translate:
            case Tag::Kind::asset:
                judge_place(tag);
                if (depth() == value_depth_) starts_with_literal_ = true;
                return;
            case Tag::Kind::unescaped: judge_unescaped(tag); return;
            case Tag::Kind::variable:
            case Tag::Kind::format: judge_variable(tag); return;
            case Tag::Kind::text: return;
        }
    }

    void close_section(const Tag& tag) {
        if (sections_.empty()) return;
        end_name(tag);
        if (sections_.back() != at_) {
            complain(tag.position, "the section `" + tag.name + "` ends in another place of the HTML than it starts.",
                     "Start and end it both in text, both inside one tag, or both inside one attribute.");
        }
        sections_.pop_back();
    }

    /// A section inside an HTML tag ends the name before it: `<option {{#on}}selected{{/on}}>`.
    void end_name(const Tag& tag) {
        if (at_.place == Place::attribute_name || at_.place == Place::after_name) judge_attribute(tag.position);
        if (at_.place == Place::tag_name || at_.place == Place::attribute_name || at_.place == Place::after_name) {
            at_ = {Place::in_tag, '"'};
        }
    }

    void refuse_in_raw(const Tag& tag) {
        if (at_.place == Place::quoted && attribute_ == "style") {
            complain(tag.position, "a value stands inside a style.", "Choose between whole elements with sections.");
        } else if (at_.place == Place::raw) {
            complain(tag.position, "a value stands inside a script or a style.",
                     "Put it into a data- attribute and read it there.");
        } else if (at_.place == Place::unquoted || at_.place == Place::before_value) {
            complain(tag.position, "a value stands in an attribute without quotes.", "Write " + attribute_ + "=\"…\".");
        } else if (at_.place == Place::comment) {
            complain(tag.position, "a value stands inside an HTML comment.", "Remove it, or write {{! … }}.");
        }
    }

    void judge_place(const Tag& tag) {
        refuse_in_raw(tag);
        if (at_.place == Place::tag_name || at_.place == Place::in_tag || at_.place == Place::attribute_name ||
            at_.place == Place::after_name) {
            complain(tag.position, "a value stands inside an HTML tag, outside of an attribute's quotes.",
                     "Write name=\"{{value}}\", or choose between names with a section.");
        }
    }

    void judge_unescaped(const Tag& tag) {
        if (at_.place == Place::raw && data_script_ && tag.name.ends_with("_json")) return;
        judge_place(tag);
        if (!tag.name.ends_with("_html")) {
            complain(tag.position, "`" + tag.name + "` is printed without escaping.",
                     "Write {{" + tag.name + "}}, or name it …_html where our own code makes the markup.");
        } else if (at_.place == Place::quoted) {
            complain(tag.position, "markup stands inside an attribute.", "Write {{" + tag.name + "}}.");
        }
    }

    void judge_variable(const Tag& tag) {
        judge_place(tag);
        if (at_.place != Place::quoted) return;
        if (is_address() && !starts_with_literal_ && (tag.kind == Tag::Kind::format || !names_an_address(tag.name))) {
            complain(tag.position,
                     "the address in `" + attribute_ + "` starts with `" + tag.name + "`, which may be anything.",
                     "Name the value …_url or …_path, or start the address with a fixed part.");
        }
        if (depth() == value_depth_) starts_with_literal_ = true;
    }

    const TemplateSource& source_;
    Problems& problems_;
    const Medium medium_;
    Position at_;
    std::vector<Position> sections_;
    std::string element_;
    bool closing_ = false;
    bool has_src_ = false;
    std::string script_type_;
    bool data_script_ = false;
    std::string attribute_;
    std::string value_;
    std::size_t value_depth_ = 0;
    bool starts_with_literal_ = false;
    std::string recent_;
    bool after_less_than_ = false;
};

}  // namespace

void lint_template(const TemplateSource& source, Problems& problems, Medium medium) {
    const auto format = source.directives.find("format");
    if (format != source.directives.end() && format->second == "text") return;
    Walk(source, problems, medium).walk();
}

}  // namespace whatsflow::views
