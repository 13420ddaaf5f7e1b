#include "mail/mime.hpp"

#include "mail/address.hpp"
#include "mail/base64.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace whatsflow::mail {
namespace {

constexpr std::string_view kBreak = "\r\n";
constexpr std::size_t kLine = 76;
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string without_controls(std::string_view text) {
    std::string clean;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) clean += c;
    }
    return clean;
}

std::size_t bytes_of_character(char first) {
    const auto c = static_cast<unsigned char>(first);
    return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

std::string header(std::string_view name, const std::string& value) {
    return std::string(name) + ": " + value + std::string(kBreak);
}

std::string address_list(std::string_view name, const StoredMail& mail, Recipient::Kind kind) {
    std::string line = std::string(name) + ": ";
    bool any = false;
    for (const auto& recipient : mail.recipients) {
        if (recipient.kind != kind) continue;
        if (any) line += ",\r\n ";
        line += encode_mailbox(recipient.address, any ? 1 : name.size() + 2);
        any = true;
    }
    return any ? line + std::string(kBreak) : std::string{};
}

/// RFC 2231 beside a plain form, for readers that do not know it.
std::string filename_parameters(const std::string& filename) {
    std::string plain;
    std::string extended;
    for (const char c : filename) {
        const auto byte = static_cast<unsigned char>(c);
        const bool usual = byte < 0x80 && (std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_');
        if (byte < 0x80 && c != '"' && c != '\\') plain += c;
        if (usual) {
            extended += c;
        } else {
            extended += '%';
            extended += kHexDigits[byte >> 4U];
            extended += kHexDigits[byte & 15U];
        }
    }
    std::string parameters = ";\r\n filename=\"" + (plain.empty() ? "file" : plain) + "\"";
    if (plain != filename) parameters += ";\r\n filename*=UTF-8''" + extended;
    return parameters;
}

std::string text_part(std::string_view type, std::string_view text) {
    return "Content-Type: " + std::string(type) + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n" +
           "\r\n" + encode_quoted_printable(text);
}

std::string multipart(const std::string& kind, const std::string& boundary, const std::vector<std::string>& parts) {
    std::string text = "Content-Type: multipart/" + kind + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    for (const auto& part : parts) text += "--" + boundary + "\r\n" + part + "\r\n";
    return text + "--" + boundary + "--\r\n";
}

std::string attachment_part(const sdk::MailAttachment& attachment) {
    auto type = without_controls(attachment.content_type);
    if (type.empty()) type = "application/octet-stream";
    return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment" +
           filename_parameters(without_controls(attachment.filename)) + "\r\n\r\n" + encode_base64(attachment.content);
}

std::string list_headers(const StoredMail& mail) {
    if (mail.category == "transactional") return {};
    const auto& answers_to = mail.reply_to.address.empty() ? mail.sender : mail.reply_to;
    const bool has_link = !mail.unsubscribe_url.empty() && is_ascii(mail.unsubscribe_url);
    std::string text = header("List-Unsubscribe", has_link ? "<" + without_controls(mail.unsubscribe_url) + ">"
                                                           : "<mailto:" + answers_to.address + "?subject=unsubscribe>");
    if (has_link && mail.one_click) text += header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    return text;
}

std::string body_of(const StoredMail& mail) {
    // The id is random, so no text holds a boundary by accident; parts are encoded besides.
    auto body = mail.html.empty() ? text_part("text/plain", mail.text)
                                  : multipart("alternative", "=_alternative_" + mail.id,
                                              {text_part("text/plain", mail.text), text_part("text/html", mail.html)});
    if (mail.attachments.empty()) return body;
    std::vector<std::string> parts{std::move(body)};
    for (const auto& attachment : mail.attachments) parts.push_back(attachment_part(attachment));
    return multipart("mixed", "=_mixed_" + mail.id, parts);
}

}  // namespace

std::string compose(const StoredMail& mail) {
    std::string text = header("Date", to_mail_date(mail.created_at));
    text += header("From", encode_mailbox(mail.sender, 6));
    text += address_list("To", mail, Recipient::Kind::to);
    text += address_list("Cc", mail, Recipient::Kind::cc);
    if (!mail.reply_to.address.empty()) text += header("Reply-To", encode_mailbox(mail.reply_to, 10));
    text += header("Subject", encode_header_text(without_controls(mail.subject), 9));
    // The same for each attempt; another one when staff send the mail anew, which counts as created.
    text += header("Message-ID", "<" + mail.id + "." + std::to_string(sdk::to_micros(mail.created_at)) + "@" +
                                     std::string(domain_of(mail.sender.address)) + ">");
    // Automatic answers (absence notes) to what no person wrote help nobody.
    text += header("Auto-Submitted", "auto-generated");
    text += list_headers(mail);
    text += header("MIME-Version", "1.0");
    return text + body_of(mail);
}

std::string encode_header_text(std::string_view text, std::size_t used) {
    // What looks like an encoded word would be decoded: it is encoded itself.
    const bool plain = is_ascii(text) && text.find("=?") == std::string_view::npos;
    if (plain && used + text.size() <= 900) return std::string(text);
    static constexpr std::string_view kOpen = "=?UTF-8?B?";
    std::string result;
    std::string piece;
    const auto room = [&used] {
        const auto taken = std::min(used, std::size_t{40}) + kOpen.size() + 2;
        return (kLine - 1 - taken) / 4 * 3;
    };
    const auto flush = [&] {
        if (piece.empty()) return;
        if (!result.empty()) result += "\r\n ";
        result += std::string(kOpen) + base64(piece) + "?=";
        piece.clear();
        used = 1;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto size = std::min(bytes_of_character(text[at]), text.size() - at);
        if (piece.size() + size > room()) flush();
        piece += text.substr(at, size);
        at += size;
    }
    flush();
    return result;
}

std::string encode_mailbox(const sdk::MailAddress& address, std::size_t used) {
    const auto name = without_controls(address.name);
    const auto mailbox = without_controls(address.address);
    if (name.empty()) return mailbox;
    if (!is_ascii(name) || name.find("=?") != std::string::npos || name.size() > 60)
        return encode_header_text(name.size() > 60 && is_ascii(name) ? name.substr(0, 60) : name, used) + "\r\n <" +
               mailbox + ">";
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\" <" + mailbox + ">";
}

std::string encode_quoted_printable(std::string_view text) {
    std::string result;
    std::size_t column = 0;
    const auto put = [&](std::string_view piece) {
        if (column + piece.size() > kLine - 1) {
            result += "=\r\n";
            column = 0;
        }
        result += piece;
        column += piece.size();
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\r' || c == '\n') {
            if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
            result += kBreak;
            column = 0;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        const bool ends_line = at + 1 == text.size() || text[at + 1] == '\r' || text[at + 1] == '\n';
        const bool blank = c == ' ' || c == '\t';
        if ((blank && !ends_line) || (byte > 0x20 && byte < 0x7f && c != '=')) {
            put(text.substr(at, 1));
        } else {
            const std::array<char, 3> code{'=', kHexDigits[byte >> 4U], kHexDigits[byte & 15U]};
            put({code.data(), code.size()});
        }
    }
    return result;
}

std::string encode_base64(std::string_view bytes) {
    static constexpr std::size_t kBytesOfLine = kLine / 4 * 3;
    std::string result;
    for (std::size_t at = 0; at < bytes.size(); at += kBytesOfLine) {
        result += base64(bytes.substr(at, kBytesOfLine));
        result += kBreak;
    }
    return result;
}

std::string to_mail_date(sdk::Instant instant) {
    using namespace std::chrono;
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const auto seconds_of_day = floor<seconds>(instant - day).count();
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000", kDays[weekday{day}.c_encoding()],
                  unsigned{date.day()}, kMonths[unsigned{date.month()} - 1], int{date.year()},
                  static_cast<int>(seconds_of_day / 3600), static_cast<int>(seconds_of_day / 60 % 60),
                  static_cast<int>(seconds_of_day % 60));
    return text.data();
}

}  // namespace whatsflow::mail
