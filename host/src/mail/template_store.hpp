/// \file
/// Which texts of a mail are in force: staff's, or those of the files. Staff's are compiled,
/// checked and tried on the sample before they are kept.
#pragma once

#include "views/theme_renderer.hpp"

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/mailer.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace whatsflow::mail {

/// [thread-safe]
class TemplateStore {
public:
    TemplateStore(sdk::Database& database, const views::ThemeRenderer& views, const sdk::Clock& clock)
        : database_(database), views_(views), clock_(clock) {}

    /// Errors: `mail.no_template`, `view.failed` (the model lacks what the template shows).
    sdk::Result<views::RenderedMail> render(const sdk::CallContext& context, const sdk::View& view,
                                            const std::string& locale);

    /// Rows as MailBoard::templates tells them.
    sdk::Result<nlohmann::json> list(const sdk::CallContext& context, const std::string& locale);
    /// Errors: `mail.no_template`, `mail.bad_template` with fields, `mail.changed`. Version 0 is
    /// that of the files.
    sdk::Result<void> change(const sdk::CallContext& context, const std::string& name, const std::string& locale,
                             const sdk::MailText& text, std::int64_t version);
    sdk::Result<void> restore(const sdk::CallContext& context, const std::string& name, const std::string& locale);
    sdk::Result<sdk::MailText> preview(const sdk::CallContext& context, const std::string& name,
                                       const std::string& locale, const std::optional<sdk::MailText>& draft);

private:
    struct Changed {
        sdk::MailText text;
        std::int64_t version = 0;
    };
    sdk::Result<std::optional<Changed>> find_change(const sdk::CallContext& context, const std::string& name,
                                                    const std::string& locale);
    /// The texts of the files; error `mail.no_template`.
    sdk::Result<views::MailSource> source_of(const std::string& name) const;
    std::string locale_for(const std::string& wish) const;

    sdk::Database& database_;
    const views::ThemeRenderer& views_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::mail
