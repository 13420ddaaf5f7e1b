#include "views/mail_template.hpp"

#include "views/template_lint.hpp"

#include <utility>

namespace whatsflow::views {
namespace {

std::optional<CompiledTemplate> compile_part(const std::string& mail, const std::string& part, const std::string& text,
                                             const std::string& locale, const Surroundings& surroundings,
                                             Problems& problems) {
    Problems found;
    auto source = parse_template(mail + "." + part, text, found);
    if (part != "html") source.directives["format"] = "text";
    if (found.empty()) lint_template(source, found, Medium::mail);
    std::optional<CompiledTemplate> result;
    if (found.empty()) {
        auto flat = flatten(source, locale, surroundings, found);
        if (found.empty()) {
            auto compiled = CompiledTemplate::compile(std::move(flat), locale);
            if (compiled)
                result.emplace(std::move(*compiled));
            else
                found.push_back({source.file, 0, {}, "it cannot be compiled: " + compiled.error().message, {}});
        }
    }
    problems.insert(problems.end(), found.begin(), found.end());
    return result;
}

/// A subject is a line: whatever breaks it would begin another header.
std::string one_line(const std::string& text) {
    std::string line;
    for (const char c : text) {
        const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace

std::optional<MailTemplate> compile_mail(const MailSource& source, const std::string& locale,
                                         const Surroundings& surroundings, Problems& problems) {
    auto subject = compile_part(source.name, "subject", source.subject, locale, surroundings, problems);
    auto text = compile_part(source.name, "text", source.text, locale, surroundings, problems);
    auto html = compile_part(source.name, "html", source.html, locale, surroundings, problems);
    if (!subject || !text || !html) return std::nullopt;
    return MailTemplate{std::move(*subject), std::move(*text), std::move(*html)};
}

sdk::Error to_mail_error(const Problems& problems) {
    auto error = to_error("view.invalid", "the mail has problems:", problems);
    error.fields.clear();
    for (const auto& problem : problems) {
        const auto dot = problem.file.rfind('.');
        const auto line = problem.line == 0 ? "" : "Line " + std::to_string(problem.line) + ": ";
        error.fields.push_back({dot == std::string::npos ? "html" : problem.file.substr(dot + 1), "bad_template",
                                line + problem.message + (problem.remedy.empty() ? "" : " " + problem.remedy)});
    }
    return error;
}

sdk::Result<void> try_on_sample(const MailTemplate& mail, const nlohmann::json& sample, const std::string& locale) {
    if (!sample.is_object()) return sdk::ok();
    sdk::Error error = sdk::fail("view.invalid", "the mail shows what its model does not have.");
    const nlohmann::json given = {{"locale", locale}, {"preheader", nullptr}, {"unsubscribe_url", nullptr}};
    const auto try_part = [&](const char* part, const CompiledTemplate& text) {
        Scope scope;
        scope.push(&given);
        scope.push(&sample);
        std::set<std::string> missing;
        text.render(scope, missing);
        for (const auto& name : missing)
            error.fields.push_back(
                {part, "unknown_name",
                 "This mail has no value " + name.substr(0, name.find(' ')) + ". The sample lists those it has."});
    };
    try_part("subject", mail.subject);
    try_part("text", mail.text);
    try_part("html", mail.html);
    if (!error.fields.empty()) return error;
    return sdk::ok();
}

RenderedMail render_mail(const MailTemplate& mail, const MailLayouts& layouts, const nlohmann::json& model,
                         const std::string& locale, std::set<std::string>& missing) {
    nlohmann::json given = {{"locale", locale}, {"preheader", nullptr}, {"unsubscribe_url", nullptr}};
    Scope scope;
    scope.push(&given);
    scope.push(&model);
    RenderedMail rendered;
    rendered.subject = one_line(mail.subject.render(scope, missing));
    rendered.text = mail.text.render(scope, missing);
    rendered.html = mail.html.render(scope, missing);
    const nlohmann::json frame = {
        {"subject", rendered.subject}, {"content", rendered.text}, {"content_html", rendered.html}};
    scope.push(&frame);
    if (layouts.text != nullptr) rendered.text = layouts.text->render(scope, missing);
    if (layouts.html != nullptr) rendered.html = layouts.html->render(scope, missing);
    return rendered;
}

}  // namespace whatsflow::views
