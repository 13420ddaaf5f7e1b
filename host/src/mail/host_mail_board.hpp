/// \file
/// The service `whatsflow.mail_board/1`: what staff see of mails and their templates.
#pragma once

#include "mail/spool.hpp"
#include "mail/template_store.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <functional>

namespace whatsflow::mail {

class HostMailBoard final : public sdk::MailBoard {
public:
    /// `again` is called after a mail was put back into the queue.
    HostMailBoard(sdk::Database& database, Spool& spool, TemplateStore& templates, const sdk::Clock& clock,
                  Spool::First first, std::function<void()> again)
        : database_(database),
          spool_(spool),
          templates_(templates),
          clock_(clock),
          first_(first),
          again_(std::move(again)) {}

    sdk::Result<sdk::ListPage> mails(const sdk::CallContext& context, const std::string& state,
                                     const std::string& contains, const sdk::ListWindow& window) override;
    sdk::Result<std::optional<nlohmann::json>> mail(const sdk::CallContext& context, const std::string& id) override;
    sdk::Result<void> send_again(const sdk::CallContext& context, const std::string& id) override;
    sdk::Result<nlohmann::json> templates(const sdk::CallContext& context, const std::string& locale) override;
    sdk::Result<void> change_template(const sdk::CallContext& context, const std::string& name,
                                      const std::string& locale, const sdk::MailText& text,
                                      std::int64_t version) override;
    sdk::Result<void> restore_template(const sdk::CallContext& context, const std::string& name,
                                       const std::string& locale) override;
    sdk::Result<sdk::MailText> preview(const sdk::CallContext& context, const std::string& name,
                                       const std::string& locale, const std::optional<sdk::MailText>& draft) override;

private:
    sdk::Database& database_;
    Spool& spool_;
    TemplateStore& templates_;
    const sdk::Clock& clock_;
    const Spool::First first_;
    const std::function<void()> again_;
};

}  // namespace whatsflow::mail
