#include "views/markdown.hpp"

#include "views/markdown_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::views {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Markdown, RendersTablesAndSmartQuotes) {
    EXPECT_THAT(render_markdown("| a | b |\n|---|---|\n| 1 | 2 |\n"), HasSubstr("<td>1</td>"));
    EXPECT_THAT(render_markdown("it's \"fine\" -- ~~not~~"), HasSubstr("it’s “fine” – <del>not</del>"));
}

TEST(Markdown, LeavesRawHtmlAndDangerousAddressesOut) {
    const auto html =
        render_markdown("<script>a</script>\n\n<b onclick=x>c</b>\n\n[x](javascript:alert)\n\n![y](data:text/html,z)");
    for (const auto* bad : {"<script", "onclick", "javascript:", "data:text"}) EXPECT_THAT(html, Not(HasSubstr(bad)));
}

TEST(MarkdownPage, ReadsItsHeadInEitherForm) {
    for (const auto* text :
         {"title: A\nupdated: 2026-01-02\n---\nbody", "---\ntitle: A\nupdated: 2026-01-02\n---\nbody",
          "title: A\nupdated: 2026-01-02\n\nbody"}) {
        const auto page = make_markdown_page(text);
        EXPECT_EQ(page["title"], "A") << text;
        EXPECT_EQ(page["updated"], "2026-01-02");
        EXPECT_EQ(page["body_html"], "<p>body</p>\n");
    }
    EXPECT_EQ(make_markdown_page("Just: text")["body_html"], "<p>Just: text</p>\n");
    EXPECT_EQ(make_markdown_page("")["body_html"], "");
}

TEST(MarkdownPage, GivesHeadingsIdsThatAreNeverTheSame) {
    const auto page = make_markdown_page("# Top\n\n## A & \"B\"\n\n## A b\n\n## A b\n\n### සිංහල\n\n## !!!\n");

    ASSERT_EQ(page["toc"].size(), 5U);
    EXPECT_EQ(page["toc"][0]["title"], "A & “B”");
    EXPECT_EQ(page["toc"][1]["id"], "a-b");
    EXPECT_EQ(page["toc"][2]["id"], "a-b-2");
    EXPECT_EQ(page["toc"][3]["id"], "සිංහල");
    EXPECT_EQ(page["toc"][3]["is_sub"], true);
    EXPECT_EQ(page["toc"][4]["id"], "section");
    EXPECT_THAT(page["body_html"].get<std::string>(), HasSubstr("<h2 id=\"a-b-2\">A b</h2>"));
}

}  // namespace
}  // namespace whatsflow::views
