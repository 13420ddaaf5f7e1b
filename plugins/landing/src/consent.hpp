/// \file
/// The visitor's answer to "may we measure?", kept in one first-party cookie.
///
/// The value lists what was granted: `necessary.analytics`. The script of the theme reads
/// and writes the same; this is the way without JavaScript.
#pragma once

#include <string>
#include <string_view>

namespace whatsflow::landing {

inline constexpr std::string_view kConsentCookie = "wf_consent";

struct Consent {
    bool decided = false;
    bool analytics = false;
    bool marketing = false;
};

Consent read_consent(std::string_view cookie_value);
/// The whole Set-Cookie value; half a year, this site only.
std::string consent_cookie(const Consent& consent, bool secure);

/// A path of this site that a form may send people back to, or "/". Refuses everything a
/// browser could read as another host: `//host`, `/\host`, schemes, control characters.
std::string safe_return_path(std::string_view wanted);

}  // namespace whatsflow::landing
