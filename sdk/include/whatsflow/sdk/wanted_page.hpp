/// \file
/// The page that somebody wanted before they were asked to sign in.
///
/// The host remembers it in a cookie of its site for ten minutes; whoever owns the sign-in reads
/// it, leads there once, and forgets it:
///
///     auto response = redirect_to(wanted_page(request).value_or("/"));
///     response.header("Set-Cookie", forgotten_page_cookie(request.site, request.secure));
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <optional>
#include <string>

namespace whatsflow::sdk {

/// The line for Set-Cookie; nothing when the request is not for a page that one could come back
/// to: the first page of a site, a part of a page, a picture, a very long address.
std::optional<std::string> wanted_page_cookie(const Request& request);
/// A path of this very site, or nothing. What a browser sends is not believed unseen.
std::optional<std::string> wanted_page(const Request& request);
/// The line that makes the browser forget it.
std::string forgotten_page_cookie(Site site, bool secure);

}  // namespace whatsflow::sdk
