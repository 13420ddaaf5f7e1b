#include "views/template_lint.hpp"

namespace whatsflow::views {

void lint_template(const TemplateSource& source, Problems& problems) {
    for (const auto& tag : source.tags) {
        if (tag.kind != Tag::Kind::unescaped || tag.name.ends_with("_html") || tag.name.ends_with("_json")) continue;
        problems.push_back({source.file, tag.line, excerpt_at(source.text, tag.position),
                            "`" + tag.name + "` is printed without escaping.",
                            "Write {{" + tag.name + "}}, or name it …_html where our own code makes the markup."});
    }
}

}  // namespace whatsflow::views
