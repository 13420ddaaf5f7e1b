/// \file
/// Addresses of mail: which are acceptable, and how people write them.
#pragma once

#include <whatsflow/sdk/mailer.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::mail {

/// `local@domain` in ASCII, at most 254 bytes, of characters that need no quotes. Names of
/// domains in other scripts come in their ASCII form (`xn--…`).
bool is_address(std::string_view text);

/// No control character: a line break in a header would begin another one.
bool fits_a_header(std::string_view text);

/// `Name <a@b>` or `a@b`.
std::optional<sdk::MailAddress> parse_mailbox(std::string_view text);

/// The part behind the `@`.
std::string_view domain_of(std::string_view address);

}  // namespace whatsflow::mail
