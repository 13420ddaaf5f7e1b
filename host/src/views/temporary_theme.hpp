/// \file
/// A theme on disk for one test, removed with it.
#pragma once

#include "views/theme_renderer.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace whatsflow::views {

class TemporaryTheme {
public:
    TemporaryTheme() {
        std::string name = (std::filesystem::temp_directory_path() / "wf_views_XXXXXX").string();
        root_ = mkdtemp(name.data());
        write("theme/theme.json", R"({"name":"test"})");
        for (const auto* site : {"landing", "app", "admin", "api"}) {
            write("theme/layouts/" + std::string(site) + ".mustache", "[{{{content_html}}}]");
        }
        write("theme/locales/en.json", "{}");
    }
    ~TemporaryTheme() { std::filesystem::remove_all(root_); }
    TemporaryTheme(const TemporaryTheme&) = delete;
    TemporaryTheme& operator=(const TemporaryTheme&) = delete;

    /// `theme/…` or `<plugin>/…`
    TemporaryTheme& write(const std::string& name, const std::string& text) {
        const auto path = root_ / name;
        std::filesystem::create_directories(path.parent_path());
        // In one step, as editors do it: a watcher must not see a file half written.
        const auto draft = path.parent_path() / ".draft";
        std::ofstream(draft, std::ios::binary) << text;
        std::filesystem::rename(draft, path);
        return *this;
    }
    TemporaryTheme& page(const std::string& text) { return write("theme/pages/page.mustache", text); }
    TemporaryTheme& plugin(const std::string& id) {
        sources_.plugins.push_back({id, root_ / id});
        std::filesystem::create_directories(root_ / id);
        return *this;
    }

    ThemeSources sources() const {
        auto sources = sources_;
        sources.theme = root_ / "theme";
        return sources;
    }
    const std::filesystem::path& root() const { return root_; }

    /// `page` with a model, in its layout; an error as `code: message`.
    std::string shown(const nlohmann::json& model = nlohmann::json::object(), const std::string& locale = "en",
                      const std::string& view = "page", RendererOptions options = {}) const {
        const auto renderer = ThemeRenderer::open(sources(), options);
        if (!renderer) return renderer.error().code + ": " + renderer.error().message;
        const auto html = (*renderer)->render({view, model}, {sdk::Site::landing, locale});
        return html ? *html : html.error().code + ": " + html.error().message;
    }

private:
    std::filesystem::path root_;
    ThemeSources sources_;
};

}  // namespace whatsflow::views
