#include "views/temporary_theme.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::views {
namespace {

using ::testing::HasSubstr;

TemporaryTheme& with_mail(TemporaryTheme& theme) {
    return theme.plugin("shop")
        .write("theme/layouts/mail.mustache", "<body style=\"margin:0\">{{{content_html}}}</body>")
        .write("shop/templates/mail/hello.subject.mustache", "Hello {{name}}")
        .write("shop/templates/mail/hello.text.mustache", "Hello {{name}}")
        .write("shop/templates/mail/hello.html.mustache", "<p style=\"color:#111\">Hello {{name}}</p>");
}

std::string problems_of(const TemporaryTheme& theme) {
    const auto loaded = load_theme(theme.sources());
    return loaded ? "" : loaded.error().message;
}

TEST(MailTemplate, AMailIsNoPage) {
    TemporaryTheme theme;
    with_mail(theme);
    const auto views = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(views) << views.error().message;

    EXPECT_EQ((*views)->render({"shop/mail/hello.html", {}}, {}).error().code, "view.unknown");
    const auto mail = (*views)->render_mail("shop/mail/hello", {{"name", "<b>&"}}, "en");
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->subject, "Hello <b>&");
    EXPECT_EQ(mail->html, "<body style=\"margin:0\"><p style=\"color:#111\">Hello &lt;b&gt;&amp;</p></body>");
}

TEST(MailTemplate, TheThemeReplacesAPartOfIt) {
    TemporaryTheme theme;
    with_mail(theme).write("theme/pages/shop/mail/hello.subject.mustache", "Ayubowan {{name}}");
    const auto views = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(views) << views.error().message;

    EXPECT_EQ((*views)->render_mail("shop/mail/hello", {{"name", "Nimal"}}, "en")->subject, "Ayubowan Nimal");
    EXPECT_EQ((*views)->render_mail("shop/mail/hello", {{"name", "Nimal"}}, "en")->text, "Hello Nimal");
}

TEST(MailTemplate, ThreePartsAndALayoutAreNeeded) {
    TemporaryTheme theme;
    with_mail(theme).write("shop/templates/mail/half.subject.mustache", "Half");
    EXPECT_THAT(problems_of(theme), HasSubstr("shop/mail/half"));

    TemporaryTheme without_layout;
    with_mail(without_layout);
    std::filesystem::remove(without_layout.root() / "theme/layouts/mail.mustache");
    EXPECT_THAT(problems_of(without_layout), HasSubstr("layouts/mail.mustache"));
}

TEST(MailTemplate, StylesAreForMailsOnlyAndScriptsForNeither) {
    TemporaryTheme page;
    page.page("<p style=\"color:#111\">x</p>");
    EXPECT_THAT(problems_of(page), HasSubstr("style"));

    TemporaryTheme disguised;
    with_mail(disguised).write("shop/templates/mail/page.mustache", "<p style=\"color:#111\">x</p>");
    EXPECT_THAT(problems_of(disguised), HasSubstr("no such part"));

    TemporaryTheme script;
    with_mail(script).write("shop/templates/mail/hello.html.mustache", "<script src=\"/x.js\"></script>");
    EXPECT_THAT(problems_of(script), HasSubstr("scripts"));
}

TEST(MailTemplate, ALineBreakInAValueStaysOutOfTheSubject) {
    TemporaryTheme theme;
    with_mail(theme);
    const auto views = ThemeRenderer::open(theme.sources(), {});
    EXPECT_EQ((*views)->render_mail("shop/mail/hello", {{"name", "a\r\nBcc: b"}}, "en")->subject, "Hello a Bcc: b");
}

}  // namespace
}  // namespace whatsflow::views
