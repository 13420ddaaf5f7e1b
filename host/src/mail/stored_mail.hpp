/// \file
/// A mail as the spool keeps it: everything that is needed to write it, and who still waits for it.
#pragma once

#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/time.hpp>

#include <string>
#include <vector>

namespace whatsflow::mail {

struct Recipient {
    enum class Kind { to, cc, bcc };
    enum class Fate { waiting, sent, refused };
    sdk::MailAddress address;
    Kind kind = Kind::to;
    Fate fate = Fate::waiting;
};

struct StoredMail {
    std::string id;
    std::string key;  ///< idempotency key
    std::string tenant{};
    std::string category{};
    std::string view{};  ///< of the template; empty for finished text
    sdk::MailAddress sender{};
    sdk::MailAddress reply_to{};
    std::vector<Recipient> recipients{};
    std::string subject{};
    std::string text{};
    std::string html{};
    std::vector<sdk::MailAttachment> attachments{};
    std::string unsubscribe_url{};  ///< what the reader may click; may be empty
    bool one_click = false;         ///< `unsubscribe_url` takes a POST without a session (RFC 8058)
    sdk::Instant created_at{};
    int attempts = 0;
};

}  // namespace whatsflow::mail
