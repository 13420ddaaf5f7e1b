#include "letters.hpp"

#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/vault.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kKind = "accounts.send_mail";
constexpr const char* kSealedAs = "mail";

sdk::Result<void> send_letter(Office& office, const sdk::CallContext& context, const json& letter) {
    const auto name = letter.at("name").get<std::string>();
    sdk::MailMessage mail;
    mail.idempotency_key = "accounts." + name + ":" + letter.at("key").get<std::string>();
    mail.to = {{letter.at("to").get<std::string>(), letter.at("to_name").get<std::string>()}};
    mail.locale = letter.at("locale").get<std::string>();
    auto model = letter.at("model");
    model["brand"] = office.settings().brand;
    model["name"] = letter.at("to_name");
    model["app_url"] = office.app_url("");
    for (const auto* url : {"security_url", "login_url", "link_url"})
        if (model.contains(url)) model["action_url"] = model[url];
    model["action_label"] = office.text(mail.locale, "mail_actions." + name);
    mail.content = sdk::View{"accounts/mail/" + name, std::move(model)};
    const auto sent = office.mailer().call(&sdk::Mailer::send, context, mail);
    if (!sent) return sent.error();
    return sdk::ok();
}

}  // namespace

sdk::Result<void> post_letter(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                              const Letter& letter) {
    const json text{{"name", letter.name},       {"key", letter.key},       {"to", letter.to},
                    {"to_name", letter.to_name}, {"locale", letter.locale}, {"model", letter.model}};
    const auto sealed = office.host().vault().seal(kSealedAs, sdk::Secret{text.dump()});
    if (!sealed) return sealed.error();
    sdk::JobRequest job;
    job.kind = kKind;
    job.payload = {{"letter", letter.name}, {"sealed", *sealed}};
    job.unique_key = letter.name + ":" + letter.key;
    job.priority = 10;
    const auto queued = office.host().jobs().enqueue(where, context, job);
    if (!queued) return queued.error();
    return sdk::ok();
}

sdk::Result<void> register_letters(Office& office) {
    return office.host().jobs().handle(kKind, [&office](sdk::JobRun& run) -> sdk::Result<void> {
        const auto text = office.host().vault().open(kSealedAs, run.payload().value("sealed", ""));
        if (!text) return text.error();
        return send_letter(office, run.context(), json::parse(text->reveal()));
    });
}

}  // namespace whatsflow::accounts
