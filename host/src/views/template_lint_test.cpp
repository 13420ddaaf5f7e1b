#include "views/template_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::views {
namespace {

using testing::HasSubstr;

std::string lint(const std::string& text) {
    Problems problems;
    const auto source = parse_template("x.mustache", text, problems);
    if (problems.empty()) lint_template(source, problems);
    std::string all;
    for (const auto& problem : problems) all += to_text(problem) + "\n";
    return all;
}

TEST(TemplateLint, AcceptsWhatPagesAreMadeOf) {
    for (const auto* text : {
             "<!doctype html><html lang=\"{{locale}}\"><title>{{title}}</title></html>",
             "<a class=\"{{#on}}is-on{{/on}} b\" href=\"/x/{{id}}\" data-a='{{a}}'>{{label}}</a>",
             "<a href=\"{{next_url}}\"></a><img src=\"{{#asset}}a.svg{{/asset}}\" alt=\"\">",
             "<a href=\"{{#base}}/x{{/base}}{{^base}}/y{{/base}}\">b</a>",
             "<option value=\"{{v}}\" {{#on}}selected{{/on}}>{{v}}</option>",
             "<input{{#on}} checked{{/on}} disabled>",
             "<div {{#on}}aria-current=\"page\"{{/on}}></div>",
             "<script src=\"/assets/a.js\" defer></script><script type=\"application/json\">{{{x_json}}}</script>",
             "{{#rows}}<li>{{.}}</li>{{/rows}}{{^rows}}<p>1 < 2</p>{{/rows}}<br/><!-- plain -->",
             "<textarea name=\"a\">{{value}}</textarea>{{{body_html}}}",
         }) {
        EXPECT_EQ(lint(text), "") << text;
    }
}

TEST(TemplateLint, RefusesValuesWhereEscapingDoesNotHelp) {
    const std::pair<const char*, const char*> cases[] = {
        {"<a class={{x}}>", "without quotes"},
        {"<a class=a{{x}}>", "without quotes"},
        {"<div {{attributes}}>", "outside of an attribute's quotes"},
        {"<{{element}}>", "name of an element"},
        {"<script src=\"a.js\">var a = '{{x}}';</script>", "inside a script"},
        {"<script type=\"application/json\">{{x}}</script>", "inside a script"},
        {"<style>.a { color: {{x}} }</style>", "inside a script or a style"},
        {"<!-- {{x}} -->", "inside an HTML comment"},
        {"<p>{{{x}}}</p>", "without escaping"},
        {"<p>{{& x}}</p>", "without escaping"},
        {"<p title=\"{{{x_html}}}\"></p>", "inside an attribute"},
        {"<a href=\"{{x}}\"></a>", "which may be anything"},
        {"<a href=\"{{#a}}/x{{/a}}{{x}}\"></a>", "which may be anything"},
        {"<form action=\"{{where}}\"></form>", "which may be anything"},
        {"<p class={{#q}}\"{{/q}}{{x}}></p>", "without quotes"},
        {"<p {{#q}}class=\"{{/q}}>{{x}}</p>", "another place"},
        {"<div class=\"{{> classes}}\"></div>", "a partial stands inside"},
    };
    for (const auto& [text, message] : cases) {
        EXPECT_THAT(lint(text), HasSubstr(message)) << text;
    }
}

TEST(TemplateLint, RefusesWhatTheSecurityPolicyWouldDrop) {
    const std::pair<const char*, const char*> cases[] = {
        {"<p style=\"color: red\"></p>", "style attributes"},
        {"<style>a{}</style>", "inline styles"},
        {"<script>alert(1)</script>", "inline scripts"},
        {"<SCRIPT>alert(1)</SCRIPT>", "inline scripts"},
        {"<b onclick=\"x()\"></b>", "handler `onclick`"},
        {"<b OnClick=x></b>", "handler `onclick`"},
        {"<b onclick></b>", "handler `onclick`"},
        {"<a href=\" javascript:x\"></a>", "runs code"},
        {"<b hx-on:click=\"x\"></b>", "handler `hx-on:click`"},
    };
    for (const auto& [text, message] : cases) EXPECT_THAT(lint(text), HasSubstr(message)) << text;
}

TEST(TemplateLint, SaysLineExcerptAndRemedy) {
    EXPECT_EQ(
        lint("<p>\n  <a href=\"{{x}}\">y</a>\n"),
        "x.mustache:2: the address in `href` starts with `x`, which may be anything. Name the value …_url or …_path, "
        "or start the address with a fixed part. | <a href=\"{{x}}\">y</a>\n");
}

TEST(TemplateLint, AScriptDoesNotEndEarly) {
    EXPECT_THAT(lint("<script src=\"a\">'</scrip'{{x}}</script>"), HasSubstr("inside a script"));
    EXPECT_EQ(lint("<script src=\"a\">a < b</script>{{x}}"), "");
}

TEST(TemplateLint, AFileIsWholeHtml) {
    EXPECT_THAT(lint("<div class=\"a"), HasSubstr("ends inside a tag"));
}

TEST(TemplateSource, RefusesWhatIsNotBalancedOrNotOurLanguage) {
    for (const auto* text : {"{{", "{{a", "{{{a}}", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{=<% %>=}}", "{{}}",
                             "{{a b}}", "{{#t}}{{x}}{{/t}}", "{{#t}}a", "{{#t}}{{/t}}", "{{a/b}}"}) {
        EXPECT_NE(lint(text), "") << text;
    }
}

TEST(TemplateSource, RefusesSectionsNestedWithoutEnd) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "{{#a}}";
    for (int i = 0; i < 5000; ++i) text += "{{/a}}";

    EXPECT_THAT(lint(text), HasSubstr("nested more than 32 deep"));
}

}  // namespace
}  // namespace whatsflow::views
