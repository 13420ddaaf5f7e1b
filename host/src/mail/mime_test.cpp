#include "mail/mime.hpp"

#include "mail/address.hpp"
#include "mail/smtp_dialogue.hpp"
#include "mail/smtp_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace whatsflow::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StoredMail a_mail() {
    StoredMail mail;
    mail.id = "0195b8c0-0000-7000-8000-000000000001";
    mail.category = "transactional";
    mail.sender = {"no-reply@whatsflow.example", "WhatsFlow"};
    mail.recipients = {{{"nimal@example.com", "Nimal"}}};
    mail.subject = "Hello";
    mail.text = "Hello\n";
    mail.created_at = sdk::from_micros(1'773'129'600'000'000);
    return mail;
}

std::size_t longest_line(const std::string& text) {
    std::size_t longest = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find("\r\n", at), text.size());
        longest = std::max(longest, end - at);
        at = end + 2;
    }
    return longest;
}

TEST(Mime, APlainMailIsThis) {
    EXPECT_EQ(compose(a_mail()),
              "Date: Tue, 10 Mar 2026 08:00:00 +0000\r\n"
              "From: \"WhatsFlow\" <no-reply@whatsflow.example>\r\n"
              "To: \"Nimal\" <nimal@example.com>\r\n"
              "Subject: Hello\r\n"
              "Message-ID: <0195b8c0-0000-7000-8000-000000000001.1773129600000000@whatsflow.example>\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n"
              "\r\n"
              "Hello\r\n");
}

TEST(Mime, TextThatIsNotAsciiIsEncodedInWholeCharacters) {
    EXPECT_EQ(encode_header_text("Grüße", 9), "=?UTF-8?B?R3LDvMOfZQ==?=");
    EXPECT_EQ(encode_header_text("plain", 9), "plain");
    EXPECT_THAT(encode_header_text("=?UTF-8?B?eA==?=", 9), Not(HasSubstr("B?eA==?=")));
    std::string name;
    for (int i = 0; i < 60; ++i) name += "සි👍";
    const auto encoded = encode_header_text(name, 9);
    EXPECT_LE(longest_line(encoded), 76U);
    // Each word by itself is whole UTF-8: 3 and 4 bytes to a character, so no word ends inside one.
    for (std::size_t at = 0; (at = encoded.find("=?UTF-8?B?", at)) != std::string::npos; at += 10)
        EXPECT_THAT(encoded.substr(at + 10, 1), ::testing::AnyOf("4", "8")) << "a first byte, 0xE0 or 0xF0";
}

TEST(Mime, NamesAreQuotedOrEncoded) {
    EXPECT_EQ(encode_mailbox({"a@b.c", "O'Neil, \"Jim\" \\"}, 4), "\"O'Neil, \\\"Jim\\\" \\\\\" <a@b.c>");
    EXPECT_THAT(encode_mailbox({"a@b.c", "නිමල්"}, 4), ::testing::StartsWith("=?UTF-8?B?"));
    EXPECT_EQ(encode_mailbox({"a@b.c", ""}, 4), "a@b.c");
    EXPECT_THAT(encode_mailbox({"a@b.c", "Eve\r\nBcc: x@y.z"}, 4), Not(HasSubstr("\n")));
}

TEST(Mime, NothingInAMailBeginsAHeaderOfItsOwn) {
    auto mail = a_mail();
    mail.subject = "Hi\r\nBcc: all@example.com";
    mail.recipients[0].address.name = "Eve\nX-Evil: 1";
    mail.reply_to = {"r@example.com", "R\rX-Evil: 1"};
    mail.unsubscribe_url = "https://example.com/\r\nX-Evil: 1";
    mail.category = "news";
    mail.attachments = {{"a\r\nX-Evil: 1\".pdf", "text/plain\r\nX-Evil: 1", "x"}};
    const auto bytes = compose(mail);

    EXPECT_THAT(bytes, Not(HasSubstr("\r\nBcc")));
    EXPECT_THAT(bytes, Not(HasSubstr("\nX-Evil")));
    EXPECT_THAT(bytes, Not(HasSubstr("\rX-Evil")));
}

TEST(Mime, QuotedPrintableFollowsItsVectors) {
    EXPECT_EQ(encode_quoted_printable("a=b"), "a=3Db");
    EXPECT_EQ(encode_quoted_printable("é"), "=C3=A9");
    EXPECT_EQ(encode_quoted_printable("end \nnext\t\r\nlast "), "end=20\r\nnext=09\r\nlast=20");
    EXPECT_EQ(encode_quoted_printable("a\rb\nc"), "a\r\nb\r\nc");
    const auto exact = std::string(75, 'x');
    EXPECT_EQ(encode_quoted_printable(exact), exact);
    EXPECT_EQ(encode_quoted_printable(std::string(80, 'x')), exact + "=\r\nxxxxx");
    EXPECT_LE(longest_line(encode_quoted_printable(std::string(1000, '='))), 76U);
}

