#include "mail/smtp_dialogue.hpp"

#include "net/transport_error.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace whatsflow::mail {
namespace {

using net::TransportError;
using std::chrono::steady_clock;

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kMostLines = 200;
constexpr std::chrono::milliseconds kSlice{200};  ///< how soon a wish to stop is noticed

}  // namespace

std::string SmtpReply::shown() const {
    std::string line = std::to_string(code) + " " + text;
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return line.substr(0, 300);
}

net::Deadline SmtpDialogue::after(std::chrono::milliseconds within) const {
    return std::min(latest_, steady_clock::now() + within);
}

std::string SmtpDialogue::read_line(net::Deadline deadline) {
    while (true) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        if (buffer_.size() > kLongestLine)
            throw TransportError(TransportError::Kind::disconnected, "the server's reply has no end");
        if (stopping_()) throw SmtpStopped{};
        std::array<char, 4096> bytes{};
        try {
            const auto size =
                connection_.read(bytes.data(), bytes.size(), std::min(deadline, steady_clock::now() + kSlice));
            if (size == 0) throw TransportError(TransportError::Kind::disconnected, "the server closed the connection");
            buffer_.append(bytes.data(), size);
        } catch (const TransportError& problem) {
            if (problem.kind() != TransportError::Kind::timed_out || steady_clock::now() >= deadline) throw;
        }
    }
}

SmtpReply SmtpDialogue::read_reply(std::chrono::milliseconds within) {
    const auto deadline = after(within);
    SmtpReply reply;
    for (std::size_t lines = 0; lines < kMostLines; ++lines) {
        const auto line = read_line(deadline);
        const bool has_code = line.size() >= 3 && std::all_of(line.begin(), line.begin() + 3,
                                                              [](unsigned char c) { return std::isdigit(c) != 0; });
        if (!has_code) break;
        reply.code = std::stoi(line.substr(0, 3));
        if (!reply.text.empty()) reply.text += '\n';
        if (line.size() > 4) reply.text += line.substr(4);
        if (line.size() == 3 || line[3] != '-') return reply;
    }
    throw TransportError(TransportError::Kind::disconnected, "what answers there does not speak SMTP");
}

SmtpReply SmtpDialogue::command(std::string_view line, std::chrono::milliseconds within) {
    connection_.write(std::string(line) + "\r\n", after(within));
    return read_reply(within);
}

void SmtpDialogue::send_mail(std::string_view mail, std::chrono::milliseconds within) {
    connection_.write(with_dots_doubled(mail), after(within));
}

void SmtpDialogue::secure(const std::string& host, const Poco::Net::Context::Ptr& context,
                          std::chrono::milliseconds within) {
    connection_.secure(host, context, after(within));
}

std::string with_dots_doubled(std::string_view mail) {
    std::string result;
    result.reserve(mail.size() + 64);
    bool at_start = true;
    for (const char c : mail) {
        if (at_start && c == '.') result += '.';
        result += c;
        at_start = c == '\n';
    }
    if (!at_start) result += "\r\n";
    return result + ".\r\n";
}

}  // namespace whatsflow::mail
