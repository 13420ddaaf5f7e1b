/// \file
/// A mail as bytes: headers and parts as RFC 5322, 2045 to 2047 and 2231 have them.
///
/// The same mail gives the same bytes each time, so that a second attempt carries the Message-ID
/// of the first and a server can drop the repeat.
#pragma once

#include "mail/stored_mail.hpp"

#include <string>
#include <string_view>

namespace whatsflow::mail {

/// Lines end with CR LF and have at most 998 bytes. Throws nothing; what could break a header
/// is left out here too, though the mailer has refused it long before.
std::string compose(const StoredMail& mail);

/// Text as it may stand in a header after `used` bytes of its first line: as it is when it is
/// ASCII, else encoded words of whole characters, folded.
std::string encode_header_text(std::string_view text, std::size_t used);
/// `"Nimal, the first" <nimal@example.com>`
std::string encode_mailbox(const sdk::MailAddress& address, std::size_t used);
/// Quoted-printable, lines of at most 76 bytes; any kind of line break becomes CR LF.
std::string encode_quoted_printable(std::string_view text);
/// Lines of 76 characters.
std::string encode_base64(std::string_view bytes);
/// `Tue, 10 Mar 2026 08:00:00 +0000`
std::string to_mail_date(sdk::Instant instant);

}  // namespace whatsflow::mail
