/// \file
/// A mail's HTML as a document of its own, for a frame in a page of the panel.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <string>

namespace whatsflow::admin {

/// Mail comes with styles in it and was partly written by strangers: nothing in it may run,
/// load, send or reach the page around it.
inline sdk::Response mail_document(std::string html) {
    return sdk::bytes(std::move(html), "text/html; charset=utf-8")
        .header("Content-Security-Policy",
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
                "base-uri 'none'; frame-ancestors 'self'")
        .header("X-Frame-Options", "SAMEORIGIN")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-store");
}

}  // namespace whatsflow::admin
