/// \file
/// Links that open one thing once: confirming an address, a new password, a way in for staff.
///
/// The token in the address is 160 random bits and is stored as a digest only. One that has
/// expired, was used, was changed or belongs to something else is simply not there.
#pragma once

#include "office.hpp"

#include <optional>
#include <string>

namespace whatsflow::accounts {

struct Link {
    std::string user_id;
    nlohmann::json facts = nlohmann::json::object();
};

/// A new link; its token. With `only_one`, older ones of this purpose and user end.
enum class OlderLinks { stay, end };
sdk::Result<std::string> make_link(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                   const std::string& purpose, const Link& link, std::chrono::seconds life,
                                   OlderLinks older);

/// What the token opens, without using it up.
sdk::Result<std::optional<Link>> find_link(const Office& office, sdk::SqlExecutor& where,
                                           const sdk::CallContext& context, const std::string& purpose,
                                           std::string_view token);
/// The same, and nobody opens it again: of two at once one gets it.
sdk::Result<std::optional<Link>> use_link(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                          const std::string& purpose, std::string_view token);
/// Ends all links of a purpose; of every purpose when it is empty.
sdk::Result<void> end_links(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& user_id,
                            const std::string& purpose);

/// For a page whose address holds a token: other sites are not told the address. Ours are, for
/// with no-referrer browsers send `Origin: null` with a form, which is refused as foreign.
sdk::Response kept_from_others(sdk::Response page);

/// The one calm page for links that open nothing.
sdk::Response dead_link_page(int status = 404);

}  // namespace whatsflow::accounts
