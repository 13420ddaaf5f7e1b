#include "views/theme.hpp"

#include "views/files.hpp"
#include "views/flatten.hpp"
#include "views/markdown_page.hpp"
#include "views/template_lint.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace whatsflow::views {

namespace fs = std::filesystem;

/// Loads one theme, in order: files, checks, then one compiled page per view and language.
class ThemeLoader {
public:
    explicit ThemeLoader(const ThemeSources& sources) : sources_(sources), theme_(std::make_shared<Theme>()) {}

    sdk::Result<std::shared_ptr<const Theme>> load() {
        read_description();
        read_texts_and_assets();
        read_templates();
        set_mails_apart();
        compile_everything();
        if (!problems_.empty()) {
            return to_error("theme.invalid",
                            "the theme " + sources_.theme.string() + " has " + std::to_string(problems_.size()) +
                                (problems_.size() == 1 ? " problem:" : " problems:"),
                            problems_);
        }
        for (const auto& stray : theme_->texts_.strays()) theme_->warnings_.push_back(stray + " is not in en");
        return std::shared_ptr<const Theme>(std::move(theme_));
    }

private:
    struct MarkdownView {
        nlohmann::json values;
        std::string file;
    };

    void read_description() {
        const auto path = sources_.theme / "theme.json";
        const auto text = read_file(path, problems_, "theme.json");
        if (problems_.empty() && !nlohmann::json::parse(text, nullptr, false).is_object()) {
            problems_.push_back({"theme.json", 0, {}, "this is not a JSON object.", "Check the commas and quotes."});
        }
    }

    void read_texts_and_assets() {
        std::vector<AssetFolder> folders{{sources_.theme / "assets", "", "assets"}};
        for (const auto& [id, folder] : sources_.plugins) {
            folders.push_back({folder / "assets", id + "/", id + "/assets"});
            theme_->texts_.add_folder(folder / "locales", id + "/locales", id, problems_);
        }
        // The theme comes last, so that it can say things in its own words.
        theme_->texts_.add_folder(sources_.theme / "locales", "locales", {}, problems_);
        theme_->assets_ = Assets::load(folders, problems_);
        theme_->locales_ = theme_->texts_.locales();
    }

    void read_templates() {
        for (const auto& [id, folder] : sources_.plugins) {
            const auto templates = folder / "templates";
            const auto shown_as = id + "/templates";
            read_folder(templates, id + "/", shown_as, "partials/", views_);
            read_folder(templates / "partials", id + "/", shown_as + "/partials", {}, theme_->partials_);
            read_markdown(templates, id + "/", shown_as);
            read_samples(templates, id + "/", shown_as);
        }
        read_folder(sources_.theme / "layouts", {}, "layouts", {}, layouts_);
        read_folder(sources_.theme / "partials", {}, "partials", {}, theme_->partials_);
        read_folder(sources_.theme / "pages", {}, "pages", {}, views_);
        read_markdown(sources_.theme / "pages", {}, "pages");
        read_samples(sources_.theme / "pages", {}, "pages");
    }

    /// Templates of mails lie in a folder `mail`; the layout around them has that name.
    static bool is_of_mail(std::string_view relative) {
        return relative.starts_with("mail/") || relative.find("/mail/") != std::string_view::npos;
    }

    using Sources = std::map<std::string, TemplateSource, std::less<>>;

    void read_folder(const fs::path& folder, const std::string& prefix, const std::string& shown_as,
                     std::string_view left_out, Sources& into) {
        static constexpr std::string_view kExtension = ".mustache";
        for (const auto& path : files_below(folder, kExtension)) {
            const auto relative = path.lexically_relative(folder).generic_string();
            if (!left_out.empty() && relative.starts_with(left_out)) continue;
            const auto file = shown_as + "/" + relative;
            auto text = read_file(path, problems_, file);
            auto source = parse_template(file, std::move(text), problems_);
            const bool of_mail = &into == &layouts_ ? relative == "mail.mustache" : is_of_mail(relative);
            if (of_mail && relative.find(".html.") == std::string::npos && &into == &views_)
                source.directives["format"] = "text";
            lint_template(source, problems_, of_mail ? Medium::mail : Medium::page);
            const auto name = prefix + relative.substr(0, relative.size() - kExtension.size());
            markdown_.erase(name);
            into.insert_or_assign(name, std::move(source));
        }
    }

