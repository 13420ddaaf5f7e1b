#include "mail/template_store.hpp"

#include <algorithm>
#include <map>

namespace whatsflow::mail {
namespace {

constexpr std::size_t kLongestSubject = 250;
constexpr std::size_t kLongestPart = 60'000;

sdk::Error no_template(const std::string& name) {
    return sdk::fail("mail.no_template", "There is no mail template " + name + ".");
}

/// What the views say about a template, as the caller of the board expects it.
sdk::Error bad_template(const sdk::Error& error) {
    sdk::Error bad = error;
    bad.code = "mail.bad_template";
    if (bad.fields.empty()) bad.fields.push_back({"html", "bad_template", error.message});
    return bad;
}

std::optional<sdk::Error> check_size(const sdk::MailText& text) {
    sdk::Error error = sdk::fail("mail.bad_template", "The template cannot be kept as it is.");
    const auto check = [&error](const char* field, const std::string& value, std::size_t longest) {
        if (value.empty())
            error.fields.push_back({field, "required", "Write something here."});
        else if (value.size() > longest)
            error.fields.push_back({field, "too_long", "At most " + std::to_string(longest) + " bytes."});
    };
    check("subject", text.subject, kLongestSubject);
    check("text", text.text, kLongestPart);
    check("html", text.html, kLongestPart);
    if (error.fields.empty()) return std::nullopt;
    return error;
}

views::MailSource with_texts(views::MailSource source, const sdk::MailText& text) {
    source.subject = text.subject;
    source.text = text.text;
    source.html = text.html;
    return source;
}

/// `billing.mail.receipt` of `billing/mail/receipt`.
std::string title_key(std::string name) {
    std::ranges::replace(name, '/', '.');
    return name;
}

}  // namespace

std::string TemplateStore::locale_for(const std::string& wish) const {
    return views_.theme()->nearest_locale(wish);
}

sdk::Result<views::MailSource> TemplateStore::source_of(const std::string& name) const {
    const auto theme = views_.theme();
    const auto found = theme->mails().find(name);
    if (found == theme->mails().end()) return no_template(name);
    return found->second;
}

sdk::Result<std::optional<TemplateStore::Changed>> TemplateStore::find_change(const sdk::CallContext& context,
                                                                              const std::string& name,
                                                                              const std::string& locale) {
    auto row = database_.query_one(
        context, "SELECT subject, text, html, version FROM core_mail_templates WHERE name = ? AND locale = ?",
        {name, locale});
    if (!row) return row.error();
    if (!*row) return std::optional<Changed>{};
    return std::optional<Changed>{
        Changed{{(*row)->text("subject"), (*row)->text("text"), (*row)->text("html")}, (*row)->integer("version")}};
}

sdk::Result<views::RenderedMail> TemplateStore::render(const sdk::CallContext& context, const sdk::View& view,
                                                       const std::string& wish) {
    auto source = source_of(view.name);
    if (!source) return source.error();
    const auto locale = locale_for(wish);
    auto changed = find_change(context, view.name, locale);
    if (!changed) return changed.error();
    if (*changed) {
        auto rendered = views_.render_mail(with_texts(*source, (*changed)->text), view.model, locale);
        // A new version of the plugin may have taken away a partial that staff's text uses: the
        // files' text is better than no mail.
        if (rendered || rendered.error().code != "view.invalid") return rendered;
    }
    return views_.render_mail(view.name, view.model, locale);
}

sdk::Result<nlohmann::json> TemplateStore::list(const sdk::CallContext& context, const std::string& wish) {
    const auto locale = locale_for(wish);
    auto rows = database_.query(
        context, "SELECT name, subject, text, html, version FROM core_mail_templates WHERE locale = ?", {locale});
    if (!rows) return rows.error();
    std::map<std::string, const sdk::Row*> changes;
    for (const auto& row : *rows) changes[row.text("name")] = &row;
    auto list = nlohmann::json::array();
    const auto theme = views_.theme();
    for (const auto& [name, source] : theme->mails()) {
        const auto found = changes.find(name);
        const bool changed = found != changes.end();
        const auto title = views_.translate(locale, title_key(name));
        list.push_back({{"name", name},
                        {"plugin", name.substr(0, name.find('/'))},
                        {"title", title == title_key(name) ? name : title},
                        {"subject", changed ? found->second->text("subject") : source.subject},
                        {"text", changed ? found->second->text("text") : source.text},
                        {"html", changed ? found->second->text("html") : source.html},
                        {"sample", source.sample},
                        {"version", changed ? found->second->integer("version") : 0},
                        {"changed", changed}});
    }
    return list;
}

sdk::Result<void> TemplateStore::change(const sdk::CallContext& context, const std::string& name,
                                        const std::string& wish, const sdk::MailText& text, std::int64_t version) {
    auto source = source_of(name);
    if (!source) return source.error();
    if (auto refused = check_size(text)) return *refused;
    const auto locale = locale_for(wish);
    const auto draft = with_texts(*source, text);
    const auto theme = views_.theme();
    auto compiled = theme->compile_mail(draft, locale);
    if (!compiled) return bad_template(compiled.error());
    if (auto tried = views::try_on_sample(*compiled, draft.sample, locale); !tried) return bad_template(tried.error());

    if (version == 0) {
        auto added = database_.execute(context,
                                       "INSERT INTO core_mail_templates (name, locale, subject, text, html, version,"
                                       " changed_at) VALUES (?, ?, ?, ?, ?, 1, ?)",
                                       {name, locale, text.subject, text.text, text.html, clock_.now()});
        if (added) return sdk::ok();
        if (added.error().code != "database.duplicate") return added.error();
    } else {
        auto changed = database_.execute(context,
                                         "UPDATE core_mail_templates SET subject = ?, text = ?, html = ?,"
                                         " version = version + 1, changed_at = ?"
                                         " WHERE name = ? AND locale = ? AND version = ?",
                                         {text.subject, text.text, text.html, clock_.now(), name, locale, version});
        if (!changed) return changed.error();
        if (*changed == 1) return sdk::ok();
    }
    return sdk::fail("mail.changed", "Somebody else has changed this template. Load it again and repeat your change.");
}

sdk::Result<void> TemplateStore::restore(const sdk::CallContext& context, const std::string& name,
                                         const std::string& wish) {
    if (auto source = source_of(name); !source) return source.error();
    auto gone = database_.execute(context, "DELETE FROM core_mail_templates WHERE name = ? AND locale = ?",
                                  {name, locale_for(wish)});
    if (!gone) return gone.error();
    return sdk::ok();
}

sdk::Result<sdk::MailText> TemplateStore::preview(const sdk::CallContext& context, const std::string& name,
                                                  const std::string& wish, const std::optional<sdk::MailText>& draft) {
    auto source = source_of(name);
    if (!source) return source.error();
    const auto locale = locale_for(wish);
    if (draft) {
        source = with_texts(*source, *draft);
    } else {
        auto changed = find_change(context, name, locale);
        if (!changed) return changed.error();
        if (*changed) source = with_texts(*source, (*changed)->text);
    }
    const auto model = source->sample.is_object() ? source->sample : nlohmann::json::object();
    auto rendered = views_.render_mail(*source, model, locale);
    if (!rendered) return bad_template(rendered.error());
    return sdk::MailText{rendered->subject, rendered->text, rendered->html};
}

}  // namespace whatsflow::mail
