/// \file
/// The three texts of a mail: subject, plain text, HTML.
///
/// They are templates like those of pages with two differences. Subject and text are plain: values
/// go in as they are. HTML has its styles in the markup, because programs for mail know no other;
/// it is put into the theme's layout `mail`, the text into `mail_text` where the theme has one.
#pragma once

#include "views/compiled_template.hpp"
#include "views/flatten.hpp"

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string>

namespace whatsflow::views {

struct MailSource {
    std::string name;  ///< `billing/mail/receipt`; in messages
    std::string subject;
    std::string text;
    std::string html;
    nlohmann::json sample{};  ///< a model for previews; null when the mail has none
};

struct MailTemplate {
    CompiledTemplate subject;
    CompiledTemplate text;
    CompiledTemplate html;
};

struct MailLayouts {
    const CompiledTemplate* html = nullptr;
    const CompiledTemplate* text = nullptr;
};

struct RenderedMail {
    std::string subject;  ///< one line
    std::string text;
    std::string html;
};

/// Nothing, with problems, when one of them is not safe or does not compile. The problems' files
/// are the mail's name and the part: `billing/mail/receipt.html`.
std::optional<MailTemplate> compile_mail(const MailSource& source, const std::string& locale,
                                         const Surroundings& surroundings, Problems& problems);

/// Error `view.invalid` whose fields are `subject`, `text` and `html`.
sdk::Error to_mail_error(const Problems& problems);

/// Error `view.invalid` when a part shows what the sample does not have; ok without a sample.
sdk::Result<void> try_on_sample(const MailTemplate& mail, const nlohmann::json& sample, const std::string& locale);

/// Besides the model, the layout sees `subject`, `content_html` (`content` in the text's),
/// `locale`, `preheader` and `unsubscribe_url`, the last two null when the model has none.
RenderedMail render_mail(const MailTemplate& mail, const MailLayouts& layouts, const nlohmann::json& model,
                         const std::string& locale, std::set<std::string>& missing);

}  // namespace whatsflow::views
