#include "views/theme_renderer.hpp"

#include "views/files.hpp"

#include <system_error>
#include <utility>

namespace whatsflow::views {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostTold = 1000;

/// Says whether any file was added, removed or written, by names, sizes and times.
std::size_t fingerprint_of(const ThemeSources& sources) {
    std::size_t fingerprint = 0;
    const auto mix = [&fingerprint](std::size_t value) {
        fingerprint ^= value + 0x9e3779b97f4a7c15U + (fingerprint << 6U) + (fingerprint >> 2U);
    };
    const auto look_at = [&mix](const fs::path& folder) {
        for (const auto& path : files_below(folder, "")) {
            std::error_code gone;
            mix(fs::hash_value(path));
            mix(static_cast<std::size_t>(fs::last_write_time(path, gone).time_since_epoch().count()));
            mix(static_cast<std::size_t>(fs::file_size(path, gone)));
        }
    };
    // Not the whole folder: a theme's sources and build tools may lie beside it.
    for (const auto* part : {"layouts", "pages", "partials", "locales", "assets"}) look_at(sources.theme / part);
    for (const auto& plugin : sources.plugins) {
        for (const auto* part : {"templates", "locales", "assets"}) look_at(plugin.folder / part);
    }
    return fingerprint;
}

}  // namespace

ThemeRenderer::ThemeRenderer(ThemeSources sources, RendererOptions options)
    : options_(options), sources_(std::move(sources)) {}

sdk::Result<std::unique_ptr<ThemeRenderer>> ThemeRenderer::open(ThemeSources sources, RendererOptions options) {
    std::unique_ptr<ThemeRenderer> renderer(new ThemeRenderer(std::move(sources), options));
    if (auto loaded = renderer->reload(); !loaded) return loaded.error();
    if (options.watch_every.count() > 0) renderer->watcher_ = std::thread([raw = renderer.get()] { raw->watch(); });
    return renderer;
}

ThemeRenderer::~ThemeRenderer() {
    {
        const std::lock_guard lock(watch_mutex_);
        stopping_ = true;
    }
    stop_watching_.notify_all();
    if (watcher_.joinable()) watcher_.join();
}

sdk::Result<std::string> ThemeRenderer::render(const sdk::View& view, const RenderContext& context) const {
    const auto theme = this->theme();
    const auto& locale = theme->nearest_locale(context.locale);
    const auto* page = theme->find_page(locale, view.name);
    if (page == nullptr) {
        return sdk::fail("view.unknown", "there is no view `" + view.name + "` in the theme or in a plugin.");
    }
    const auto site = std::string(sdk::to_text(context.site));
    const auto name = page->layout.empty() ? site : page->layout;
    const bool framed = page->is_html && name != "none" && context.extent == Extent::page;
    const auto* layout = framed ? theme->find_layout(locale, name) : nullptr;
    if (layout == nullptr && framed) {
        return sdk::fail("view.failed", "the theme has no layout `" + name + "` for the view `" + view.name + "`.");
    }

    std::set<std::string> missing;
    nlohmann::json given = {{"locale", locale}, {"site", site}, {"view", view.name}};
    Scope scope;
    scope.push(&given);
    scope.push(&page->extras);
    scope.push(&view.model);
    for (const auto& part : context.frame) scope.push(part.get());
    auto html = page->body.render(scope, missing);
    if (layout != nullptr) {
        for (const auto& [heading, text] : page->headings) given[heading] = text.render(scope, missing);
        nlohmann::json content = {{"content_html", std::move(html)}};
        scope.push(&content);
        html = layout->render(scope, missing);
    }
    if (!missing.empty()) {
        if (auto judged = judge_missing(view.name, missing); !judged) return judged.error();
    }
    return html;
}

sdk::Result<RenderedMail> ThemeRenderer::render_mail(const std::string& name, const nlohmann::json& model,
                                                     const std::string& wish) const {
    const auto theme = this->theme();
    const auto& locale = theme->nearest_locale(wish);
    const auto* mail = theme->find_mail(locale, name);
    if (mail == nullptr) return sdk::fail("view.unknown", "there is no mail `" + name + "` in a plugin or the theme.");
    return render_compiled(*theme, *mail, name, model, locale);
}

