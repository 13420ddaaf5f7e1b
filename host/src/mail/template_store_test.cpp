#include "mail/mail_fixture.hpp"

#include <gmock/gmock.h>

namespace whatsflow::mail {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class TemplateStoreTest : public testing::MailTest {
protected:
    static constexpr const char* kName = "shop/mail/receipt";
    static inline const sdk::MailText kOurs{"Paid: {{number}}", "Dear {{name}}", "<p>Dear {{name}}</p>"};

    sdk::Result<void> change(const sdk::MailText& text, std::int64_t version = 0) {
        return board->change_template({}, kName, "en", text, version);
    }
    std::vector<std::string> bad_fields(const sdk::MailText& text) {
        const auto changed = change(text);
        std::vector<std::string> fields;
        if (changed) return fields;
        EXPECT_EQ(changed.error().code, "mail.bad_template");
        for (const auto& field : changed.error().fields) fields.push_back(field.field);
        return fields;
    }
    nlohmann::json row() { return (*board->templates({}, "en"))[0]; }
};

TEST_F(TemplateStoreTest, TheFilesAreInForceUntilStaffChangeThem) {
    EXPECT_EQ(row()["name"], kName);
    EXPECT_EQ(row()["plugin"], "shop");
    EXPECT_EQ(row()["title"], "Receipt");
    EXPECT_EQ(row()["changed"], false);
    EXPECT_EQ(row()["sample"]["name"], "Nimal");

    const auto changed = change(kOurs);
    ASSERT_TRUE(changed) << changed.error().message;

    EXPECT_EQ(row()["subject"], "Paid: {{number}}");
    EXPECT_EQ(row()["version"], 1);
    EXPECT_EQ(row()["changed"], true);
    ASSERT_TRUE(mailer->send({}, receipt()));
    EXPECT_EQ(only_mail()["subject"], "Paid: R-7");
}

TEST_F(TemplateStoreTest, RestoringBringsTheFilesBack) {
    ASSERT_TRUE(change(kOurs));
    ASSERT_TRUE(board->restore_template({}, kName, "en"));

    EXPECT_EQ(row()["changed"], false);
    ASSERT_TRUE(mailer->send({}, receipt()));
    EXPECT_EQ(only_mail()["subject"], "Receipt R-7 for Nimal & co");
}

TEST_F(TemplateStoreTest, WhoeverChangesAnOldVersionIsTold) {
    ASSERT_TRUE(change(kOurs));
    EXPECT_EQ(change(kOurs, 0).error().code, "mail.changed");
    EXPECT_TRUE(change(kOurs, 1));
    EXPECT_EQ(change(kOurs, 1).error().code, "mail.changed");
    EXPECT_EQ(row()["version"], 2);
}

TEST_F(TemplateStoreTest, WhatDoesNotCompileOrIsNotSafeIsNotKept) {
    EXPECT_THAT(bad_fields({"{{#open}}", "t", "<p>h</p>"}), Contains("subject"));
    EXPECT_THAT(bad_fields({"s", "{{> nowhere}}", "<p>h</p>"}), Contains("text"));
    EXPECT_THAT(bad_fields({"s", "t", "<script>x</script>"}), Contains("html"));
    EXPECT_THAT(bad_fields({"s", "t", "<p onclick=\"x\">h</p>"}), Contains("html"));
    EXPECT_THAT(bad_fields({"s", "t", "<p style=\"color:{{name}}\">h</p>"}), Contains("html"));
    EXPECT_THAT(bad_fields({"s", "t", "<a href={{name}}>h</a>"}), Contains("html"));
    EXPECT_THAT(bad_fields({"s", "t", "<p>{{{name}}}</p>"}), Contains("html"));
    EXPECT_THAT(bad_fields({"s {{nmae}}", "t", "<p>h</p>"}), Contains("subject")) << "the sample has no such name";
    EXPECT_THAT(bad_fields({"", "", ""}), ::testing::ElementsAre("subject", "text", "html"));
    EXPECT_EQ(row()["changed"], false);
}

TEST_F(TemplateStoreTest, StylesInTheMarkupAreFine) {
    EXPECT_TRUE(change({"s", "t", "<p style=\"color:#111\">{{name}}</p>{{> mail/button}}"}));
}

TEST_F(TemplateStoreTest, APreviewIsWhatAReaderWouldSee) {
    const auto files = board->preview({}, kName, "en", std::nullopt);
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_EQ(files->subject, "Receipt R-1 for Nimal");
    EXPECT_THAT(files->html, HasSubstr("<body style="));

    const auto draft = board->preview({}, kName, "en", kOurs);
    EXPECT_EQ(draft->subject, "Paid: R-1");
    EXPECT_EQ(row()["changed"], false) << "a preview keeps nothing";
    EXPECT_EQ(board->preview({}, kName, "en", sdk::MailText{"{{#x}}", "t", "h"}).error().code, "mail.bad_template");
}

TEST_F(TemplateStoreTest, AMissingTemplateIsTold) {
    EXPECT_EQ(board->change_template({}, "shop/mail/nothing", "en", kOurs, 0).error().code, "mail.no_template");
    EXPECT_EQ(board->preview({}, "shop/mail/nothing", "en", std::nullopt).error().code, "mail.no_template");
}

}  // namespace
}  // namespace whatsflow::mail
