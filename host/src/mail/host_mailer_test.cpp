#include "mail/mail_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::mail {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using HostMailerTest = testing::MailTest;

std::vector<std::string> fields_of(const sdk::Result<sdk::MailReceipt>& result) {
    std::vector<std::string> fields;
    if (!result)
        for (const auto& field : result.error().fields) fields.push_back(field.field);
    return fields;
}

TEST_F(HostMailerTest, AMailIsStoredBeforeSendReturns) {
    const auto kept = make_mailer(Spool::First::kept)->send({}, receipt());

    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_FALSE(kept->duplicate);
    EXPECT_EQ(only_mail()["id"], kept->id);
    EXPECT_EQ(only_mail()["state"], "kept");
    EXPECT_EQ(only_mail()["template"], "shop/mail/receipt");
}

TEST_F(HostMailerTest, TheSameKeyIsTakenOnce) {
    const auto first = mailer->send({}, receipt());
    const auto second = mailer->send({}, receipt());

    ASSERT_TRUE(first && second);
    EXPECT_TRUE(second->duplicate);
    EXPECT_EQ(first->id, second->id);
    EXPECT_EQ(only_mail()["id"], first->id);
}

TEST_F(HostMailerTest, TheSubjectAndTheTextArePlainAndTheHtmlIsEscapedInItsLayout) {
    const auto sent = mailer->send({}, receipt());
    ASSERT_TRUE(sent) << sent.error().message;

    const auto mail = board->mail({}, sent->id);

    ASSERT_TRUE(mail && *mail);
    EXPECT_EQ((**mail)["subject"], "Receipt R-7 for Nimal & co");
    EXPECT_EQ((**mail)["text"], "Thanks & welcome, Nimal & co: R-7\n\n-- \nShop\n");
    EXPECT_THAT((**mail)["html"].get<std::string>(), HasSubstr("Thanks &amp; welcome, Nimal &amp; co</p>"));
    EXPECT_THAT((**mail)["html"].get<std::string>(), HasSubstr("<body style=\"margin:0\">"));
    EXPECT_THAT((**mail)["html"].get<std::string>(), HasSubstr("href=\"https://example.com/?a=1&amp;b=2\""));
}

TEST_F(HostMailerTest, ALineBreakInAValueDoesNotBreakTheSubject) {
    auto message = receipt();
    std::get<sdk::View>(message.content).model["name"] = "Eve\r\nBcc: all@example.com";

    const auto sent = mailer->send({}, message);

    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(only_mail()["subject"], "Receipt R-7 for Eve Bcc: all@example.com");
}

TEST_F(HostMailerTest, WhatCouldBreakAHeaderIsRefused) {
    auto message = receipt();
    message.to = {{"nimal@example.com\r\nBcc: all@example.com", ""}};
    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("to"));
    message.to = {{"nimal@example.com", "Nimal\nBcc: all@example.com"}};
    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("to"));
    message = receipt();
    message.reply_to = {"help@example.com", "Help\r\nX: y"};
    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("reply_to"));
    message = receipt();
    message.attachments = {{"a\r\nX: y.pdf", "application/pdf", "x"}};
    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("attachments"));
    message.attachments = {{"a.pdf", "application/pdf\r\nX: y", "x"}};
    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("attachments"));
    message = receipt();
    message.content = sdk::MailText{"Hello\r\nBcc: all@example.com", "text"};
    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("subject"));
    EXPECT_TRUE(only_mail().is_null()) << "nothing was stored";
}

TEST_F(HostMailerTest, AMailWithoutReaderPlainTextOrKeyIsRefused) {
    auto message = receipt("");
    message.to.clear();
    message.content = sdk::MailText{"Subject", "", "<p>html only</p>"};

    const auto fields = fields_of(mailer->send({}, message));

    EXPECT_THAT(fields, Contains("to"));
    EXPECT_THAT(fields, Contains("text"));
    EXPECT_THAT(fields, Contains("idempotency_key"));
}

TEST_F(HostMailerTest, MoreThanTenMegabytesAreRefused) {
    auto message = receipt();
    message.attachments = {{"a.bin", "application/octet-stream", std::string(10 * 1024 * 1024 + 1, 'x')}};

    EXPECT_THAT(fields_of(mailer->send({}, message)), Contains("attachments"));
}

TEST_F(HostMailerTest, AttachmentsLongerThanAColumnComeBackWhole) {
    auto message = receipt();
    std::string bytes;
    for (int i = 0; i < 200'000; ++i) bytes += static_cast<char>(i % 251);
    message.attachments = {{"a.bin", "application/octet-stream", bytes}, {"empty.txt", "text/plain", ""}};

    const auto sent = mailer->send({}, message);
    ASSERT_TRUE(sent) << sent.error().message;
    const auto loaded = spool.load({}, sent->id);

    ASSERT_TRUE(loaded && *loaded);
    ASSERT_EQ((*loaded)->attachments.size(), 2U);
    EXPECT_EQ((*loaded)->attachments[0].content, bytes);
    EXPECT_EQ((*loaded)->attachments[1].filename, "empty.txt");
}

TEST_F(HostMailerTest, AMissingTemplateHasItsOwnError) {
    auto message = receipt();
    message.content = sdk::View{"shop/mail/nothing", {}};

    const auto sent = mailer->send({}, message);

    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, "mail.no_template");
}

TEST_F(HostMailerTest, TheBoardPagesFromTheNewestAndFinds) {
    for (int i = 0; i < 5; ++i) {
        auto message = receipt("shop.receipt:" + std::to_string(i));
        if (i == 2) message.to = {{"kamala_100%@example.com", ""}};
        ASSERT_TRUE(mailer->send({}, message));
    }

    const auto first = board->mails({}, "queued", "", {"", 2});
    ASSERT_TRUE(first);
    const auto rest = board->mails({}, "queued", "", {first->next, 10});
    const auto found = board->mails({}, "", "100%@", {});

    EXPECT_EQ(first->rows.size(), 2U);
    EXPECT_EQ(rest->rows.size(), 3U);
    EXPECT_TRUE(rest->next.empty());
    ASSERT_EQ(found->rows.size(), 1U);
    EXPECT_EQ(found->rows[0]["to"][0], "kamala_100%@example.com");
}

}  // namespace
}  // namespace whatsflow::mail
