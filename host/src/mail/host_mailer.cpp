#include "mail/host_mailer.hpp"

#include "mail/address.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::mail {
namespace {

constexpr std::size_t kLongestRenderedSubject = 500;

void add_recipients(StoredMail& mail, const std::vector<sdk::MailAddress>& addresses, Recipient::Kind kind,
                    std::set<std::string>& known) {
    for (const auto& address : addresses) {
        // Somebody who stands in `to` and in `cc` gets it once.
        if (known.insert(address.address).second) mail.recipients.push_back({address, kind, Recipient::Fate::waiting});
    }
}

void take_unsubscribe_link(const nlohmann::json& model, StoredMail& mail) {
    const auto url = model.find("unsubscribe_url");
    if (url == model.end() || !url->is_string()) return;
    const auto& text = url->get_ref<const std::string&>();
    const bool fits = fits_a_header(text) && text.size() <= 2000 && text.find_first_of("<> ") == std::string::npos;
    if (!fits || !(text.starts_with("https://") || text.starts_with("http://"))) return;
    mail.unsubscribe_url = text;
    const auto one_click = model.find("unsubscribe_one_click");
    mail.one_click = text.starts_with("https://") && one_click != model.end() && *one_click == true;
}

}  // namespace

sdk::Result<sdk::MailReceipt> HostMailer::send(const sdk::CallContext& context, const sdk::MailMessage& message) {
    if (auto checked = check_message(message); !checked) return checked.error();
    auto known = spool_.find_key(context, message.idempotency_key);
    if (!known) return known.error();
    if (*known) return sdk::MailReceipt{**known, true};

    StoredMail mail;
    mail.id = sdk::make_uuid();
    mail.key = message.idempotency_key;
    mail.tenant = context.tenant.text();
    mail.category = message.category;
    mail.sender = options_.sender;
    mail.reply_to = message.reply_to;
    std::set<std::string> addresses;
    add_recipients(mail, message.to, Recipient::Kind::to, addresses);
    add_recipients(mail, message.cc, Recipient::Kind::cc, addresses);
    add_recipients(mail, message.bcc, Recipient::Kind::bcc, addresses);
    mail.attachments = message.attachments;
    mail.created_at = clock_.now();
    if (auto filled = fill_texts(context, message, mail); !filled) return filled.error();

    auto added = spool_.add(context, mail, options_.first);
    if (!added) return added.error();
    if (!*added) {
        // Two callers with one key at the same moment: the other was first.
        auto other = spool_.find_key(context, message.idempotency_key);
        if (!other) return other.error();
        return sdk::MailReceipt{other->value_or(""), true};
    }
    if (options_.first == Spool::First::queued && options_.stored) options_.stored();
    return sdk::MailReceipt{mail.id, false};
}

sdk::Result<void> HostMailer::fill_texts(const sdk::CallContext& context, const sdk::MailMessage& message,
                                         StoredMail& mail) {
    if (const auto* text = std::get_if<sdk::MailText>(&message.content)) {
        mail.subject = text->subject;
        mail.text = text->text;
        mail.html = text->html;
        return sdk::ok();
    }
    const auto& view = std::get<sdk::View>(message.content);
    auto rendered = templates_.render(context, view, message.locale);
    if (!rendered) return rendered.error();
    mail.view = view.name;
    mail.subject =
        rendered->subject.size() > kLongestRenderedSubject ? rendered->subject.substr(0, kLongestRenderedSubject) : rendered->subject;
    // Not in the middle of a character.
    while (!mail.subject.empty() && mail.subject.size() < rendered->subject.size() &&
           (static_cast<unsigned char>(rendered->subject[mail.subject.size()]) & 0xc0U) == 0x80U)
        mail.subject.pop_back();
    mail.text = rendered->text;
    mail.html = rendered->html;
    take_unsubscribe_link(view.model, mail);
    return sdk::ok();
}

}  // namespace whatsflow::mail
