#include "views/theme.hpp"

#include "views/temporary_theme.hpp"

#include <gmock/gmock.h>

namespace whatsflow::views {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Theme, PutsAPageIntoTheLayoutOfItsSite) {
    TemporaryTheme theme;
    theme.page("<p>{{name}}</p>");

    EXPECT_EQ(theme.shown({{"name", "<Ada> & \"Co\"'s"}}), "[<p>&lt;Ada&gt; &amp; &quot;Co&quot;&apos;s</p>]");
}

TEST(Theme, PrintsNumbersAndBooleansAndTreatsEmptyValuesAsAbsent) {
    TemporaryTheme theme;
    theme.page(
        "{{n}} {{zero}} {{yes}} {{no}} {{nothing}}|"
        "{{#n}}n{{/n}}{{#zero}}zero{{/zero}}{{#yes}}yes{{/yes}}{{#no}}no{{/no}}{{#empty}}empty{{/empty}}"
        "{{^zero}}-{{/zero}}{{^no}}-{{/no}}{{^nothing}}-{{/nothing}}{{^empty}}-{{/empty}}{{^none}}-{{/none}}");

    EXPECT_EQ(theme.shown({{"n", 12},
                           {"zero", 0},
                           {"yes", true},
                           {"no", false},
                           {"nothing", nullptr},
                           {"empty", ""},
                           {"none", json::array()}}),
              "[12 0 true false |nyes-----]");
}

TEST(Theme, LooksNamesUpFromTheInsideOut) {
    TemporaryTheme theme;
    theme.page("{{#rows}}{{title}}:{{owner.name}}:{{#tags}}{{.}},{{/tags}};{{/rows}}{{#owner}}{{name}}{{/owner}}");

    EXPECT_EQ(theme.shown({{"title", "outer"},
                           {"owner", {{"name", "Ada"}}},
                           {"rows", {{{"tags", {"a", 1, true}}}, {{"title", "own"}, {"tags", json::array()}}}}}),
              "[outer:Ada:a,1,true,;own:Ada:;Ada]");
}

TEST(Theme, ValuesAreNeverReadAsTemplates) {
    TemporaryTheme theme;
    theme.page("{{a}}{{{b_html}}}");

    EXPECT_EQ(theme.shown({{"a", "{{b_html}}"}, {"b_html", "{{a}}{{{a}}}"}}), "[{{b_html}}{{a}}{{{a}}}]");
}

TEST(Theme, SplicesPartialsWithTheirIndentation) {
    TemporaryTheme theme;
    theme.page("<ul>\n  {{> rows}}\n</ul>").write("theme/partials/rows.mustache", "<li>{{a}}</li>\n<li>b</li>\n");

    EXPECT_EQ(theme.shown({{"a", "x"}}), "[<ul>\n  <li>x</li>\n  <li>b</li>\n</ul>]");
}

TEST(Theme, RefusesAPartialThatContainsItselfAndSaysWhere) {
    TemporaryTheme theme;
    theme.page("{{> one}}")
        .write("theme/partials/one.mustache", "\n{{> two}}")
        .write("theme/partials/two.mustache", "{{> one}}");

    EXPECT_THAT(theme.shown(), AllOf(StartsWith("theme.invalid"),
                                     HasSubstr("partials/two.mustache:1: the partial `one` contains itself")));
}

TEST(Theme, RefusesPartialsNestedMoreThanSixteenDeep) {
    TemporaryTheme theme;
    theme.page("{{> p0}}");
    for (int i = 0; i < 20; ++i) {
        theme.write("theme/partials/p" + std::to_string(i) + ".mustache", "{{> p" + std::to_string(i + 1) + "}}");
    }
    theme.write("theme/partials/p20.mustache", "end");

    EXPECT_THAT(theme.shown(), HasSubstr("nested more than 16 deep"));
}

TEST(Theme, RefusesPartialsThatMultiplyBeyondAnyPage) {
    TemporaryTheme theme;
    theme.page("{{> p0}}");
    for (int i = 0; i < 15; ++i) {
        std::string text;
        for (int n = 0; n < 10; ++n) text += "{{> p" + std::to_string(i + 1) + "}} ";
        theme.write("theme/partials/p" + std::to_string(i) + ".mustache", text);
    }
    theme.write("theme/partials/p15.mustache", "end");

    EXPECT_THAT(theme.shown(), HasSubstr("larger than 1 MiB"));
}

