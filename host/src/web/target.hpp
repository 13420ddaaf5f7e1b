/// \file
/// The request target, taken apart and decoded exactly once.
///
/// The raw path is split on `/` first and each segment decoded afterwards, so an encoded
/// slash stays inside its segment. What could mean two things to two readers (dot segments,
/// NUL, control characters, invalid UTF-8) is refused, never repaired.
///
///     parse_target("/files//a%2Fb?x=1+2")  ->  segments {"files", "a/b"}, query {x: "1 2"}
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

struct Target {
    std::string path;                   ///< decoded, slashes merged, none at the end but of `/` itself
    std::vector<std::string> segments;  ///< decoded
    std::string query_string;           ///< as received
    sdk::Fields query;
};

/// Errors: `http.bad_target`, with a sentence that is safe to show.
[[nodiscard]] sdk::Result<Target> parse_target(std::string_view raw);

/// True when the raw target is its own normal form: nothing to decode, merge or refuse, and
/// no query. Such a target can be looked up in the page cache as it is.
[[nodiscard]] bool is_plain_path(std::string_view raw) noexcept;

/// All cookies of all Cookie headers. What is not `name=value` is skipped: somebody else's
/// odd cookie must not lock a visitor out.
[[nodiscard]] sdk::Fields parse_cookies(const sdk::Headers& headers);

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace whatsflow::web
