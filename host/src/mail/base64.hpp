/// \file
/// Base64 as mail has it (RFC 4648 section 4, with padding).
#pragma once

#include <string>
#include <string_view>

namespace whatsflow::mail {

std::string base64(std::string_view bytes);

}  // namespace whatsflow::mail