    void read_markdown(const fs::path& folder, const std::string& prefix, const std::string& shown_as) {
        static constexpr std::string_view kExtension = ".md";
        for (const auto& path : files_below(folder, kExtension)) {
            const auto relative = path.lexically_relative(folder).generic_string();
            const auto file = shown_as + "/" + relative;
            const auto name = prefix + relative.substr(0, relative.size() - kExtension.size());
            views_.erase(name);
            markdown_[name] = {make_markdown_page(read_file(path, problems_, file)), file};
        }
    }

    void read_samples(const fs::path& folder, const std::string& prefix, const std::string& shown_as) {
        static constexpr std::string_view kExtension = ".sample.json";
        for (const auto& path : files_below(folder, kExtension)) {
            const auto relative = path.lexically_relative(folder).generic_string();
            if (!is_of_mail(relative)) continue;
            auto sample = nlohmann::json::parse(read_file(path, problems_, shown_as + "/" + relative), nullptr, false);
            if (!sample.is_object()) {
                problems_.push_back(
                    {shown_as + "/" + relative, 0, {}, "this is not a JSON object.", "Check the commas and quotes."});
                continue;
            }
            samples_.insert_or_assign(prefix + relative.substr(0, relative.size() - kExtension.size()),
                                      std::move(sample));
        }
    }

    /// A mail is three templates; none of them is a page.
    void set_mails_apart() {
        for (auto view = views_.begin(); view != views_.end();) {
            const auto& [file, source] = *view;
            if (!is_of_mail(file)) {
                ++view;
                continue;
            }
            const auto dot = file.rfind('.');
            const auto part = dot == std::string::npos ? std::string_view{} : std::string_view(file).substr(dot + 1);
            auto& mail = theme_->mail_sources_[file.substr(0, dot)];
            if (part == "subject")
                mail.subject = source.text;
            else if (part == "text")
                mail.text = source.text;
            else if (part == "html")
                mail.html = source.text;
            else
                problems_.push_back({source.file,
                                     0,
                                     {},
                                     "a template of a mail has no such part.",
                                     "Name it NAME.subject.mustache, NAME.text.mustache or NAME.html.mustache."});
            view = views_.erase(view);
        }
        for (auto& [name, mail] : theme_->mail_sources_) {
            mail.name = name;
            if (const auto sample = samples_.find(name); sample != samples_.end()) mail.sample = sample->second;
            for (const auto* part : {&mail.subject, &mail.text, &mail.html}) {
                if (!part->empty()) continue;
                problems_.push_back({name,
                                     0,
                                     {},
                                     "the mail is not complete.",
                                     "It has three files: .subject.mustache, .text.mustache and .html.mustache."});
                break;
            }
        }
        if (!theme_->mail_sources_.empty() && !layouts_.contains("mail"))
            problems_.push_back({"layouts/mail.mustache",
                                 0,
                                 {},
                                 "the theme has no layout for mails.",
                                 "Add it; it shows {{{content_html}}}."});
    }

    Surroundings surroundings() const { return theme_->surroundings(); }

    void compile_everything() {
        for (const auto& locale : theme_->locales_) {
            for (const auto& [name, source] : layouts_) {
                if (auto layout = compile(source, locale)) theme_->layouts_[locale].emplace(name, std::move(*layout));
            }
            for (const auto& [name, source] : views_) {
                if (auto page = compile_page(source, locale)) theme_->pages_[locale].emplace(name, std::move(*page));
            }
            compile_markdown(locale);
            compile_mails(locale);
            // What is missing in one language is missing in each: say it once.
            if (!problems_.empty()) return;
        }
    }

    std::optional<CompiledTemplate> compile(const TemplateSource& source, const std::string& locale) {
        return compile(flatten(source, locale, surroundings(), problems_), source, locale);
    }

    std::optional<CompiledTemplate> compile(FlatTemplate flat, const TemplateSource& source,
                                            const std::string& locale) {
        // With problems the text may be cut off anywhere, or far too long to be parsed.
        if (!problems_.empty()) return std::nullopt;
        auto compiled = CompiledTemplate::compile(std::move(flat), locale);
        if (compiled) return std::move(*compiled);
        problems_.push_back({source.file, 0, {}, "the template cannot be compiled: " + compiled.error().message, {}});
        return std::nullopt;
    }

