/// \file
/// One theme with the templates, texts and assets of the plugins, loaded, checked and compiled.
///
/// A theme is loaded as a whole or not at all, and never changes afterwards: a new one replaces it.
///
///     auto theme = load_theme({"themes/default", {{"landing", "plugins/landing"}}});
///     if (!theme) return theme.error();   // every problem, with file and line
#pragma once

#include "views/assets.hpp"
#include "views/compiled_template.hpp"
#include "views/mail_template.hpp"
#include "views/problems.hpp"
#include "views/texts.hpp"

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

/// The folder of a plugin, with templates/, locales/ and assets/ in it as far as it has them.
struct PluginTemplates {
    std::string id;
    std::filesystem::path folder;
};

struct ThemeSources {
    std::filesystem::path theme;
    std::vector<PluginTemplates> plugins;
};

/// One view in one language.
struct Page {
    CompiledTemplate body;
    std::string layout;  ///< empty: of the site; `none`: without
    bool is_html = true;
    /// What the layout gets as `title` and `description` when the model has none.
    std::map<std::string, CompiledTemplate> headings;
    nlohmann::json extras;  ///< values of a page made from Markdown: body_html, toc, …
};

class Theme {
public:
    const Page* find_page(std::string_view locale, std::string_view view) const;
    const CompiledTemplate* find_layout(std::string_view locale, std::string_view layout) const;
    const MailTemplate* find_mail(std::string_view locale, std::string_view name) const;
    /// `<plugin>/mail/<name>` and its files, as the plugins and the theme have them.
    const std::map<std::string, MailSource, std::less<>>& mails() const { return mail_sources_; }
    /// Texts written while the server runs, with the theme's partials, texts and assets; checked
    /// as those of the files are. Error `view.invalid`, a field (`subject`, `text`, `html`) a problem.
    sdk::Result<MailTemplate> compile_mail(const MailSource& source, const std::string& locale) const;
    /// The language to use for a wish: itself, its first part (`si` of `si-LK`), else English.
    const std::string& nearest_locale(std::string_view wish) const;

    const Texts& texts() const { return texts_; }
    const Assets& assets() const { return assets_; }
    std::vector<std::string> views() const;
    /// What does not stop the theme but should be known, one line each.
    const std::vector<std::string>& warnings() const { return warnings_; }

private:
    friend class ThemeLoader;
    Surroundings surroundings() const;

    template <class T>
    using ByName = std::map<std::string, T, std::less<>>;

    Texts texts_;
    Assets assets_;
    std::vector<std::string> locales_;
    ByName<ByName<Page>> pages_;                ///< locale, view
    ByName<ByName<CompiledTemplate>> layouts_;  ///< locale, layout
    ByName<ByName<MailTemplate>> mails_;        ///< locale, mail
    ByName<MailSource> mail_sources_;
    ByName<TemplateSource> partials_;  ///< kept for what is compiled later
    std::vector<std::string> warnings_;
};

/// Error `theme.invalid` with every problem, as a line of the message and as a field each.
sdk::Result<std::shared_ptr<const Theme>> load_theme(const ThemeSources& sources);

}  // namespace whatsflow::views
