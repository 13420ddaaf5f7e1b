/// \file
/// A text as a QR code, drawn as SVG: black on white, with the four modules of quiet zone.
#pragma once

#include <optional>
#include <string>

namespace whatsflow::security {

/// Nothing when the text is empty or too long for a QR code (2,331 bytes).
[[nodiscard]] std::optional<std::string> qr_code_svg(const std::string& text);

}  // namespace whatsflow::security
