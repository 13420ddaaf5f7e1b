#include "views/assets.hpp"

#include "views/compress.hpp"
#include "views/css_addresses.hpp"
#include "views/temporary_theme.hpp"

#include <gmock/gmock.h>

namespace whatsflow::views {
namespace {

std::string long_text() {
    std::string text;
    for (int i = 0; i < 300; ++i) text += ".rule-" + std::to_string(i) + " { color: red }\n";
    return text;
}

Assets load(const TemporaryTheme& theme, Problems& problems) {
    return Assets::load({{theme.root() / "theme/assets", "", "assets"}, {theme.root() / "p/assets", "p/", "p/assets"}},
                        problems);
}

TEST(CssAddresses, APictureWrittenIntoTheSheetIsLeftAlone) {
    const std::string css = R"(a{background:url("data:image/svg+xml,%3Csvg filter='url(%23a)'%3E")}b{src:url(../f.woff2)})";
    const auto rewritten = rewrite_css_addresses(
        css, "css/site.css", [](std::string_view name) { return "/assets/" + std::string(name); },
        [](std::string_view address, std::size_t) { ADD_FAILURE() << address; });
    EXPECT_EQ(rewritten, R"(a{background:url("data:image/svg+xml,%3Csvg filter='url(%23a)'%3E")}b{src:url(/assets/f.woff2)})");
}

TEST(Assets, AreServedUnderAFingerprintForEverAndUnderTheirNameForNow) {
    TemporaryTheme theme;
    theme.write("theme/assets/css/site.css", "a{}").write("p/assets/x.js", "1");
    Problems problems;

    const auto assets = load(theme, problems);

    const auto address = assets.address_of("css/site.css");
    EXPECT_THAT(address, testing::MatchesRegex(R"(/assets/css/site\.[0-9a-f]{16}\.css)"));
    ASSERT_TRUE(assets.find(address));
    EXPECT_TRUE(assets.find(address)->immutable);
    EXPECT_EQ(assets.find(address)->content_type, "text/css; charset=utf-8");
    EXPECT_EQ(*assets.find(address)->identity, "a{}");
    EXPECT_FALSE(assets.find("/assets/css/site.css")->immutable);
    EXPECT_TRUE(assets.find("/assets/p/x.js"));
    EXPECT_FALSE(assets.find("/assets/../theme.json"));
    EXPECT_TRUE(problems.empty());
}

TEST(Assets, AnotherContentIsAnotherAddress) {
    TemporaryTheme theme;
    Problems problems;
    theme.write("theme/assets/a.css", "a{}");
    const auto before = load(theme, problems).address_of("a.css");
    theme.write("theme/assets/a.css", "b{}");

    EXPECT_NE(load(theme, problems).address_of("a.css"), before);
}

TEST(Assets, StyleSheetsNameFingerprintedFilesAndChangeWithThem) {
    TemporaryTheme theme;
    Problems problems;
    theme.write("theme/assets/css/a.css", "@font-face{src:url(\"../fonts/x.woff2\") format('woff2')}")
        .write("theme/assets/fonts/x.woff2", "one");
    const auto first = load(theme, problems);
    theme.write("theme/assets/fonts/x.woff2", "two");
    const auto second = load(theme, problems);

    EXPECT_EQ(*first.find("/assets/css/a.css")->identity,
              "@font-face{src:url(\"" + first.address_of("fonts/x.woff2") + "\") format('woff2')}");
    EXPECT_NE(first.address_of("css/a.css"), second.address_of("css/a.css"));
    EXPECT_TRUE(problems.empty());
}

TEST(Assets, AStyleSheetThatNamesAMissingFileIsAProblem) {
    TemporaryTheme theme;
    Problems problems;
    theme.write("theme/assets/css/a.css", "\n.a{background:url(no.png)}");

    load(theme, problems);

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].file, "assets/css/a.css");
    EXPECT_EQ(problems[0].line, 2U);
}

TEST(Assets, TextsAreCompressedAndPicturesAreNot) {
    TemporaryTheme theme;
    Problems problems;
    theme.write("theme/assets/a.css", long_text())
        .write("theme/assets/a.png", long_text())
        .write("theme/assets/b.css", "a{}");

    const auto assets = load(theme, problems);

    const auto css = assets.find("/assets/a.css");
    EXPECT_EQ(unpack_brotli(*css->brotli, 1 << 20), long_text());
    EXPECT_EQ(unpack_gzip(*css->gzip, 1 << 20), long_text());
    EXPECT_LT(css->brotli->size(), css->identity->size() / 3);
    EXPECT_FALSE(assets.find("/assets/a.png")->gzip);
    EXPECT_FALSE(assets.find("/assets/b.css")->gzip);
}

TEST(Assets, UsesWhatTheBuildCompressedUnlessItIsStale) {
    TemporaryTheme theme;
    Problems problems;
    const auto best = compress(long_text(), Effort::best);
    theme.write("theme/assets/a.css", long_text()).write("theme/assets/a.css.br", *best.brotli);
    theme.write("theme/assets/b.css", long_text() + "/* newer */")
        .write("theme/assets/b.css.br", *best.brotli)
        .write("theme/assets/b.css.gz", "junk");

    const auto assets = load(theme, problems);

    EXPECT_EQ(*assets.find("/assets/a.css")->brotli, *best.brotli);
    EXPECT_FALSE(assets.find("/assets/a.css.br"));
    EXPECT_EQ(unpack_brotli(*assets.find("/assets/b.css")->brotli, 1 << 20), long_text() + "/* newer */");
    EXPECT_EQ(unpack_gzip(*assets.find("/assets/b.css")->gzip, 1 << 20), long_text() + "/* newer */");
}

TEST(CssAddresses, AreSeenFromTheStyleSheet) {
    EXPECT_EQ(resolve_relative("css/site.css", "../fonts/x.woff2?v=1#a"), "fonts/x.woff2");
    EXPECT_EQ(resolve_relative("site.css", "./x.png"), "x.png");
    for (const auto* outside : {"/x.png", "https://e.com/x", "data:image/png;base64,AA", "../../x", "#a", ""}) {
        EXPECT_EQ(resolve_relative("css/site.css", outside), "") << outside;
    }
}

TEST(Compress, LeavesShortAndRandomTextsAlone) {
    EXPECT_FALSE(compress("short", Effort::best).brotli);
    std::string noise;
    std::uint32_t state = 1;
    for (int i = 0; i < 4096; ++i) noise += static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    EXPECT_FALSE(compress(noise, Effort::quick).gzip);
    EXPECT_FALSE(compress({}, Effort::quick).brotli);
}

TEST(Compress, BrokenOrHugeInputUnpacksToNothing) {
    const auto packed = compress(long_text(), Effort::quick);
    EXPECT_FALSE(unpack_gzip("junk", 100));
    EXPECT_FALSE(unpack_brotli("junk", 100));
    EXPECT_FALSE(unpack_brotli(*packed.brotli, 10));
    EXPECT_FALSE(unpack_gzip(*packed.gzip, 10));
}

}  // namespace
}  // namespace whatsflow::views
