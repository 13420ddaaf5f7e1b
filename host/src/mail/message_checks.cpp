#include "mail/address.hpp"
#include "mail/host_mailer.hpp"

#include <algorithm>

namespace whatsflow::mail {
namespace {

constexpr std::size_t kLongestKey = 200;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestFilename = 200;
constexpr std::size_t kMostRecipients = 100;
constexpr std::size_t kMostAttachments = 50;
constexpr std::size_t kLargestMail = std::size_t{10} * 1024 * 1024;

class Checks {
public:
    void refuse(std::string field, std::string code, std::string message) {
        error_.fields.push_back({std::move(field), std::move(code), std::move(message)});
    }
    void address(const std::string& field, const sdk::MailAddress& address) {
        if (!is_address(address.address)) refuse(field, "address", "This is not an address mail can be sent to.");
        header(field, address.name);
        if (address.name.size() > kLongestName) refuse(field, "too_long", "The name is longer than 200 bytes.");
    }
    void header(const std::string& field, std::string_view value) {
        if (!fits_a_header(value)) refuse(field, "line_break", "It has a line break or another control character.");
    }
    sdk::Result<void> result() const {
        if (error_.fields.empty()) return sdk::ok();
        return error_;
    }

private:
    sdk::Error error_ = sdk::fail("mail.invalid", "The mail cannot be sent as it is.");
};

/// `type/subtype` of letters, digits and the few signs types have; parameters are not passed on.
bool is_content_type(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size() || text.size() > 120) return false;
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' ||
               c == '+' || c == '-';
    });
}

void check_attachments(const sdk::MailMessage& message, std::size_t& bytes, Checks& checks) {
    if (message.attachments.size() > kMostAttachments) checks.refuse("attachments", "too_many", "At most 50.");
    for (const auto& file : message.attachments) {
        bytes += file.content.size();
        checks.header("attachments", file.filename);
        if (file.filename.empty() || file.filename.size() > kLongestFilename ||
            file.filename.find('/') != std::string::npos || file.filename.find('\\') != std::string::npos)
            checks.refuse("attachments", "filename", "A file has a name of 1 to 200 bytes, without a path.");
        if (!is_content_type(file.content_type))
            checks.refuse("attachments", "content_type", "Name the kind of file, such as application/pdf.");
    }
}

void check_text(const sdk::MailText& text, std::size_t& bytes, Checks& checks) {
    bytes += text.text.size() + text.html.size();
    if (text.subject.empty()) checks.refuse("subject", "required", "A mail has a subject.");
    if (text.subject.size() > 500) checks.refuse("subject", "too_long", "At most 500 bytes.");
    checks.header("subject", text.subject);
    if (text.text.empty()) checks.refuse("text", "required", "A mail has a plain text, beside HTML too.");
}

}  // namespace

sdk::Result<void> check_message(const sdk::MailMessage& message) {
    Checks checks;
    if (message.idempotency_key.empty() || message.idempotency_key.size() > kLongestKey)
        checks.refuse("idempotency_key", "required", "It has 1 to 200 bytes.");
    checks.header("idempotency_key", message.idempotency_key);
    if (message.to.empty()) checks.refuse("to", "required", "Somebody has to get the mail.");
    if (message.to.size() + message.cc.size() + message.bcc.size() > kMostRecipients)
        checks.refuse("to", "too_many", "At most 100 addresses; write several mails.");
    for (const auto& address : message.to) checks.address("to", address);
    for (const auto& address : message.cc) checks.address("cc", address);
    for (const auto& address : message.bcc) checks.address("bcc", address);
    if (!message.reply_to.address.empty()) checks.address("reply_to", message.reply_to);
    checks.header("category", message.category);
    if (message.category.empty() || message.category.size() > 60)
        checks.refuse("category", "required", "It has 1 to 60 bytes.");
    std::size_t bytes = 0;
    check_attachments(message, bytes, checks);
    if (const auto* text = std::get_if<sdk::MailText>(&message.content)) check_text(*text, bytes, checks);
    if (bytes > kLargestMail) checks.refuse("attachments", "too_large", "A mail has at most 10 MB together.");
    return checks.result();
}

}  // namespace whatsflow::mail
