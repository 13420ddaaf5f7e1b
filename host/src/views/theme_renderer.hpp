/// \file
/// The theme in use: renders its pages, hands out its assets, and changes to a new one in one step.
///
/// Whoever renders keeps the theme it started with; a theme that does not load never replaces one
/// that works. In development it watches the files and reloads by itself.
///
///     auto views = ThemeRenderer::open({theme, plugins}, {.strict = dev, .log = &log});
///     auto page = (*views)->render({"landing/home", model}, {sdk::Site::landing, "en"});
#pragma once

#include "views/asset_source.hpp"
#include "views/renderer.hpp"
#include "views/theme.hpp"

#include <whatsflow/sdk/logger.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace whatsflow::views {

struct RendererOptions {
    /// A name that the model lacks fails the page (development); else it is logged once.
    bool strict = false;
    /// How often to look for changed files; zero: never.
    std::chrono::milliseconds watch_every{0};
    sdk::Logger* log = nullptr;  ///< must outlive the renderer
};

class ThemeRenderer final : public Renderer, public AssetSource {
public:
    /// Loads the theme. Error `theme.invalid` lists every problem.
    static sdk::Result<std::unique_ptr<ThemeRenderer>> open(ThemeSources sources, RendererOptions options);
    ~ThemeRenderer() override;

    /// Besides the model, templates see `locale`, `site`, `view`, and layouts `content_html`.
    sdk::Result<std::string> render(const sdk::View& view, const RenderContext& context) const override;
    /// The mail `<plugin>/mail/<name>` with its html in the layout `mail`. Errors: `view.unknown`,
    /// `view.failed`.
    sdk::Result<RenderedMail> render_mail(const std::string& name, const nlohmann::json& model,
                                          const std::string& locale) const;
    /// The same with texts that are not those of the files; `view.invalid` when they do not compile.
    sdk::Result<RenderedMail> render_mail(const MailSource& source, const nlohmann::json& model,
                                          const std::string& locale) const;
    std::string translate(const std::string& locale, const std::string& key) const override;
    std::uint64_t generation() const noexcept override { return generation_.load(std::memory_order_acquire); }

    std::shared_ptr<const Asset> find(std::string_view url_path) const override;

    /// Loads everything again. On an error the theme in use stays.
    sdk::Result<void> reload();
    /// The same, with the folders of other plugins; on an error the plugins stay too.
    sdk::Result<void> set_plugins(std::vector<PluginTemplates> plugins);

    /// The theme in use; whoever holds it is not disturbed by a reload.
    std::shared_ptr<const Theme> theme() const;
    /// English first.
    std::vector<std::string> locales() const;

private:
    ThemeRenderer(ThemeSources sources, RendererOptions options);
    sdk::Result<void> load(ThemeSources sources);
    sdk::Result<RenderedMail> render_compiled(const Theme& theme, const MailTemplate& mail, const std::string& name,
                                              const nlohmann::json& model, const std::string& locale) const;
    sdk::Result<void> judge_missing(const std::string& view, const std::set<std::string>& missing) const;
    void watch();

    const RendererOptions options_;
    std::mutex loading_;  ///< one load at a time; guards the next two
    ThemeSources sources_;
    std::size_t seen_ = 0;  ///< the fingerprint of the files at the last load

    mutable std::mutex theme_mutex_;
    std::shared_ptr<const Theme> theme_;
    std::atomic<std::uint64_t> generation_{0};

    mutable std::mutex told_mutex_;
    mutable std::set<std::string> told_;  ///< missing names already in the log

    std::mutex watch_mutex_;
    std::condition_variable stop_watching_;
    bool stopping_ = false;
    std::thread watcher_;
};

}  // namespace whatsflow::views
