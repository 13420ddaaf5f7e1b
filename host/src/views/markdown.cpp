#include "views/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>
#include <mutex>

namespace whatsflow::views {

namespace {

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeParser {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};
struct FreeText {
    void operator()(char* text) const { std::free(text); }
};

void register_extensions_once() {
    // The library keeps them in a global list without a lock of its own.
    static std::once_flag registered;
    std::call_once(registered, [] { cmark_gfm_core_extensions_ensure_registered(); });
}

}  // namespace

std::string render_markdown(std::string_view text) {
    register_extensions_once();
    // Without CMARK_OPT_UNSAFE raw HTML and dangerous addresses are dropped.
    constexpr int kOptions = CMARK_OPT_SMART | CMARK_OPT_VALIDATE_UTF8;
    const std::unique_ptr<cmark_parser, FreeParser> parser(cmark_parser_new(kOptions));
    for (const auto* name : {"table", "strikethrough", "autolink"}) {
        auto* extension = cmark_find_syntax_extension(name);
        if (extension != nullptr) cmark_parser_attach_syntax_extension(parser.get(), extension);
    }
    cmark_parser_feed(parser.get(), text.data(), text.size());
    const std::unique_ptr<cmark_node, FreeNode> document(cmark_parser_finish(parser.get()));
    const std::unique_ptr<char, FreeText> html(
        cmark_render_html(document.get(), kOptions, cmark_parser_get_syntax_extensions(parser.get())));
    return html ? std::string(html.get()) : std::string{};
}

}  // namespace whatsflow::views