TEST(Theme, ListsEveryProblemAtOnceWithFileAndLine) {
    TemporaryTheme theme;
    theme.page("<p>{{#t}}none{{/t}}\n{{#open}}\n</p>")
        .write("theme/partials/a.mustache", "<div style=\"x\"></div>")
        .write("theme/locales/si.json", "{");

    const auto loaded = load_theme(theme.sources());

    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, "theme.invalid");
    EXPECT_EQ(loaded.error().fields.size(), 4U);
    EXPECT_THAT(loaded.error().message, AllOf(HasSubstr("pages/page.mustache:1: there is no text"),
                                              HasSubstr("pages/page.mustache:2: the section `open` is never closed"),
                                              HasSubstr("partials/a.mustache:1:"), HasSubstr("locales/si.json: ")));
}

TEST(Theme, SpeaksTheLanguageThatIsAskedForAndFallsBackToEnglish) {
    TemporaryTheme theme;
    theme.page("{{#t}}a.hello{{/t}} {{#t}}a.only_en{{/t}}")
        .write("theme/locales/en.json", R"({"a":{"hello":"Hello {{name}} & <you>","only_en":"still English"}})")
        .write("theme/locales/si.json", R"({"a":{"hello":"ආයුබෝවන් {{name}}"}})");

    EXPECT_EQ(theme.shown({{"name", "<A>"}}, "en"), "[Hello &lt;A&gt; &amp; &lt;you&gt; still English]");
    EXPECT_EQ(theme.shown({{"name", "A"}}, "si-LK"), "[ආයුබෝවන් A still English]");
    EXPECT_EQ(theme.shown({{"name", "A"}}, "xx"), "[Hello A &amp; &lt;you&gt; still English]");
}

TEST(Theme, AMissingTextIsAProblemThatNamesFileLineAndKey) {
    TemporaryTheme theme;
    theme.page("\n\n<p>{{#t}}no.such_key{{/t}}</p>");

    EXPECT_THAT(theme.shown(), HasSubstr("pages/page.mustache:3: there is no text `no.such_key` in en"));
}

TEST(Theme, ChoosesTheTextForOneOrMany) {
    TemporaryTheme theme;
    theme.page("{{#t}}cart{{/t}}")
        .write("theme/locales/en.json", R"({"cart_one":"{{count}} item","cart_other":"{{count}} items"})")
        .write("theme/locales/si.json", R"({"cart_one":"එක {{count}}","cart_other":"බොහෝ {{count}}"})");

    EXPECT_EQ(theme.shown({{"count", 1}}), "[1 item]");
    EXPECT_EQ(theme.shown({{"count", 0}}), "[0 items]");
    EXPECT_EQ(theme.shown({{"count", 0}}, "si"), "[එක 0]");
}

TEST(Theme, WarnsOfKeysThatEnglishDoesNotHave) {
    TemporaryTheme theme;
    theme.page("x").write("theme/locales/ta.json", R"({"old":{"key":"x"}})");

    const auto loaded = load_theme(theme.sources());

    ASSERT_TRUE(loaded);
    EXPECT_THAT((*loaded)->warnings(), testing::ElementsAre("ta: old.key is not in en"));
}

TEST(Theme, APluginBringsViewsPartialsTextsAndAssets) {
    TemporaryTheme theme;
    theme.plugin("billing")
        .write("billing/templates/plans.mustache",
               "{{> billing/row}}|{{#t}}billing.title{{/t}}|{{#asset}}billing/a.txt{{/asset}}")
        .write("billing/templates/partials/row.mustache", "row")
        .write("billing/locales/en.json", R"({"billing":{"title":"Plans"}})")
        .write("billing/assets/a.txt", "hello");

    EXPECT_THAT(theme.shown({}, "en", "billing/plans"),
                testing::MatchesRegex(R"(\[row\|Plans\|/assets/billing/a\.[0-9a-f]+\.txt\])"));
}

TEST(Theme, MayReplaceAViewATextAndAnAssetOfAPlugin) {
    TemporaryTheme theme;
    theme.plugin("billing")
        .write("billing/templates/plans.mustache", "plugin")
        .write("billing/locales/en.json", R"({"billing":{"title":"Plans","other":"kept"}})")
        .write("theme/pages/billing/plans.mustache", "theme: {{#t}}billing.title{{/t}} {{#t}}billing.other{{/t}}")
        .write("theme/locales/en.json", R"({"billing":{"title":"Tariffs"}})");

    EXPECT_EQ(theme.shown({}, "en", "billing/plans"), "[theme: Tariffs kept]");
}

TEST(Theme, APluginCannotSpeakForAnother) {
    TemporaryTheme theme;
    theme.page("x").plugin("billing").write("billing/locales/en.json", R"({"landing":{"title":"Mine"}})");

    EXPECT_THAT(theme.shown(), HasSubstr("billing/locales/en.json: the key `landing` does not belong to this plugin"));
}

