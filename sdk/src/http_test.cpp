#include <whatsflow/sdk/http.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace whatsflow::sdk {
namespace {

using namespace std::string_literals;

Request with_body(std::string body) {
    Request request;
    request.body = std::move(body);
    return request;
}

TEST(DecodeUrl, ReadsEscapesInBothCases) {
    EXPECT_EQ(decode_url("a%2Fb%2fc", false), "a/b/c");
    EXPECT_EQ(decode_url("", false), "");
    EXPECT_EQ(decode_url("%00", false), "\0"s);
}

TEST(DecodeUrl, APlusIsASpaceOnlyInForms) {
    EXPECT_EQ(decode_url("a+b", true), "a b");
    EXPECT_EQ(decode_url("a+b", false), "a+b");
}

TEST(DecodeUrl, ABrokenEscapeIsNothing) {
    for (const char* broken : {"%", "%1", "a%zz", "%-1", "% 1", "abc%2"})
        EXPECT_EQ(decode_url(broken, false), std::nullopt) << broken;
}

TEST(EncodeUrl, IsUndoneByDecoding) {
    std::string every;
    for (int c = 0; c < 256; ++c) every.push_back(static_cast<char>(c));

    EXPECT_EQ(decode_url(encode_url(every), true), every);
    EXPECT_EQ(encode_url("a b&c~"), "a%20b%26c~");
}

TEST(Form, KeepsOrderAndRepeats) {
    const auto fields = with_body("a=1&b=%20x&a=2&c&=z&&d=").form();

    ASSERT_TRUE(fields);
    EXPECT_EQ(fields->get("a"), "1");
    EXPECT_EQ(fields->count("a"), 2u);
    EXPECT_EQ(fields->get("b"), " x");
    EXPECT_EQ(fields->find("c"), "");
    EXPECT_EQ(fields->find(""), "z");
    EXPECT_EQ(fields->get("d", "none"), "");
    EXPECT_EQ(fields->find("e"), std::nullopt);
}

TEST(Form, ABrokenEscapeRefusesTheWholeForm) {
    EXPECT_EQ(with_body("a=1&b=%zz").form().error().code, "http.bad_form");
}

TEST(Form, AThousandFieldsAreEnough) {
    std::string body = "a=1";
    for (int i = 1; i < 1000; ++i) body += "&a=1";

    EXPECT_TRUE(with_body(body).form());
    EXPECT_EQ(with_body(body + "&a=1").form().error().code, "http.bad_form");
}

TEST(Json, SixtyFourLevelsAreReadAndMoreAreNot) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

    EXPECT_TRUE(with_body(nested(64)).json());
    EXPECT_EQ(with_body(nested(66)).json().error().code, "http.bad_json");
    EXPECT_EQ(with_body(std::string(200'000, '[')).json().error().code, "http.bad_json");
}

TEST(Json, WhatIsNotJsonIsRefusedWithoutThrowing) {
    for (const auto& body : {""s, "{"s, "{\"a\":}"s, "nul"s, "\xff\xfe"s, "{} {}"s})
        EXPECT_EQ(with_body(body).json().error().code, "http.bad_json") << body;
}

TEST(Headers, AreFoundWithoutRegardToCase) {
    Headers headers;
    headers.add("Content-Type", "text/plain");
    headers.add("X-A", "1");
    headers.add("x-a", "2");

    EXPECT_EQ(headers.find("content-type"), "text/plain");
    EXPECT_EQ(headers.count("X-a"), 2u);
    EXPECT_EQ(headers.find("X-B"), std::nullopt);
}

TEST(Response, RefusesAHeaderThatWouldInjectAnother) {
    Response response;

    EXPECT_THROW(response.header("Location", "/a\r\nSet-Cookie: x=y"), std::invalid_argument);
    EXPECT_THROW(response.header("X\nY", "z"), std::invalid_argument);
    EXPECT_THROW(response.header("X: y", "z"), std::invalid_argument);
    EXPECT_THROW(response.header("", "z"), std::invalid_argument);
    EXPECT_THROW(response.header("X", "a\0b"s), std::invalid_argument);
    EXPECT_THROW(redirect_to("/a\nb"), std::invalid_argument);
    EXPECT_TRUE(response.headers().entries().empty());
}

TEST(Response, AProblemIsRfc9457WithItsFields) {
    const auto response = problem(422, Error{"form.invalid", "Not saved.", {{"email", "required", "Write one."}}});

    EXPECT_EQ(response.status(), 422);
    EXPECT_EQ(response.headers().find("content-type"), "application/problem+json");
    const auto document = nlohmann::json::parse(std::get<std::string>(response.body()));
    EXPECT_EQ(document["code"], "form.invalid");
    EXPECT_EQ(document["errors"][0]["field"], "email");
}

TEST(Response, TextThatIsNotUtf8DoesNotThrow) {
    EXPECT_NO_THROW((void)json({{"text", "\xff"}}));
    EXPECT_NO_THROW((void)problem(400, "x", "\xff"));
}

TEST(EscapeHtml, EscapesWhatMattersInTextAndAttributes) {
    EXPECT_EQ(escape_html("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
}

}  // namespace
}  // namespace whatsflow::sdk
