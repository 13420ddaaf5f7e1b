#include "body.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace whatsflow::analytics {
namespace {

std::string gzipped(const std::string& text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string code_of(const sdk::Result<std::string>& result) {
    return result ? "fine" : result.error().code;
}

TEST(Body, IsUnfoldedHoweverItCame) {
    const std::string event = R"({"event":"a"})";
    EXPECT_EQ(*unfold(event, {}), event);
    EXPECT_EQ(*unfold(gzipped(event), {"gzip", "application/json", ""}), event);
    EXPECT_EQ(*unfold(gzipped(event), {"", "text/plain", "gzip-js"}), event);
    EXPECT_EQ(*unfold(gzipped(event), {}), event);
    EXPECT_EQ(*unfold("eyJldmVudCI6ImEifQ==", {}), event);
    EXPECT_EQ(*unfold("data=eyJldmVudCI6ImEifQ%3D%3D&ver=1", {"", "application/x-www-form-urlencoded", "base64"}),
              event);
    EXPECT_EQ(*unfold("data=%7B%22event%22%3A%22a%22%7D", {"", "application/x-www-form-urlencoded", ""}), event);
}

TEST(Body, ABombIsRefusedBeforeItUnfolds) {
    const auto bomb = gzipped(std::string(64 * 1024 * 1024, ' '));
    ASSERT_LT(bomb.size(), 100'000u);
    EXPECT_EQ(code_of(unfold(bomb, {"gzip", "", ""})), "analytics.too_large");
    EXPECT_EQ(code_of(unfold(gzipped(std::string(1000, ' ')), {"gzip", "", ""})), "fine");
}

TEST(Body, WhatIsNoWholeFileIsRefused) {
    const auto whole = gzipped(std::string(5000, 'x'));
    EXPECT_EQ(code_of(unfold(whole.substr(0, whole.size() / 2), {"gzip", "", ""})), "analytics.bad_body");
    EXPECT_EQ(code_of(unfold("plain", {"gzip", "", ""})), "analytics.bad_body");
    EXPECT_EQ(code_of(unfold("{}", {"br", "", ""})), "analytics.bad_body");
    EXPECT_EQ(unfold(whole, {"br", "", ""}).error().message, "The only Content-Encoding understood is gzip.");
    EXPECT_EQ(code_of(unfold("not base64!", {})), "analytics.bad_body");
}

TEST(Body, DeepJsonIsRefusedAndBracesInTextsAreNotCounted) {
    EXPECT_TRUE(read_json(std::string(64, '[') + std::string(64, ']')));
    EXPECT_FALSE(read_json(std::string(65, '[') + std::string(65, ']')));
    EXPECT_FALSE(read_json(std::string(1'000'000, '[')));
    EXPECT_TRUE(read_json("[\"" + std::string(200, '{') + "\\\"[\"]"));
    EXPECT_TRUE(read_json("[\"\\\"" + std::string(200, '[') + "\"]")) << "a quote in a text does not end it";
    EXPECT_FALSE(read_json("{\"a\":"));
    EXPECT_FALSE(read_json("\"\xff\""));
}

}  // namespace
}  // namespace whatsflow::analytics
