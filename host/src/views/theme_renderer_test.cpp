#include "views/theme_renderer.hpp"

#include "views/temporary_theme.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace whatsflow::views {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RecordingLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(message);
        for (const auto& [name, value] : fields) lines_.back() += " " + name + "=" + value;
        grown_.notify_all();
    }
    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    bool wait_for_lines(std::size_t count) {
        std::unique_lock lock(mutex_);
        return grown_.wait_for(lock, std::chrono::seconds(20), [&] { return lines_.size() >= count; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable grown_;
    std::vector<std::string> lines_;
};

const RenderContext kEnglish{sdk::Site::landing, "en"};

TEST(ThemeRenderer, AnUnknownViewIsAnError) {
    TemporaryTheme theme;
    EXPECT_THAT(theme.shown({}, "en", "nowhere/page"), HasSubstr("view.unknown"));
}

TEST(ThemeRenderer, APartIsTheViewWithoutItsLayout) {
    TemporaryTheme theme;
    theme.page("<p>{{text}}</p>");
    const auto renderer = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(renderer);

    const auto part = (*renderer)->render({"page", {{"text", "a < b"}}}, {sdk::Site::app, "en", Extent::part});

    ASSERT_TRUE(part) << part.error().message;
    EXPECT_THAT(*part, testing::StartsWith("<p>a &lt; b</p>"));
}

TEST(ThemeRenderer, WhenStrictAMissingNameFailsThePageAndSaysWhereItStands) {
    TemporaryTheme theme;
    theme.page("a\n{{> card}}{{#absent}}x{{/absent}}{{empty}}")
        .write("theme/partials/card.mustache", "\n{{user.nmae}}");

    EXPECT_THAT(theme.shown({{"user", {{"name", "x"}}}, {"empty", nullptr}}, "en", "page", {.strict = true}),
                testing::AllOf(HasSubstr("view.failed"), HasSubstr("user.nmae (partials/card.mustache:2)"),
                               testing::Not(HasSubstr("absent")), testing::Not(HasSubstr("empty"))));
}

TEST(ThemeRenderer, OtherwiseAMissingNameIsLoggedOnce) {
    TemporaryTheme theme;
    theme.page("{{gone}}");
    RecordingLog log;
    const auto renderer = ThemeRenderer::open(theme.sources(), {.log = &log});
    ASSERT_TRUE(renderer);

    for (int i = 0; i < 3; ++i) EXPECT_EQ(*(*renderer)->render({"page"}, kEnglish), "[]");

    EXPECT_THAT(log.lines(), testing::ElementsAre(HasSubstr("gone (pages/page.mustache:1)")));
}

TEST(ThemeRenderer, ABrokenThemeNeverReplacesOneThatWorks) {
    TemporaryTheme theme;
    theme.page("one");
    const auto renderer = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(renderer);
    const auto generation = (*renderer)->generation();

    theme.page("{{#open}}");
    const auto broken = (*renderer)->reload();

    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, "theme.invalid");
    EXPECT_EQ((*renderer)->generation(), generation);
    EXPECT_EQ(*(*renderer)->render({"page"}, kEnglish), "[one]");

    theme.page("two");
    ASSERT_TRUE((*renderer)->reload());
    EXPECT_GT((*renderer)->generation(), generation);
    EXPECT_EQ(*(*renderer)->render({"page"}, kEnglish), "[two]");
}

TEST(ThemeRenderer, PluginsComeAndGoWithTheirViews) {
    TemporaryTheme theme;
    theme.write("extra/templates/hello.mustache", "hi").write("bad/templates/x.mustache", "{{");
    const auto renderer = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(renderer);

    EXPECT_TRUE((*renderer)->set_plugins({{"extra", theme.root() / "extra"}}));
    EXPECT_TRUE((*renderer)->render({"extra/hello"}, kEnglish));
    EXPECT_FALSE((*renderer)->set_plugins({{"bad", theme.root() / "bad"}}));
    EXPECT_TRUE((*renderer)->reload());
    EXPECT_TRUE((*renderer)->render({"extra/hello"}, kEnglish));
    EXPECT_TRUE((*renderer)->set_plugins({}));
    EXPECT_FALSE((*renderer)->render({"extra/hello"}, kEnglish));
}

TEST(ThemeRenderer, ReloadsByItselfWhenAFileChanges) {
    TemporaryTheme theme;
    theme.page("before");
    RecordingLog log;
    const auto renderer =
        ThemeRenderer::open(theme.sources(), {.watch_every = std::chrono::milliseconds(2), .log = &log});
    ASSERT_TRUE(renderer);

    theme.page("{{#broken}}");
    ASSERT_TRUE(log.wait_for_lines(1));
    EXPECT_THAT(log.lines().front(), HasSubstr("never closed"));
    EXPECT_EQ(*(*renderer)->render({"page"}, kEnglish), "[before]");

    theme.page("after the change");
    ASSERT_TRUE(log.wait_for_lines(2));
    EXPECT_EQ(*(*renderer)->render({"page"}, kEnglish), "[after the change]");
}

TEST(ThemeRenderer, TranslatesOrAnswersTheKey) {
    TemporaryTheme theme;
    theme.write("theme/locales/en.json", R"({"a":{"b":"text"}})")
        .write("theme/locales/si.json", R"({"a":{"b":"වචන"}})");
    const auto renderer = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(renderer);

    EXPECT_EQ((*renderer)->translate("si", "a.b"), "වචන");
    EXPECT_EQ((*renderer)->translate("fr", "a.b"), "text");
    EXPECT_EQ((*renderer)->translate("en", "a.none"), "a.none");
    EXPECT_THAT((*renderer)->locales(), testing::ElementsAre("en", "si"));
}

// One compiled template is shared by every thread: run under ThreadSanitizer this is the proof.
TEST(ThemeRenderer, RendersOnManyThreadsWhileItReloads) {
    TemporaryTheme theme;
    theme.page("{{#rows}}<li>{{name}} {{#format_number}}n{{/format_number}}</li>{{/rows}}{{missing}}");
    RecordingLog log;
    const auto renderer = ThemeRenderer::open(theme.sources(), {.log = &log});
    ASSERT_TRUE(renderer);
    std::atomic<int> wrong{0};

    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                const auto name = "t" + std::to_string(t);
                const json model = {{"rows", {{{"name", name}, {"n", 1000 + t}}}}};
                const auto expected = "[<li>" + name + " 1,00" + std::to_string(t) + "</li>]";
                for (int i = 0; i < 200; ++i) {
                    const auto html = (*renderer)->render({"page", model}, kEnglish);
                    if (!html || *html != expected) ++wrong;
                }
            });
        }
        for (int i = 0; i < 5; ++i) EXPECT_TRUE((*renderer)->reload());
    }

    EXPECT_EQ(wrong.load(), 0);
    EXPECT_EQ(log.lines().size(), 1U);
}

TEST(ThemeRenderer, ABadModelNeverSpoilsThePageForTheNextVisitor) {
    TemporaryTheme theme;
    theme.page("{{#rows}}{{a.b}}{{/rows}}");
    const auto renderer = ThemeRenderer::open(theme.sources(), {});
    ASSERT_TRUE(renderer);

    for (const auto& odd : {json(nullptr), json(3), json::array({1}), json("text"), json{{"rows", 7}},
                            json{{"rows", {nullptr, {1}}}}, json{{"rows", "\xff\xfe"}}}) {
        EXPECT_TRUE((*renderer)->render({"page", odd}, kEnglish));
    }

    EXPECT_EQ(*(*renderer)->render({"page", {{"rows", {{{"a", {{"b", "good"}}}}}}}}, kEnglish), "[good]");
}

}  // namespace
}  // namespace whatsflow::views