TEST(Mime, BothTextsAndFilesAreNestedAsReadersExpect) {
    auto mail = a_mail();
    mail.html = "<p>Hello</p>";
    mail.attachments = {{"රිසිට්.pdf", "application/pdf", std::string(100, '\0')}};
    const auto bytes = compose(mail);

    EXPECT_LT(bytes.find("multipart/mixed"), bytes.find("multipart/alternative"));
    EXPECT_LT(bytes.find("text/plain"), bytes.find("text/html"));
    EXPECT_LT(bytes.find("text/html"), bytes.find("application/pdf"));
    EXPECT_THAT(bytes, HasSubstr("filename*=UTF-8''%E0%B6%BB"));
    EXPECT_THAT(bytes, HasSubstr("--=_mixed_" + mail.id + "--\r\n"));
    EXPECT_LE(longest_line(bytes), 200U);
}

TEST(Mime, OnlyWhatCanBeSwitchedOffSaysHow) {
    auto mail = a_mail();
    mail.unsubscribe_url = "https://app.example.com/u/1";
    EXPECT_THAT(compose(mail), Not(HasSubstr("List-Unsubscribe")));
    mail.category = "news";
    EXPECT_THAT(compose(mail), HasSubstr("List-Unsubscribe: <https://app.example.com/u/1>\r\n"));
    EXPECT_THAT(compose(mail), Not(HasSubstr("List-Unsubscribe-Post")));
    mail.one_click = true;
    EXPECT_THAT(compose(mail), HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    mail.unsubscribe_url.clear();
    EXPECT_THAT(compose(mail), HasSubstr("List-Unsubscribe: <mailto:no-reply@whatsflow.example?subject=unsubscribe>"));
}

TEST(MailAddresses, WhatMailCanBeSentTo) {
    for (const auto* good : {"a@b", "nimal@example.com", "a.b+c_d@x-y.example", "no-reply@localhost"})
        EXPECT_TRUE(is_address(good)) << good;
    for (const auto* bad : {"", "a", "@b", "a@", "a@b@", "a b@c", "a@b c", "a..b@c", ".a@b", "a@.b", "a@b.", "a\n@b",
                            "<a@b>", "a@b>", "\"a\"@b", "නිමල්@example.com", "a,b@c"})
        EXPECT_FALSE(is_address(bad)) << bad;
    EXPECT_FALSE(is_address(std::string(65, 'a') + "@b"));
}

TEST(MailAddresses, ASenderIsReadAsPeopleWriteIt) {
    EXPECT_EQ(parse_mailbox("WhatsFlow <a@b.c>")->name, "WhatsFlow");
    EXPECT_EQ(parse_mailbox("\"Whats, Flow\" <a@b.c>")->name, "Whats, Flow");
    EXPECT_EQ(parse_mailbox(" a@b.c ")->address, "a@b.c");
    EXPECT_FALSE(parse_mailbox("WhatsFlow a@b.c"));
    EXPECT_FALSE(parse_mailbox("a@b.c>"));
    EXPECT_FALSE(parse_mailbox("W\nX: y <a@b.c>"));
}

TEST(SmtpUrl, IsReadWithItsUserAndPorts) {
    const auto full = parse_smtp_url("smtp://us%40er:p%3Aw%25@mail.example.com:2525");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->user, "us@er");
    EXPECT_EQ(full->password, "p:w%");
    EXPECT_EQ(full->host, "mail.example.com");
    EXPECT_EQ(full->port, 2525);
    EXPECT_EQ(parse_smtp_url("smtps://mail.example.com/")->port, 465);
    EXPECT_EQ(parse_smtp_url("smtp://mail.example.com")->port, 587);
    EXPECT_EQ(parse_smtp_url("smtp://[::1]:25")->host, "::1");
    for (const auto* bad : {"", "http://x", "smtp://", "smtp://x:0", "smtp://x:99999", "smtp://x:1x", "smtp://a%zz@x",
                            "smtp://x/path", "smtp://x y"}) {
        EXPECT_FALSE(parse_smtp_url(bad)) << bad;
    }
    EXPECT_THAT(parse_smtp_url("smtp://u:s3cret@").error().message, Not(HasSubstr("s3cret")));
}

TEST(SmtpDots, AreDoubledAtTheBeginningOfALineOnly) {
    EXPECT_EQ(with_dots_doubled(".a\r\nb.c\r\n.\r\n"), "..a\r\nb.c\r\n..\r\n.\r\n");
    EXPECT_EQ(with_dots_doubled("no end"), "no end\r\n.\r\n");
}

}  // namespace
}  // namespace whatsflow::mail
