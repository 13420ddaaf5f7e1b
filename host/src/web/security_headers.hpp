/// \file
/// The headers that tell browsers what a page may do, the same for every reply.
///
/// Scripts and styles come from our own origin only, nothing inline. A page that needs more
/// says which origins: a contributed page script, or a form that leads to a payment page.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

/// What one page needs beyond the strict rules. Everything that is not an https origin
/// (or http on this machine) is ignored.
struct PageOrigins {
    std::vector<std::string> scripts;    ///< may run here and be talked to
    std::vector<std::string> forms;      ///< forms may be sent or redirected there
    std::vector<std::string> sockets{};  ///< WebSockets may be opened there: wss, or ws on this machine
};

[[nodiscard]] std::string content_security_policy(const PageOrigins& origins);

/// Adds each header of the set that the reply does not carry yet.
void add_security_headers(sdk::Headers& headers, bool secure, const PageOrigins& origins);

/// One line for a header block. Throws std::invalid_argument for control characters: a
/// header line that could end early is never written.
[[nodiscard]] std::string header_line(std::string_view name, std::string_view value);

/// False for values that would lead a browser somewhere else than they look: `//host`,
/// `/\host`, other schemes than http(s), control characters.
[[nodiscard]] bool is_safe_location(std::string_view location) noexcept;

}  // namespace whatsflow::web
