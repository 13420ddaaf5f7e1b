#include "contact_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace whatsflow::landing {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const sdk::Instant kNow = sdk::from_micros(1'790'000'000'000'000);

std::string shown(std::chrono::seconds ago) {
    return std::to_string(sdk::to_micros(kNow - ago) / 1000);
}

ContactInput a_good_message() {
    return {"Amina Farouk", "amina@example.com", "", "sales", "Do you have a plan for two shops?", "", shown(20s)};
}

std::vector<std::string> codes(const ContactInput& input) {
    std::vector<std::string> list;
    for (const auto& error : objections(input, kNow)) list.push_back(error.field + "." + error.code);
    return list;
}

TEST(ContactForm, AGoodMessageHasNoObjections) {
    EXPECT_THAT(codes(a_good_message()), IsEmpty());
}

TEST(ContactForm, EverythingThatIsWrongIsSaidAtOnce) {
    EXPECT_THAT(
        codes({"", "nobody", std::string(121, 'x'), "gossip", "short", "", shown(20s)}),
        ElementsAre("name.required", "email.invalid", "company.too_long", "topic.invalid", "message.too_short"));
}

TEST(ContactForm, LengthIsCountedInCharactersNotBytes) {
    auto input = a_good_message();
    for (int i = 0; i < 100; ++i) input.name.replace(0, i == 0 ? std::string::npos : 0, "අ");

    EXPECT_THAT(codes(input), IsEmpty());
    input.name += "අ";
    EXPECT_THAT(codes(input), ElementsAre("name.too_long"));
}

TEST(ContactForm, TheFieldPeopleDoNotSeeCatchesPrograms) {
    auto input = a_good_message();
    input.website = "https://spam.example";

    EXPECT_THAT(codes(input), ElementsAre("form.robot"));
}

TEST(ContactForm, FasterThanPeopleTypeIsRefused) {
    auto input = a_good_message();
    input.started = shown(2s);
    EXPECT_THAT(codes(input), ElementsAre("form.too_fast"));

    input.started = shown(3s);
    EXPECT_THAT(codes(input), IsEmpty());
}

TEST(ContactForm, AMissingBrokenFutureOrOldStampIsExpired) {
    for (const auto& started : {std::string(), std::string("soon"), std::string("99999999999999999999"),
                                std::string("-5"), shown(-60s), shown(25h)}) {
        auto input = a_good_message();
        input.started = started;
        EXPECT_THAT(codes(input), ElementsAre("form.expired")) << started;
    }
}

TEST(ContactForm, ControlCharactersAndOuterSpaceAreTakenAway) {
    sdk::Fields form;
    form.add("name", "  Amina\r\nBcc: all  ");
    form.add("message", "one\r\ntwo\x01\n\n");

    const auto input = read_contact_input(form);

    EXPECT_EQ(input.name, "Amina Bcc: all");
    EXPECT_EQ(input.message, "one\ntwo");
}

TEST(ContactForm, AddressesAreJudgedLikePeopleWriteThem) {
    for (const auto* good : {"a@b.lk", "first.last+tag@sub.example.com", "අ@උදාහරණ.lk", "o'neil@example.org"})
        EXPECT_TRUE(is_email(good)) << good;
    for (const auto* bad : {"", "a", "@b.c", "a@", "a@b", "a@b.", "a@.b", "a b@c.d", "a@b@c.d", "a..b@c.d", ".a@b.c",
                            "a.@b.c", "<a@b.c>", "a@-b.c", "a,b@c.d"})
        EXPECT_FALSE(is_email(bad)) << bad;
}

TEST(ContactForm, WhatWasWrittenIsShownAgainBesideItsObjection) {
    auto input = a_good_message();
    input.email = "amina@";
    const auto texts = [](std::string_view key) { return "<" + std::string(key) + ">"; };

    const auto model = contact_form_model(input, objections(input, kNow), texts, kNow);

    EXPECT_EQ(model["has_errors"], true);
    EXPECT_EQ(model["form_error"], false);
    EXPECT_EQ(model["name"]["value"], "Amina Farouk");
    EXPECT_EQ(model["name"]["error"], false);
    EXPECT_EQ(model["email"]["value"], "amina@");
    EXPECT_EQ(model["email"]["error"], "<contact.errors.email.invalid>");
    EXPECT_EQ(model["topic"]["choices"][0]["selected"], true);
    EXPECT_EQ(model["started"], input.started);
}

TEST(ContactForm, AnExpiredFormGetsANewStamp) {
    auto input = a_good_message();
    input.started = shown(48h);
    const auto texts = [](std::string_view key) { return std::string(key); };

    const auto model = contact_form_model(input, objections(input, kNow), texts, kNow);

    EXPECT_EQ(model["started"], shown(0s));
    EXPECT_EQ(model["form_error"], "contact.errors.form.expired");
}

}  // namespace
}  // namespace whatsflow::landing
