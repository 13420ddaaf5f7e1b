#include "mail/smtp_url.hpp"

#include <charconv>
#include <optional>

namespace whatsflow::mail {
namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            result += text[at];
            continue;
        }
        unsigned byte = 0;
        const auto* digits = text.data() + at + 1;
        if (at + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2)
            return std::nullopt;
        result += static_cast<char>(byte);
        at += 2;
    }
    return result;
}

}  // namespace

sdk::Result<SmtpServer> parse_smtp_url(std::string_view text) {
    const auto refused = sdk::fail("mail.bad_url",
                                   "mail.smtp_url must be smtp://USER:PASSWORD@HOST:PORT or smtps://…, with special "
                                   "characters of user and password percent-encoded.");
    SmtpServer server;
    if (text.starts_with("smtps://")) {
        server.tls_first = true;
        server.port = 465;
        text.remove_prefix(8);
    } else if (text.starts_with("smtp://")) {
        text.remove_prefix(7);
    } else {
        return refused;
    }
    if (text.ends_with('/')) text.remove_suffix(1);
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        const auto credentials = text.substr(0, at);
        text.remove_prefix(at + 1);
        const auto colon = credentials.find(':');
        const auto user = decoded(credentials.substr(0, colon));
        const auto password =
            colon == std::string_view::npos ? std::optional<std::string>("") : decoded(credentials.substr(colon + 1));
        if (!user || !password || user->find('\0') != std::string::npos || password->find('\0') != std::string::npos)
            return refused;
        server.user = *user;
        server.password = *password;
    }
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        const auto port = text.substr(colon + 1);
        const auto* end = port.data() + port.size();
        const auto read = std::from_chars(port.data(), end, server.port);
        if (read.ec != std::errc{} || read.ptr != end || server.port == 0) return refused;
        text = text.substr(0, colon);
    }
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (text.empty() || text.find_first_of(" /?#[]@") != std::string_view::npos) return refused;
    server.host = text;
    return server;
}

}  // namespace whatsflow::mail