TEST(Theme, AViewChoosesItsLayoutItsFormatAndItsTitle) {
    TemporaryTheme theme;
    theme.page("{{! layout: none }}\n<p>bare</p>")
        .write("theme/pages/mailed.mustache", "{{! layout: mail; title: subject }}\nbody")
        .write("theme/layouts/mail.mustache", "<title>{{title}}</title>{{{content_html}}}")
        .write("theme/pages/plain.mustache", "{{! format: text }}\n{{name}} & {{#t}}subject{{/t}}")
        .write("theme/locales/en.json", R"({"subject":"Hello {{name}} & co"})");

    EXPECT_EQ(theme.shown(), "<p>bare</p>");
    EXPECT_EQ(theme.shown({{"name", "<A>"}}, "en", "mailed"), "<title>Hello &lt;A&gt; &amp; co</title>body");
    EXPECT_EQ(theme.shown({{"name", "<A>"}, {"title", "Own"}}, "en", "mailed"), "<title>Own</title>body");
    EXPECT_EQ(theme.shown({{"name", "<A>"}}, "en", "plain"), "<A> & Hello <A> & co");
}

TEST(Theme, RefusesALayoutThatIsNotThere) {
    TemporaryTheme theme;
    theme.page("{{! layout: fancy }}x");

    EXPECT_THAT(theme.shown(), HasSubstr("there is no layout `fancy`"));
}

TEST(Theme, MarkdownIsAPageInsideTheThemesFrame) {
    TemporaryTheme theme;
    theme.plugin("landing")
        .write("theme/pages/markdown.mustache",
               "<h1>{{title}}</h1>{{updated}}{{#toc}}<a href=\"#{{id}}\">{{title}}</a>{{/toc}}{{{body_html}}}")
        .write("landing/templates/legal/terms.md",
               "title: Terms & more\nupdated: 2026-03-01\n---\n## What you *may* "
               "do\n\n<script>x</script>\n\n[a](javascript:x)\n");

    EXPECT_THAT(theme.shown({}, "en", "landing/legal/terms"),
                AllOf(HasSubstr("<h1>Terms &amp; more</h1>2026-03-01<a href=\"#what-you-may-do\">What you may do</a>"),
                      HasSubstr("<h2 id=\"what-you-may-do\">What you <em>may</em> do</h2>"), Not(HasSubstr("<script")),
                      Not(HasSubstr("javascript:"))));
}

TEST(Theme, PrintsObjectsAsJsonThatCannotEndAScript) {
    TemporaryTheme theme;
    theme.page("<div data-a='{{series}}'></div><script type=\"application/json\">{{{series_json}}}</script>");

    EXPECT_EQ(theme.shown({{"series", {{"a", "</script>"}}}, {"series_json", {"</script>"}}}),
              "[<div data-a='{&quot;a&quot;:&quot;\\u003c/script&gt;&quot;}'></div>"
              "<script type=\"application/json\">[\"\\u003c/script>\"]</script>]");
}

TEST(Theme, AddressesNeverRunCode) {
    TemporaryTheme theme;
    theme.page("<a href=\"{{next_url}}\">x</a>");

    EXPECT_EQ(theme.shown({{"next_url", " java\tscript:alert(1)"}}), "[<a href=\"#\">x</a>]");
    EXPECT_EQ(theme.shown({{"next_url", "DATA:text/html,x"}}), "[<a href=\"#\">x</a>]");
    EXPECT_EQ(theme.shown({{"next_url", "/a?b=javascript:c"}}), "[<a href=\"/a?b=javascript:c\">x</a>]");
}

TEST(Theme, FormatsValuesInTheLanguageOfThePage) {
    TemporaryTheme theme;
    theme
        .page(
            "{{#format_money}}price{{/format_money}} {{#format_number}}n{{/format_number}} "
            "{{#format_date}}at{{/format_date}}")
        .write("theme/locales/ta.json", "{}");
    const json model = {
        {"price", {{"minor", 12345650}, {"currency", "USD"}}}, {"n", 1234567}, {"at", 1773129600000000}};

    EXPECT_EQ(theme.shown(model), "[$123,456.50 1,234,567 10 March 2026]");
    EXPECT_EQ(theme.shown(model, "ta"), "[$1,23,456.50 12,34,567 10 மார்ச் 2026]");
}

TEST(Theme, BracesOfTwoFilesNeverMakeATag) {
    TemporaryTheme theme;
    theme.page("{{> a}}{{name}}").write("theme/partials/a.mustache", "{");

    EXPECT_THAT(theme.shown({{"name", "x"}}), HasSubstr("a `{` stands right before a tag"));
}

}  // namespace
}  // namespace whatsflow::views