sdk::Result<RenderedMail> ThemeRenderer::render_mail(const MailSource& source, const nlohmann::json& model,
                                                     const std::string& wish) const {
    const auto theme = this->theme();
    const auto& locale = theme->nearest_locale(wish);
    const auto mail = theme->compile_mail(source, locale);
    if (!mail) return mail.error();
    return render_compiled(*theme, *mail, source.name, model, locale);
}

sdk::Result<RenderedMail> ThemeRenderer::render_compiled(const Theme& theme, const MailTemplate& mail,
                                                         const std::string& name, const nlohmann::json& model,
                                                         const std::string& locale) const {
    std::set<std::string> missing;
    const MailLayouts layouts{theme.find_layout(locale, "mail"), theme.find_layout(locale, "mail_text")};
    auto rendered = views::render_mail(mail, layouts, model, locale, missing);
    if (!missing.empty()) {
        if (auto judged = judge_missing(name, missing); !judged) return judged.error();
    }
    return rendered;
}

sdk::Result<void> ThemeRenderer::judge_missing(const std::string& view, const std::set<std::string>& missing) const {
    std::string names;
    for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
    if (options_.strict) {
        return sdk::fail("view.failed", "the view `" + view + "` shows what its model does not have: " + names +
                                            ". Put it into the model, or null where there is nothing to show.");
    }
    {
        const std::lock_guard lock(told_mutex_);
        if (told_.size() >= kMostTold || !told_.insert(view + ": " + names).second) return sdk::ok();
    }
    if (options_.log != nullptr)
        options_.log->warn("view shows what its model lacks", {{"view", view}, {"names", names}});
    return sdk::ok();
}

std::string ThemeRenderer::translate(const std::string& locale, const std::string& key) const {
    const auto theme = this->theme();
    const auto* text = theme->texts().find(theme->nearest_locale(locale), key);
    return text == nullptr ? key : *text;
}

std::shared_ptr<const Asset> ThemeRenderer::find(std::string_view url_path) const {
    return theme()->assets().find(url_path);
}

std::shared_ptr<const Theme> ThemeRenderer::theme() const {
    const std::lock_guard lock(theme_mutex_);
    return theme_;
}

std::vector<std::string> ThemeRenderer::locales() const {
    return theme()->texts().locales();
}

sdk::Result<void> ThemeRenderer::reload() {
    const std::lock_guard lock(loading_);
    return load(sources_);
}

sdk::Result<void> ThemeRenderer::set_plugins(std::vector<PluginTemplates> plugins) {
    const std::lock_guard lock(loading_);
    return load({sources_.theme, std::move(plugins)});
}

sdk::Result<void> ThemeRenderer::load(ThemeSources sources) {
    // Before it reads: what changes meanwhile is then seen as a change.
    if (options_.watch_every.count() > 0) seen_ = fingerprint_of(sources);
    auto loaded = load_theme(sources);
    if (!loaded) return loaded.error();
    sources_ = std::move(sources);
    if (options_.log != nullptr) {
        for (const auto& warning : (*loaded)->warnings()) options_.log->warn("theme", {{"text", warning}});
    }
    {
        const std::lock_guard lock(theme_mutex_);
        theme_ = std::move(*loaded);
    }
    // After the theme: a cache that sees the new number renders with the new theme.
    generation_.fetch_add(1, std::memory_order_release);
    return sdk::ok();
}

void ThemeRenderer::watch() {
    std::unique_lock lock(watch_mutex_);
    while (!stop_watching_.wait_for(lock, options_.watch_every, [this] { return stopping_; })) {
        const std::lock_guard loading(loading_);
        if (fingerprint_of(sources_) == seen_) continue;
        const auto loaded = load(sources_);
        if (options_.log == nullptr) continue;
        if (loaded) {
            options_.log->info("theme reloaded");
        } else {
            options_.log->error("theme not reloaded", {{"problems", loaded.error().message}});
        }
    }
}

}  // namespace whatsflow::views