    std::optional<Page> compile_page(const TemplateSource& source, const std::string& locale) {
        auto body = compile(source, locale);
        if (!body) return std::nullopt;
        Page page{std::move(*body), {}, true, {}, nlohmann::json::object()};
        for (const auto& [directive, value] : source.directives) {
            if (directive == "layout") {
                page.layout = value;
                if (value != "none" && !layouts_.contains(value)) {
                    problems_.push_back({source.file, 1, excerpt_at(source.text, 0),
                                         "there is no layout `" + value + "`.", "Name a file of layouts/, or none."});
                }
            } else if (directive == "format") {
                page.is_html = value != "text";
            } else {
                auto heading = compile(flatten_text(source, value, locale, surroundings(), problems_), source, locale);
                if (heading) page.headings.emplace(directive, std::move(*heading));
            }
        }
        return page;
    }

    void compile_mails(const std::string& locale) {
        if (!problems_.empty()) return;
        for (const auto& [name, source] : theme_->mail_sources_) {
            auto mail = views::compile_mail(source, locale, surroundings(), problems_);
            if (mail) theme_->mails_[locale].emplace(name, std::move(*mail));
        }
    }

    void compile_markdown(const std::string& locale) {
        if (markdown_.empty()) return;
        const auto frame = views_.find("markdown");
        if (frame == views_.end()) {
            problems_.push_back({markdown_.begin()->second.file,
                                 0,
                                 {},
                                 "the theme has no page for Markdown.",
                                 "Add pages/markdown.mustache, which shows {{{body_html}}}."});
            return;
        }
        for (const auto& [name, markdown] : markdown_) {
            auto page = compile_page(frame->second, locale);
            if (!page) return;
            page->extras = markdown.values;
            theme_->pages_[locale].emplace(name, std::move(*page));
        }
    }

    const ThemeSources& sources_;
    std::shared_ptr<Theme> theme_;
    Problems problems_;
    Sources layouts_;
    Sources views_;
    std::map<std::string, nlohmann::json, std::less<>> samples_;
    std::map<std::string, MarkdownView, std::less<>> markdown_;
};

const Page* Theme::find_page(std::string_view locale, std::string_view view) const {
    const auto pages = pages_.find(locale);
    if (pages == pages_.end()) return nullptr;
    const auto page = pages->second.find(view);
    return page == pages->second.end() ? nullptr : &page->second;
}

const CompiledTemplate* Theme::find_layout(std::string_view locale, std::string_view layout) const {
    const auto layouts = layouts_.find(locale);
    if (layouts == layouts_.end()) return nullptr;
    const auto found = layouts->second.find(layout);
    return found == layouts->second.end() ? nullptr : &found->second;
}

const MailTemplate* Theme::find_mail(std::string_view locale, std::string_view name) const {
    const auto mails = mails_.find(locale);
    if (mails == mails_.end()) return nullptr;
    const auto found = mails->second.find(name);
    return found == mails->second.end() ? nullptr : &found->second;
}

sdk::Result<MailTemplate> Theme::compile_mail(const MailSource& source, const std::string& locale) const {
    Problems problems;
    auto mail = views::compile_mail(source, locale, surroundings(), problems);
    if (mail) return std::move(*mail);
    return to_mail_error(problems);
}

Surroundings Theme::surroundings() const {
    return {[this](std::string_view name) -> const TemplateSource* {
                const auto found = partials_.find(name);
                return found == partials_.end() ? nullptr : &found->second;
            },
            [this](std::string_view name) { return assets_.address_of(name); }, &texts_};
}

const std::string& Theme::nearest_locale(std::string_view wish) const {
    for (const auto wanted : {wish, wish.substr(0, wish.find('-'))}) {
        for (const auto& locale : locales_) {
            if (locale == wanted) return locale;
        }
    }
    return locales_.front();
}

std::vector<std::string> Theme::views() const {
    std::vector<std::string> names;
    const auto pages = pages_.find(kMainLocale);
    if (pages == pages_.end()) return names;
    for (const auto& [name, page] : pages->second) names.push_back(name);
    return names;
}

sdk::Result<std::shared_ptr<const Theme>> load_theme(const ThemeSources& sources) {
    return ThemeLoader(sources).load();
}

}  // namespace whatsflow::views
